// SPDX-License-Identifier: GPL-2.0-only
#include "traffic-meter.h"

#include "../engine/packets.h"

#include <gtest/gtest.h>

using namespace imsfw;
using namespace imsfw::scenario;
using namespace imsfw::engine;

namespace
{

const char* const UE = "10.1.0.2:50000";
const char* const SERVER = "192.0.2.2:443";

TimePoint
At(int milliseconds)
{
    return TimePoint(std::chrono::milliseconds(milliseconds));
}

std::vector<Endpoint>
Locals()
{
    return {*Endpoint::Parse(UE)};
}

/// What a script of packets is made of: times in milliseconds, ">" sent, "<" received.
struct Step
{
    int at;
    char way;
    uint8_t flags;
    uint32_t sequence;
    std::string payload;
};

void
Play(TrafficMeter& meter, const std::vector<Step>& steps)
{
    const auto out = TcpFlow(UE, SERVER);
    for (const auto& step : steps)
    {
        const bool isSent = step.way == '>';
        meter.HandlePacket(
            At(step.at),
            isSent,
            TcpPacket(isSent ? out : out.Reversed(),
                      {step.flags, step.sequence, 0, ByteView(step.payload).ToBytes()}));
    }
}

constexpr uint8_t PUSH = 8;

/// A TCP connection with one question and its answer.
const std::vector<Step> DIALOGUE = {
    {0, '>', TCP_SYN, 0, ""},
    {10, '<', TCP_SYN | TCP_ACK, 0, ""},
    {10, '>', TCP_ACK, 1, ""},
    {10, '>', TCP_ACK | PUSH, 1, "QUESTION"},
    {20, '<', TCP_ACK, 1, ""},
    {30, '<', TCP_ACK | PUSH, 1, "ANSWER"},
    {30, '>', TCP_ACK, 9, ""},
};

} // namespace

TEST(TrafficMeterTest, WhatIsSentAtAnEventBelongsToWhatFollowsIt)
{
    TrafficMeter meter;
    Play(meter, DIALOGUE);
    const auto tcp = meter.Measure(Locals(), At(0), At(10));
    EXPECT_EQ(tcp.sent.packets, 1U);
    EXPECT_EQ(tcp.received.packets, 1U);
    EXPECT_EQ(tcp.roundTrips, 1U);
    const auto asked = meter.Measure(Locals(), At(10), At(30));
    EXPECT_EQ(asked.sent.packets, 2U);
    EXPECT_EQ(asked.received.packets, 2U);
    EXPECT_EQ(asked.roundTrips, 1U) << "a bare ACK is no answer";
    EXPECT_EQ(asked.sent[Layer::IP], 40U);
    EXPECT_EQ(asked.sent[Layer::TCP], 40U);
    EXPECT_EQ(asked.sent[Layer::SIP], 8U);
    EXPECT_EQ(asked.sent.Total(), 88U);
    EXPECT_EQ(meter.Measure(Locals(), At(10), At(10)).sent.packets, 0U);
    EXPECT_EQ(meter.Measure({}, At(0), At(99)).sent.packets, 0U);
    EXPECT_EQ(meter.Measure({*Endpoint::Parse("10.1.0.2:1")}, At(0), At(99)).sent.packets, 0U);
}

TEST(TrafficMeterTest, FlowsKnowWhenTheyOpened)
{
    TrafficMeter meter;
    Play(meter, {{3, '>', TCP_SYN, 0, ""}, {5, '>', TCP_SYN, 0, ""}});
    ASSERT_EQ(meter.GetFlows().size(), 1U);
    EXPECT_EQ(meter.GetFlows()[0]->opening, At(3));
    EXPECT_FALSE(meter.GetFlows()[0]->open);
    Play(meter, {{9, '<', TCP_SYN | TCP_ACK, 0, ""}});
    EXPECT_EQ(meter.GetFlows()[0]->open, At(9));
}

TEST(TrafficMeterTest, RetransmittedBytesAreALayerOfTheirOwn)
{
    TrafficMeter meter;
    Play(meter, DIALOGUE);
    Play(meter,
         {{40, '>', TCP_ACK | PUSH, 1, "QUESTION"}, {41, '>', TCP_ACK | PUSH, 1, "QUESTIONS"}});
    const auto again = meter.Measure(Locals(), At(35), At(50));
    EXPECT_EQ(again.sent[Layer::RETRANSMITTED], 16U);
    EXPECT_EQ(again.sent[Layer::SIP], 1U);
    EXPECT_EQ(again.sent.Total(), 2 * 40U + 17);
}

TEST(TrafficMeterTest, DatagramsFragmentsAndErrorsAreCountedToTheirLastByte)
{
    const auto flow = UdpFlow(UE, "192.0.2.6:3478");
    TrafficMeter meter;
    Bytes rtp(172, 0);
    rtp[0] = 0x80;
    meter.HandlePacket(At(1), true, UdpPacket(flow, rtp));
    meter.HandlePacket(At(2), true, UdpPacket(flow, rtp));
    meter.HandlePacket(At(3), false, UdpPacket(flow.Reversed(), rtp));
    meter.HandlePacket(At(4), true, IpPacketOf(flow, Bytes(100, 1), 0x2000)); // more fragments
    auto other = flow;
    other.protocol = IpProtocol::ICMP;
    meter.HandlePacket(At(5), false, IpPacketOf(other.Reversed(), {3, 3, 0, 0, 0, 0, 0, 0, 1, 2}));
    meter.HandlePacket(At(6), false, Bytes(10, 0)); // no packet at all
    const auto all = meter.Measure(Locals(), At(0), At(9));
    EXPECT_EQ(all.sent.packets, 3U);
    EXPECT_EQ(all.sent[Layer::RTP], 24U);
    EXPECT_EQ(all.sent[Layer::PAYLOAD], 320U);
    EXPECT_EQ(all.sent[Layer::UDP], 16U);
    EXPECT_EQ(all.sent.Total(), 2 * 200U + 120);
    EXPECT_EQ(all.received.packets, 2U);
    EXPECT_EQ(all.received.Total(), 200U + 30);
    EXPECT_EQ(all.roundTrips, 2U) << "the error answers, too";
    EXPECT_EQ(meter.GetFlows()[0]->datagramsSent[0].count, 2U);
}

TEST(TrafficMeterTest, QuestionsToAResolverAreDnsWhateverTheirBytesLookLike)
{
    const auto flow = UdpFlow("10.1.0.2:50001", "10.1.0.1:53");
    TrafficMeter meter;
    meter.HandlePacket(At(1), true, UdpPacket(flow, Bytes(30, 0x80)));
    meter.HandlePacket(At(4), true, UdpPacket(flow, Bytes(30, 0x80)));
    meter.HandlePacket(At(9), false, UdpPacket(flow.Reversed(), Bytes(46, 0x80)));
    const auto all = meter.Measure({*Endpoint::Parse("10.1.0.2:50001")}, At(0), At(9));
    EXPECT_EQ(all.sent[Layer::DNS], 60U);
    EXPECT_EQ(all.received[Layer::DNS], 46U);
    EXPECT_EQ(all.roundTrips, 1U);
    const auto& seen = *meter.GetFlows().front();
    EXPECT_TRUE(seen.IsDns());
    EXPECT_EQ(seen.opening, At(1));
    EXPECT_EQ(seen.open, At(9));
    EXPECT_EQ(seen.datagramsSent.front().name, "DNS query");
}

TEST(TrafficMeterTest, TlsIsToldOfTheLastConnectionFromAPort)
{
    TrafficMeter meter;
    Play(meter, {{0, '>', TCP_SYN, 0, ""}, {1, '>', TCP_ACK, 1, "\x16record"}});
    meter.HandleTls(At(1),
                    {true, false, 7, ByteView(std::string_view("\r\n")).ToBytes()},
                    *Endpoint::Parse(UE),
                    *Endpoint::Parse(SERVER));
    meter.HandleTls(At(1),
                    {true, false, 9, {}},
                    *Endpoint::Parse("10.1.0.2:9"),
                    *Endpoint::Parse(SERVER)); // of no flow
    const auto all = meter.Measure(Locals(), At(0), At(9));
    EXPECT_EQ(all.sent[Layer::TLS], 5U);
    EXPECT_EQ(all.sent[Layer::SIP], 2U);
}
