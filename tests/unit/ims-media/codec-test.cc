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
        std::size_t noiseBits;
    };

    const std::vector<Row> rows = {
        {"g711",
         8000,
         20 * 64,
         0,
         160,
         9 * 8}, // 64 kbit/s, RFC 3551 4.5.14; RFC 3389 with 8 coefficients
        {"pcma", 8000, 20 * 64, 0, 160, 9 * 8},
        {"amr-wb-12.65", 16000, 253, 2, 320, 40}, // TS 26.201; CMR and one TOC, RFC 4867 4.4
        {"amr-wb-23.85", 16000, 477, 2, 320, 40},
        {"evs-13.2", 16000, 264, 0, 320, 48}, // 13.2 kbit/s times 20 ms; TS 26.445 A.2.1, compact
        {"evs-24.4", 16000, 488, 0, 320, 48},
        {"opus-15", 48000, 300, 0, 960, 300}, // RFC 7587 4.1
        {"opus-25", 48000, 500, 0, 960, 500},
        {"opus-40", 48000, 800, 0, 960, 800},
    };
    ASSERT_EQ(AllCodecs().size(), rows.size());
    for (const Row& row : rows)
    {
        SCOPED_TRACE(row.name);
        const Codec* codec = FindCodec(row.name);
        ASSERT_NE(codec, nullptr);
        EXPECT_EQ(codec->clockRate, row.clockRate);
        EXPECT_EQ(codec->payload, (row.bitsPerFrame + 7) / 8 + row.headerOctets);
        EXPECT_EQ(codec->noise.payload, (row.noiseBits + 7) / 8 + row.headerOctets);
        EXPECT_EQ(codec->interval, std::chrono::milliseconds(20));
        EXPECT_EQ(codec->TicksPerPacket(), row.ticks);
    }
}

TEST(Codec, PayloadTypesLeaveRoomForRtcp)
{
    for (const Codec& codec : AllCodecs())
    {
        for (const uint8_t type : {codec.payloadType, codec.noise.payloadType})
        {
            EXPECT_TRUE(type < 64 || type > 95) << codec.name; // RFC 5761 4
            EXPECT_LT(type, 128) << codec.name;
        }
    }
}

TEST(Codec, UnknownNamesAreNotGuessed)
{
    for (const char* name : {"", "g.711", "G711", "amr-wb", "amr-wb-12.65 "})
    {
        EXPECT_EQ(FindCodec(name), nullptr) << name;
    }
    EXPECT_NE(CodecNames().find("evs-24.4, opus-15"), std::string::npos);
}

} // namespace
} // namespace imsfw::rtp
