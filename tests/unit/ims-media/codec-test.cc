// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The codec table, checked against how the documents count the octets.
#include "ims-media-codec.h"

#include <gtest/gtest.h>

namespace imsfw::rtp
{
namespace
{

TEST(Codec, SizesFollowFromTheSpecifications)
{
    struct Row
    {
        const char* name;
        uint32_t clockRate;
        std::size_t bitsPerFrame; ///< of speech, in 20 ms
        std::size_t headerOctets; ///< of the payload format
        uint32_t ticks;
    };

    const std::vector<Row> rows = {
        {"g711", 8000, 20 * 64, 0, 160},      // 64 kbit/s, RFC 3551 4.5.14
        {"amr-wb-12.65", 16000, 253, 2, 320}, // TS 26.201; CMR and one TOC, RFC 4867 4.4
        {"amr-wb-23.85", 16000, 477, 2, 320},
    };
    ASSERT_EQ(AllCodecs().size(), rows.size());
    for (const Row& row : rows)
    {
        SCOPED_TRACE(row.name);
        const Codec* codec = FindCodec(row.name);
        ASSERT_NE(codec, nullptr);
        EXPECT_EQ(codec->clockRate, row.clockRate);
        EXPECT_EQ(codec->payload, (row.bitsPerFrame + 7) / 8 + row.headerOctets);
        EXPECT_EQ(codec->interval, std::chrono::milliseconds(20));
        EXPECT_EQ(codec->TicksPerPacket(), row.ticks);
        EXPECT_LT(codec->payloadType, 128);
    }
}

TEST(Codec, UnknownNamesAreNotGuessed)
{
    for (const char* name : {"", "g.711", "G711", "amr-wb", "amr-wb-12.65 "})
    {
        EXPECT_EQ(FindCodec(name), nullptr) << name;
    }
}

} // namespace
} // namespace imsfw::rtp
