// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// RFC 3550 5.1 on the wire: written, read back, cut at every byte, and malformed in every field that can be.
#include "base/random.h"
#include "base/text.h"
#include "ims-media-rtp-packet.h"

#include <gtest/gtest.h>

namespace imsfw::rtp
{
namespace
{

Bytes
Hex(std::string text)
{
    text.erase(std::remove(text.begin(), text.end(), ' '), text.end());
    return FromHex(text).value();
}

TEST(RtpPacket, WritesTheFixedHeader)
{
    const Bytes payload = Hex("aa bb cc");
    const Packet packet{true, 104, 0x1234, 0x89abcdef, 0xdeadbeef, payload};
    EXPECT_EQ(ToHex(WritePacket(packet)),
              "80"       // V=2, no P, no X, CC=0
              "e8"       // M, PT 104
              "1234"     // sequence number
              "89abcdef" // timestamp
              "deadbeef" // SSRC
              "aabbcc");
}

TEST(RtpPacket, RoundTripsEveryFieldAtItsLimits)
{
    const Bytes payload = Hex("00 ff");
    for (const bool marker : {false, true})
    {
        for (const uint8_t type : {0, 1, 127})
        {
            for (const uint32_t value : {0U, 1U, 0x7fffffffU, 0xffffffffU})
            {
                const Packet packet{
                    marker, type, static_cast<uint16_t>(value), value, ~value, payload};
                const Bytes bytes = WritePacket(packet);
                const auto parsed = ParsePacket(bytes);
                ASSERT_TRUE(parsed);
                EXPECT_EQ(parsed->marker, marker);
                EXPECT_EQ(parsed->payloadType, type);
                EXPECT_EQ(parsed->sequence, static_cast<uint16_t>(value));
                EXPECT_EQ(parsed->timestamp, value);
                EXPECT_EQ(parsed->ssrc, ~value);
                EXPECT_TRUE(parsed->payload == ByteView(payload));
            }
        }
    }
}

constexpr const char* REST = "00 0001 00000002 00000003"; // PT 0, sequence 1, timestamp 2, SSRC 3

TEST(RtpPacket, FormsTable)
{
    struct Row
    {
        const char* name;
        std::string first; ///< the first octet
        std::string tail;  ///< what follows the fixed header
        std::optional<std::string> payload;
    };

    const std::vector<Row> rows = {
        {"empty payload", "80", "", ""},
        {"payload", "80", "0102", "0102"},
        {"one CSRC", "81", "00000009 0102", "0102"},
        {"one CSRC, cut", "81", "000000", {}},
        {"fifteen CSRC", "8f", std::string(120, '1') + "0102", "0102"},
        {"fifteen CSRC, one missing", "8f", std::string(112, '1'), {}},
        {"empty extension", "90", "bede 0000 0102", "0102"},
        {"extension of two words", "90", "bede 0002 1111111122222222 0102", "0102"},
        {"extension longer than the packet", "90", "bede 0002 11111111222222", {}},
        {"extension header cut", "90", "bede 00", {}},
        {"extension of 65,535 words", "90", "bede ffff 11", {}},
        {"CSRC and extension", "91", "00000009 bede 0001 11111111 0102", "0102"},
        {"padding", "a0", "0102 000003", "0102"},
        {"padding only", "a0", "00000004", ""},
        {"padding of one", "a0", "0102 01", "0102"},
        {"padding of none", "a0", "0102 00", {}},
        {"padding longer than the rest", "a0", "0102 04", {}},
        {"padding without a rest", "a0", "", {}},
        {"version 0 (STUN)", "00", "0102", {}},
        {"version 1 (ChannelData)", "40", "0102", {}},
        {"version 3", "c0", "0102", {}},
    };
    for (const Row& row : rows)
    {
        SCOPED_TRACE(row.name);
        const Bytes bytes = Hex(row.first + REST + row.tail);
        const auto parsed = ParsePacket(bytes);
        ASSERT_EQ(parsed.has_value(), row.payload.has_value());
        if (parsed)
        {
            EXPECT_EQ(ToHex(parsed->payload), *row.payload);
            EXPECT_EQ(parsed->ssrc, 3U);
        }
    }
}

TEST(RtpPacket, TruncatedAtEveryByte)
{
    // Fixed header, two CSRC, an extension of one word, payload of two, padding of four.
    const Bytes whole =
        Hex("b2" + std::string(REST) + "1111111122222222 bede 0001 33333333 0102 00000004");
    ASSERT_EQ(ToHex(ParsePacket(whole)->payload), "0102");
    constexpr std::size_t HEADERS = 12 + 8 + 8;
    for (std::size_t size = 0; size < whole.size(); ++size)
    {
        const auto parsed = ParsePacket(ByteView(whole).Sub(0, size));
        if (size < HEADERS)
        {
            EXPECT_FALSE(parsed) << size;
        }
        else if (parsed)
        {
            // RTP has no length of its own: a cut inside the padding may look like other padding.
            EXPECT_LE(parsed->payload.Size() + HEADERS, size);
        }
    }
}

TEST(RtpPacket, NoiseIsRefusedOrUnderstoodWithinItsBytes)
{
    SeededRandom random(1, 1, "rtp-noise");
    unsigned understood = 0;
    for (int i = 0; i < 20'000; ++i)
    {
        Bytes noise = random.Draw(random.Below(64));
        if (!noise.empty() && i % 2 == 0)
        {
            noise[0] = static_cast<uint8_t>((noise[0] & 0x3f) | 0x80); // the right version
        }
        const auto parsed = ParsePacket(noise);
        if (parsed)
        {
            ++understood;
            EXPECT_GE(noise.size(), 12U);
            EXPECT_LE(parsed->payload.Size(), noise.size() - 12);
        }
    }
    EXPECT_GT(understood, 1000U);
}

} // namespace
} // namespace imsfw::rtp
