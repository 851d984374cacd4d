// SPDX-License-Identifier: GPL-2.0-only
#include "content.h"

#include "base/text.h"

#include <gtest/gtest.h>

#include <map>

using namespace imsfw;
using namespace imsfw::scenario;

namespace
{

const std::string REGISTER = "REGISTER sip:ims.test SIP/2.0\r\n"
                             "Via: SIP/2.0/TCP 10.1.0.2;branch=z9hG4bK1\r\n"
                             "From: <sip:ue@ims.test>;tag=1\r\nTo: <sip:ue@ims.test>\r\n"
                             "Call-ID: 1\r\nCSeq: 1 REGISTER\r\nMax-Forwards: 70\r\n"
                             "Content-Length: 0\r\n\r\n";
const std::string UNAUTHORIZED = "SIP/2.0 401 Unauthorized\r\n"
                                 "Via: SIP/2.0/TCP 10.1.0.2;branch=z9hG4bK1\r\n"
                                 "From: <sip:ue@ims.test>;tag=1\r\nTo: <sip:ue@ims.test>;tag=2\r\n"
                                 "Call-ID: 1\r\nCSeq: 1 REGISTER\r\nContent-Length: 0\r\n\r\n";

Bytes
Text(const std::string& text)
{
    return ByteView(text).ToBytes();
}

Bytes
Stun(uint16_t type, const Bytes& attributes = {})
{
    ByteWriter w;
    w.U16(type);
    w.U16(static_cast<uint16_t>(attributes.size()));
    w.U32(0x2112A442);
    w.Zeros(12);
    w.Put(attributes);
    return w.Finish();
}

Bytes
Attribute(uint16_t type, const Bytes& value)
{
    ByteWriter w;
    w.U16(type);
    w.U16(static_cast<uint16_t>(value.size()));
    w.Put(value);
    w.Zeros((4 - value.size() % 4) % 4);
    return w.Finish();
}

/// @param first 0x80: without contributors, 0x90: with an extension
Bytes
Rtp(std::size_t payload, uint8_t first = 0x80, uint8_t type = 0)
{
    ByteWriter w;
    w.U8(first);
    w.U8(type);
    w.Zeros(10 + std::size_t{4} * (first & 15));
    if ((first & 16) != 0)
    {
        w.U16(0xbede);
        w.U16(1);
        w.Zeros(4);
    }
    w.Zeros(payload);
    return w.Finish();
}

Bytes
Channel(const Bytes& data, bool isPadded)
{
    ByteWriter w;
    w.U16(0x4000);
    w.U16(static_cast<uint16_t>(data.size()));
    w.Put(data);
    w.Zeros(isPadded ? (4 - data.size() % 4) % 4 : 0);
    return w.Finish();
}

std::map<Layer, uint64_t>
Sum(const Content& content)
{
    std::map<Layer, uint64_t> sum;
    for (const auto& run : content.runs)
    {
        sum[run.layer] += run.size;
    }
    return sum;
}

struct Row
{
    const char* what;
    Bytes bytes;
    std::map<Layer, uint64_t> layers;
    std::string names;
};

const Bytes ERROR_401 = Attribute(9, {0, 0, 4, 1});
const Bytes SEND_DATA = Attribute(0x13, Rtp(33));

const std::vector<Row> DATAGRAMS = {
    {"a SIP request", Text(REGISTER), {{Layer::SIP, REGISTER.size()}}, "REGISTER"},
    {"a SIP response", Text(UNAUTHORIZED), {{Layer::SIP, UNAUTHORIZED.size()}}, "401 REGISTER"},
    {"a binding request", Stun(0x0001), {{Layer::TURN, 20}}, "Binding"},
    {"an allocation", Stun(0x0003), {{Layer::TURN, 20}}, "Allocate"},
    {"its refusal", Stun(0x0113, ERROR_401), {{Layer::TURN, 28}}, "Allocate 401"},
    {"an error without its code", Stun(0x0113), {{Layer::TURN, 20}}, "Allocate error"},
    {"its success", Stun(0x0103), {{Layer::TURN, 20}}, "Allocate success"},
    {"a permission", Stun(0x0008), {{Layer::TURN, 20}}, "CreatePermission"},
    {"a Send indication with RTP in it",
     Stun(0x0016, SEND_DATA),
     {{Layer::TURN, 27}, {Layer::RTP, 12}, {Layer::PAYLOAD, 33}},
     "Send indication, RTP"},
    {"RTP", Rtp(160), {{Layer::RTP, 12}, {Layer::PAYLOAD, 160}}, "RTP"},
    {"RTP with two contributors", Rtp(20, 0x82), {{Layer::RTP, 20}, {Layer::PAYLOAD, 20}}, "RTP"},
    {"RTP with an extension", Rtp(20, 0x90), {{Layer::RTP, 20}, {Layer::PAYLOAD, 20}}, "RTP"},
    {"RTP that claims more header than there is", Rtp(0, 0x80), {{Layer::RTP, 12}}, "RTP"},
    {"RTCP", Rtp(16, 0x80, 200), {{Layer::RTP, 28}}, "RTCP"},
    {"ChannelData with RTP",
     Channel(Rtp(33), false),
     {{Layer::TURN, 4}, {Layer::RTP, 12}, {Layer::PAYLOAD, 33}},
     "ChannelData, RTP"},
    {"ChannelData shorter than it says",
     {0x40, 0, 0, 9, 0x80},
     {{Layer::TURN, 4}, {Layer::OTHER, 1}},
     "ChannelData"},
    {"a broken STUN message", Stun(0x0001, {0, 1, 0, 9}), {{Layer::TURN, 24}}, "STUN"},
    {"noise", Bytes(30, 0xff), {{Layer::OTHER, 30}}, ""},
    {"nothing", {}, {}, ""},
};

} // namespace

TEST(ContentTest, DatagramsAreToldByTheirFirstByteAndCountedWhole)
{
    for (const auto& row : DATAGRAMS)
    {
        const auto content = ReadDatagram(row.bytes);
        EXPECT_EQ(Sum(content), row.layers) << row.what;
        EXPECT_EQ(Join(content.names, ", "), row.names) << row.what;
    }
}

TEST(ContentTest, StreamsGiveTheSameHoweverTheyAreCut)
{
    Bytes turn = Stun(0x0003);
    Append(turn, Channel(Rtp(33), true));
    Append(turn, Stun(0x0009));
    const std::vector<Row> streams = {
        {"SIP with a keep-alive between",
         Text(REGISTER + "\r\n\r\n" + REGISTER),
         {{Layer::SIP, 2 * REGISTER.size() + 4}},
         "REGISTER, CRLF keep-alive, REGISTER"},
        {"TURN",
         turn,
         {{Layer::TURN, 20 + 4 + 3 + 20}, {Layer::RTP, 12}, {Layer::PAYLOAD, 33}},
         "Allocate, ChannelData, RTP, ChannelBind"},
        {"MSRP",
         Text("MSRP a1 SEND\r\nTo-Path: x\r\n\r\nhi\r\n-------a1$\r\nMSRP a1 200 OK\r\n"),
         {{Layer::MSRP, 60}},
         "MSRP SEND, MSRP 200"},
        {"noise", Bytes(40, 0xff), {{Layer::OTHER, 40}}, ""},
    };
    for (const auto& row : streams)
    {
        for (const std::size_t piece : {std::size_t{1}, std::size_t{7}, row.bytes.size()})
        {
            StreamContent stream;
            Content all;
            for (std::size_t at = 0; at < row.bytes.size(); at += piece)
            {
                const auto some = stream.Push(ByteView(row.bytes).Sub(at, piece));
                all.runs.insert(all.runs.end(), some.runs.begin(), some.runs.end());
                all.names.insert(all.names.end(), some.names.begin(), some.names.end());
            }
            EXPECT_EQ(Sum(all), row.layers) << row.what << " in pieces of " << piece;
            EXPECT_EQ(Join(all.names, ", "), row.names) << row.what << " in pieces of " << piece;
        }
    }
}

TEST(ContentTest, BehindAConnectionBindTheBytesAreThePeers)
{
    // RFC 6062 5.4
    StreamContent stream;
    stream.Push(Stun(0x010B));
    const auto content = stream.Push(Text("MSRP a1 SEND\r\n"));
    EXPECT_EQ(Sum(content), (std::map<Layer, uint64_t>{{Layer::MSRP, 14}}));
    // In one segment with them, and only once: the peer's own stream may be of TURN's form (RFC 4571, RFC 6544).
    Bytes together = Stun(0x010B);
    for (const auto byte : Text("MSRP a1 SEND\r\n"))
    {
        together.push_back(byte);
    }
    StreamContent joined;
    const auto both = joined.Push(together);
    EXPECT_EQ(Sum(both).at(Layer::MSRP), 14U);
    EXPECT_EQ(Join(both.names, ", "), "ConnectionBind success, MSRP SEND");
    StreamContent refused;
    refused.Push(Stun(0x011B, ERROR_401));
    EXPECT_EQ(Join(refused.Push(Stun(0x000B)).names, ", "), "ConnectionBind");
}

TEST(ContentTest, AStreamThatBreaksIsCountedToItsEnd)
{
    StreamContent turn;
    turn.Push(Stun(0x0003));
    EXPECT_EQ(Sum(turn.Push(Bytes(8, 0xff))).at(Layer::OTHER), 8U);
    EXPECT_EQ(Sum(turn.Push(Bytes(5, 0))).at(Layer::OTHER), 5U);
    StreamContent sip;
    const auto content =
        sip.Push(Text("REGISTER sip:ims.test SIP/2.0\r\nContent-Length: x\r\n\r\n"));
    EXPECT_EQ(Sum(content).at(Layer::SIP), 52U);
    EXPECT_EQ(Sum(sip.Push(Text("more"))).at(Layer::OTHER), 4U);
}
