// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// RFC 3550 6 on the wire: written, read back, cut at every byte, malformed, and noise.
#include "base/random.h"
#include "base/text.h"
#include "ims-media-rtcp-packet.h"

#include <gtest/gtest.h>

#include <algorithm>

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

/// A sender report with one block, then CNAME, then BYE: every field has digits of its own.
const std::string SR = "81c8000c 11111111 2222222233333333 44444444 55555555 66666666"
                       "77777777 80fffffe 99999999 aaaaaaaa bbbbbbbb cccccccc";
const std::string SDES = "81ca0003 11111111 0104 75406871 0000"; // "u@hq", two nulls
const std::string BYE = "81cb0003 11111111 04 68616e67 000000";  // "hang"

std::vector<RtcpPacket>
Sample()
{
    ReportBlock block{0x77777777, 0x80, -2, 0x99999999, 0xaaaaaaaa, 0xbbbbbbbb, 0xcccccccc};
    return {SenderReport{
                0x11111111, 0x2222222233333333, 0x44444444, 0x55555555, 0x66666666, {block}, {}},
            SourceDescription{{{0x11111111, {{SourceDescription::CNAME, "u@hq"}}}}},
            Bye{{0x11111111}, "hang"}};
}

TEST(RtcpPacket, WritesWhatTheDiagramsSay)
{
    EXPECT_EQ(ToHex(WriteRtcp(Sample())), ToHex(Hex(SR + SDES + BYE)));
}

TEST(RtcpPacket, ReadsWhatTheDiagramsSay)
{
    const auto packets = ParseRtcp(Hex(SR + SDES + BYE));
    ASSERT_TRUE(packets);
    ASSERT_EQ(packets->size(), 3U);
    const auto& report = std::get<SenderReport>((*packets)[0]);
    EXPECT_EQ(report.ssrc, 0x11111111U);
    EXPECT_EQ(report.ntp, 0x2222222233333333U);
    EXPECT_EQ(report.timestamp, 0x44444444U);
    EXPECT_EQ(report.packets, 0x55555555U);
    EXPECT_EQ(report.octets, 0x66666666U);
    ASSERT_EQ(report.blocks.size(), 1U);
    EXPECT_EQ(report.blocks[0].ssrc, 0x77777777U);
    EXPECT_EQ(report.blocks[0].fractionLost, 0x80);
    EXPECT_EQ(report.blocks[0].cumulativeLost, -2);
    EXPECT_EQ(report.blocks[0].highestSequence, 0x99999999U);
    EXPECT_EQ(report.blocks[0].jitter, 0xaaaaaaaaU);
    EXPECT_EQ(report.blocks[0].lastSr, 0xbbbbbbbbU);
    EXPECT_EQ(report.blocks[0].delaySinceLastSr, 0xccccccccU);
    const auto& chunk = std::get<SourceDescription>((*packets)[1]).chunks.at(0);
    EXPECT_EQ(chunk.ssrc, 0x11111111U);
    ASSERT_EQ(chunk.items.size(), 1U);
    EXPECT_EQ(chunk.items[0].text, "u@hq");
    EXPECT_EQ(std::get<Bye>((*packets)[2]).reason, "hang");
}

TEST(RtcpPacket, RoundTripsEveryKind)
{
    const ReceiverReport rr{7, std::vector<ReportBlock>(31), Hex("01020304")};
    SourceDescription descriptions;
    for (const char* text : {"", "a", "ab", "abc", "abcd"}) // every padding
    {
        descriptions.chunks.push_back({9, {{SourceDescription::CNAME, text}, {200, "x"}}});
    }
    descriptions.chunks.push_back({10, {}});
    const std::vector<RtcpPacket> all = {
        rr,
        descriptions,
        SourceDescription{},
        AppPacket{31, 5, "ABCD", Hex("00112233")},
        OtherRtcp{206, 1, Hex("0000000100000002")},
        Bye{},
        Bye{{1, 2, 3}, std::nullopt},
        Bye{{1}, ""},
        Bye{{1}, std::string(255, 'r')},
    };
    const Bytes written = WriteRtcp(all);
    const auto parsed = ParseRtcp(written);
    ASSERT_TRUE(parsed);
    ASSERT_EQ(parsed->size(), all.size());
    EXPECT_EQ(ToHex(WriteRtcp(*parsed)), ToHex(written));
    EXPECT_EQ(std::get<ReceiverReport>((*parsed)[0]).blocks.size(), 31U);
    EXPECT_EQ(std::get<SourceDescription>((*parsed)[1]).chunks[3].items[0].text, "abc");
    EXPECT_EQ(std::get<OtherRtcp>((*parsed)[4]).type, 206);
    EXPECT_FALSE(std::get<Bye>((*parsed)[6]).reason);
    EXPECT_EQ(std::get<Bye>((*parsed)[7]).reason, "");
}

TEST(RtcpPacket, TruncatedAtEveryByte)
{
    const Bytes whole = WriteRtcp(Sample());
    for (std::size_t size = 0; size < whole.size(); ++size)
    {
        const auto parsed = ParseRtcp(ByteView(whole).Sub(0, size));
        // Whole packets are a shorter compound packet; every other cut is refused.
        const bool isBoundary = size == 52 || size == 68;
        EXPECT_EQ(parsed.IsOk(), isBoundary) << size;
        if (!isBoundary)
        {
            EXPECT_EQ(parsed.Error(), RtcpError::TRUNCATED) << size;
        }
    }
}

TEST(RtcpPacket, TruncatedInsideEveryPacket)
{
    // One word less, and the length field with it: the content does not fit any more.
    struct Row
    {
        std::string packet;
        std::size_t least; ///< words that are a packet all the same
    };

    const std::string rr = "80c90001 00000001";
    for (const Row& row :
         {Row{SR, 99}, Row{SDES, 99}, Row{BYE, 2}, Row{"80cc0002 00000001 41424344", 99}})
    {
        Bytes bytes = Hex(row.packet);
        for (std::size_t words = bytes.size() / 4 - 1; words >= 1; --words)
        {
            bytes.resize(4 * words);
            bytes[3] = static_cast<uint8_t>(words - 1);
            Bytes compound = Hex(rr);
            Append(compound, bytes);
            const auto parsed = ParseRtcp(compound);
            EXPECT_EQ(parsed.IsOk(), words == row.least) << row.packet << " " << words;
        }
    }
}

TEST(RtcpPacket, BadFormsByName)
{
    struct Row
    {
        const char* name;
        std::string bytes;
        RtcpError error;
    };

    const std::string rr = "80c90001 00000001";
    const std::vector<Row> rows = {
        {"empty", "", RtcpError::TRUNCATED},
        {"version 1", "40c90001 00000001", RtcpError::BAD_VERSION},
        {"version 0 later", rr + "01ca0000", RtcpError::BAD_VERSION},
        {"SDES first", SDES, RtcpError::BAD_FIRST_TYPE},
        {"BYE first", BYE, RtcpError::BAD_FIRST_TYPE},
        {"RTP first", "80600001 00000001", RtcpError::BAD_FIRST_TYPE},
        {"length beyond the end", "80c90002 00000001", RtcpError::TRUNCATED},
        {"trailing byte", rr + "00", RtcpError::BAD_VERSION},
        {"trailing half header", rr + "80cb", RtcpError::TRUNCATED},
        {"RR without its SSRC", "80c90000", RtcpError::BAD_BODY},
        {"RR with fewer blocks than it says", "81c90001 00000001", RtcpError::BAD_BODY},
        {"SDES with fewer chunks", rr + "82ca0002 00000001 00000000", RtcpError::BAD_BODY},
        {"SDES with more chunks", rr + "80ca0002 00000001 00000000", RtcpError::BAD_BODY},
        {"SDES item over the end", rr + "81ca0002 00000001 01ff4141", RtcpError::BAD_BODY},
        {"SDES without its null", rr + "81ca0002 00000001 01024141", RtcpError::BAD_BODY},
        {"SDES padded with other than nulls",
         rr + "81ca0002 00000001 01004100",
         RtcpError::BAD_BODY},
        {"SDES null item, then not null", rr + "81ca0002 00000001 00410000", RtcpError::BAD_BODY},
        {"BYE with fewer SSRC", rr + "82cb0001 00000001", RtcpError::BAD_BODY},
        {"BYE reason over the end", rr + "81cb0002 00000001 04414141", RtcpError::BAD_BODY},
        {"BYE padded with other than nulls",
         rr + "81cb0002 00000001 01414100",
         RtcpError::BAD_BODY},
        {"BYE with a word too many",
         rr + "81cb0003 00000001 01410000 00000000",
         RtcpError::BAD_BODY},
        {"APP without a name", rr + "80cc0001 00000001", RtcpError::BAD_BODY},
        {"padding of none", "a0c90002 00000001 00000000", RtcpError::BAD_PADDING},
        {"padding of three", "a0c90002 00000001 00000003", RtcpError::BAD_PADDING},
        {"padding over the beginning", "a0c90002 00000001 0000000c", RtcpError::BAD_PADDING},
        {"padding before the last", "a0c90002 00000001 00000004" + SDES, RtcpError::BAD_PADDING},
        {"padding that eats the SSRC", "a0c90001 00000004", RtcpError::BAD_BODY},
    };
    for (const Row& row : rows)
    {
        const auto parsed = ParseRtcp(Hex(row.bytes));
        ASSERT_FALSE(parsed.IsOk()) << row.name;
        EXPECT_STREQ(ToString(parsed.Error()), ToString(row.error)) << row.name;
    }
}

TEST(RtcpPacket, PaddingOfTheLastPacketIsTakenAway)
{
    const auto parsed = ParseRtcp(Hex("80c90001 00000001 a1cb0003 00000009 00000000 00000008"));
    ASSERT_TRUE(parsed);
    EXPECT_EQ(std::get<Bye>((*parsed)[1]).ssrcs, std::vector<uint32_t>{9});
    EXPECT_FALSE(std::get<Bye>((*parsed)[1]).reason);
}

TEST(RtcpPacket, ToldFromRtpByItsType)
{
    EXPECT_TRUE(IsRtcp(Hex("80c8")));
    EXPECT_TRUE(IsRtcp(Hex("bfdf")));
    EXPECT_FALSE(IsRtcp(Hex("80e8"))); // RTP, marker and type 104
    EXPECT_FALSE(IsRtcp(Hex("8000")));
    EXPECT_FALSE(IsRtcp(Hex("00c8"))); // STUN
    EXPECT_FALSE(IsRtcp(Hex("80")));
    EXPECT_FALSE(IsRtcp({}));
}

TEST(RtcpPacket, NoiseIsRefusedOrSurvivesARoundTrip)
{
    SeededRandom random(1, 1, "rtcp-noise");
    const Bytes good = WriteRtcp(Sample());
    unsigned understood = 0;
    for (int i = 0; i < 50'000; ++i)
    {
        Bytes noise = i % 2 == 0 ? good : random.Draw(random.Below(80));
        if (i % 2 == 0)
        {
            noise[random.Below(static_cast<uint32_t>(noise.size()))] = random.Draw(1)[0];
        }
        else if (noise.size() >= 4)
        {
            noise[0] = static_cast<uint8_t>(0x80 | (noise[0] & 0x23));
            noise[1] = static_cast<uint8_t>(200 + noise[1] % 6);
            noise[2] = 0;
            noise[3] = static_cast<uint8_t>(noise[3] % 24);
        }
        const auto parsed = ParseRtcp(noise);
        if (parsed)
        {
            ++understood;
            const Bytes again = WriteRtcp(*parsed);
            const auto second = ParseRtcp(again);
            ASSERT_TRUE(second);
            EXPECT_EQ(WriteRtcp(*second), again);
        }
    }
    EXPECT_GT(understood, 5000U);
}

} // namespace
} // namespace imsfw::rtp
