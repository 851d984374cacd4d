// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// What single messages and rows of them are taken for: UDP payloads, and what TURN frames carry.
#include "classify/datagram-recogniser.h"
#include "classify/rtp-tracker.h"
#include "talk.h"

#include <gtest/gtest.h>

namespace imsfw::classify
{

namespace
{

Bytes
Rtp(uint16_t sequence, uint32_t ssrc = 0x11223344, uint8_t payloadType = 0, uint8_t first = 0x80)
{
    ByteWriter writer;
    writer.U8(first);
    writer.U8(payloadType);
    writer.U16(sequence);
    writer.U32(sequence * 160U);
    writer.U32(ssrc);
    writer.Zeros(160);
    return writer.Finish();
}

Bytes
Stun(const Bytes& attributes = {}, uint16_t type = 0x0001)
{
    ByteWriter writer;
    writer.U16(type);
    writer.U16(static_cast<uint16_t>(attributes.size()));
    writer.U32(0x2112A442);
    writer.Zeros(12);
    writer.Put(attributes);
    return writer.Finish();
}

/// An attribute, padded.
Bytes
Attribute(uint16_t type, const Bytes& value)
{
    ByteWriter writer;
    writer.U16(type);
    writer.U16(static_cast<uint16_t>(value.size()));
    writer.Put(value);
    writer.Zeros((4 - value.size() % 4) % 4);
    return writer.Finish();
}

Bytes
Channel(const Bytes& data, uint16_t channel = 0x4000)
{
    return Attribute(channel, data); // the same layout: number, length, data, padding
}

struct RtpRow
{
    std::string name;
    std::vector<Bytes> packets;
    bool expected;
};

void
PrintTo(const RtpRow& row, std::ostream* out)
{
    *out << row.name;
}

class RtpTable : public testing::TestWithParam<RtpRow>
{
};

TEST_P(RtpTable, IsJudged)
{
    RtpTracker tracker;
    bool last = false;
    for (const auto& packet : GetParam().packets)
    {
        last = tracker.Push(packet, packet.size());
    }
    EXPECT_EQ(last, GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    Table,
    RtpTable,
    testing::ValuesIn(std::vector<RtpRow>{
        {"InOrder", {Rtp(7), Rtp(8), Rtp(9)}, true},
        {"WithLoss", {Rtp(7), Rtp(17), Rtp(117)}, true},
        {"Wraps", {Rtp(0xFFFE), Rtp(0xFFFF), Rtp(0)}, true},
        {"DynamicType", {Rtp(1, 5, 96), Rtp(2, 5, 0xE0), Rtp(3, 5, 96)}, true},
        {"TwoSources", {Rtp(1, 1), Rtp(9, 2), Rtp(2, 1), Rtp(10, 2), Rtp(3, 1)}, true},
        {"OneDuplicated", {Rtp(1), Rtp(2), Rtp(2), Rtp(3)}, true},
        {"TooFew", {Rtp(7), Rtp(8)}, false},
        {"Copies", {Rtp(7), Rtp(7), Rtp(7), Rtp(7)}, false},
        {"Backwards", {Rtp(9), Rtp(8), Rtp(7)}, false},
        {"Jumps", {Rtp(1), Rtp(1000), Rtp(2000)}, false},
        {"OtherSourceEachTime", {Rtp(1, 1), Rtp(2, 2), Rtp(3, 3)}, false},
        {"Version1", {Rtp(1, 1, 0, 0x40), Rtp(2, 1, 0, 0x40), Rtp(3, 1, 0, 0x40)}, false},
        {"RtcpTypes", {Rtp(1, 1, 72), Rtp(2, 1, 72), Rtp(3, 1, 72)}, false},
        {"TooShort", {Hex("8000000100000000112233"), Hex("8000000200000000112233")}, false},
        {"SourcesDoNotFit",
         {Hex("8f00000100000000 11223344"),
          Hex("8f00000200000000 11223344"),
          Hex("8f00000300000000 11223344")},
         false},
    }),
    [](const auto& row) { return row.param.name; });

TEST(RtpTracker, MakesRoomForNewSources)
{
    RtpTracker tracker;
    for (uint32_t ssrc = 0; ssrc < 100; ++ssrc)
    {
        for (uint16_t i = 0; i < 3; ++i)
        {
            EXPECT_EQ(tracker.Push(Rtp(i, ssrc), 172), i == 2);
        }
    }
}

TEST(Rtcp, IsJudgedByItsLengths)
{
    const Bytes report = Hex("80c9 0001 11223344");
    const Bytes description = Hex("81ca 0003 11223344 0104 61626364 0000");
    const Bytes compound = report + description;
    EXPECT_TRUE(IsRtcp(report, report.size()));
    EXPECT_TRUE(IsRtcp(compound, compound.size()));
    EXPECT_TRUE(IsRtcp(ByteView(compound).Sub(0, 10), compound.size()));
    EXPECT_FALSE(IsRtcp(report + Hex("00"), report.size() + 1));
    EXPECT_FALSE(IsRtcp(compound, compound.size() - 4));
    EXPECT_FALSE(IsRtcp(ByteView(report).Sub(0, 4), 4));
    EXPECT_FALSE(IsRtcp(Hex("40c9 0001 11223344"), 8));
    EXPECT_FALSE(IsRtcp(Hex("8060 0001 11223344"), 8));
    EXPECT_FALSE(IsRtcp(Hex("a0c9 0001 11223344") + report, 16)); // padding in the first
    EXPECT_FALSE(IsRtcp({}, 0));
    for (std::size_t size = 0; size < compound.size(); ++size)
    {
        const bool atBoundary = size == report.size();
        EXPECT_EQ(IsRtcp(ByteView(compound).Sub(0, size), size), atBoundary) << size;
    }
}

struct MessageRow
{
    std::string name;
    std::vector<Bytes> datagrams;
    ApplicationSet expected;
};

void
PrintTo(const MessageRow& row, std::ostream* out)
{
    *out << row.name;
}

class MessageTable : public testing::TestWithParam<MessageRow>
{
};

TEST_P(MessageTable, IsRecognised)
{
    StreamInspector inspector;
    for (const auto& datagram : GetParam().datagrams)
    {
        inspector.HandleDatagram(Direction::TO_SERVER, datagram);
    }
    const auto& found = inspector.GetFindings();
    EXPECT_EQ(found.content.ToString(), GetParam().expected.ToString());
    EXPECT_EQ(found.firstBytesTls, Answer::NO);
    EXPECT_EQ(found.firstBytesHttp, Answer::NO);
    EXPECT_EQ(inspector.GetHeldBytes(), 0U);
}

constexpr auto SIP = Application::SIP;
constexpr auto STUN = Application::STUN;
constexpr auto CHANNEL = Application::TURN_CHANNEL;
constexpr auto RTP = Application::RTP;
const Bytes QUERY = Hex("1234 0100 0001 0000 0000 0000 0161 00 0001 0001");
const Bytes DTLS_HELLO = Hex("16 feff 0000 000000000000 000c 010000000000000000000000");

Bytes
DataIndication(const Bytes& data)
{
    return Stun(Attribute(0x0012, Bytes(8)) + Attribute(0x0013, data), 0x0017);
}

INSTANTIATE_TEST_SUITE_P(
    Table,
    MessageTable,
    testing::ValuesIn(std::vector<MessageRow>{
        {"EmptyDatagram", {Bytes{}}, {}},
        {"Register", {Text("REGISTER sip:a SIP/2.0\r\nVia: x\r\n\r\n")}, {SIP}},
        {"KeepAliveThenSip", {Text("\r\n\r\n"), Text("SIP/2.0 200 OK\r\n\r\n")}, {SIP}},
        {"EmptyLinesBeforeSip", {Text("\r\n\r\nSIP/2.0 200 OK\r\n\r\n")}, {SIP}},
        {"SipInTheMiddle", {Text("Hello\r\nSIP/2.0 200 OK\r\n\r\n")}, {}},
        {"Msrp", {Text("MSRP a786hjs2 SEND\r\n")}, {Application::MSRP}},
        {"Binding", {Stun()}, {STUN}},
        {"BindingAndMore", {Stun() + Hex("00")}, {}},
        {"Dns", {QUERY}, {Application::DNS}},
        {"Dtls", {DTLS_HELLO}, {Application::DTLS}},
        {"Rtp", {Rtp(1), Rtp(2), Rtp(3)}, {RTP}},
        {"RtpTooFew", {Rtp(1), Rtp(2)}, {}},
        {"Rtcp", {Hex("80c9 0001 11223344")}, {Application::RTCP}},
        {"ChannelAfterStun", {Stun(), Channel(Text("abc"))}, {STUN, CHANNEL}},
        {"ChannelAlone", {Channel(Text("abc"))}, {}},
        {"ChannelRow", {Channel(Text("a")), Channel(Text("b")), Channel(Text("c"))}, {CHANNEL}},
        {"ChannelRowBroken",
         {Channel(Text("a")), Channel(Text("b")), Text("x"), Channel(Text("c"))},
         {}},
        {"ChannelChanging",
         {Channel(Text("a")), Channel(Text("b"), 0x4001), Channel(Text("c"), 0x4002)},
         {}},
        {"ChannelWithRtcp", {Channel(Hex("80c9 0001 11223344"))}, {CHANNEL, Application::RTCP}},
        {"ChannelWithStun", {Channel(Stun())}, {CHANNEL, STUN}},
        {"ChannelWithRtp",
         {Stun(), Channel(Rtp(1)), Channel(Rtp(2)), Channel(Rtp(3))},
         {STUN, CHANNEL, RTP}},
        {"IndicationWithRtp",
         {DataIndication(Rtp(1)), DataIndication(Rtp(2)), DataIndication(Rtp(3))},
         {STUN, RTP}},
        {"IndicationWithDtls", {DataIndication(DTLS_HELLO)}, {STUN, Application::DTLS}},
        {"Noise", {Hex("ffffffff"), Hex("00"), Hex("4000"), Hex("80")}, {}},
    }),
    [](const auto& row) { return row.param.name; });

TEST(Datagrams, AreSafeToTruncateAnywhere)
{
    const std::vector<Bytes> whole{Rtp(1),
                                   DataIndication(Rtp(1)),
                                   Channel(Stun()),
                                   QUERY,
                                   DTLS_HELLO,
                                   Text("INVITE sip:a SIP/2.0\r\n"),
                                   Hex("80c9 0001 11223344 80ca 0001 11223344")};
    for (const auto& datagram : whole)
    {
        for (std::size_t size = 0; size < datagram.size(); ++size)
        {
            DatagramRecogniser recogniser;
            const ByteView prefix = ByteView(datagram).Sub(0, size);
            // Of a message whose rest is not at hand, and of one that ends there.
            recogniser.Recognise(Direction::TO_SERVER, prefix, datagram.size());
            recogniser.Recognise(Direction::TO_SERVER, prefix, size);
        }
    }
}

} // namespace

} // namespace imsfw::classify
