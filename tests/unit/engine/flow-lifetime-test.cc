// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// How long the engine knows a flow: time-outs by state, what prolongs it, what begins anew, and who gives way.
#include "connection.h"
#include "engine/packet/packet-fields.h"

namespace imsfw::engine
{

namespace
{

using namespace std::chrono_literals;

const Ip4Tuple WEB = TcpFlow("10.0.0.2:40000", "192.0.2.1:443");
const Ip4Tuple VOICE = UdpFlow("10.0.0.2:40000", "192.0.2.1:5000");

/// @return whether a segment from the server still reaches the client after @p idle.
bool
StillThere(Rig& rig, const Connection& connection, Duration idle)
{
    rig.Wait(idle);
    return rig.Passes(Zone::OUTSIDE, connection.NextPacket(1, {}));
}

TEST(FlowLifetime, OpeningTcpIsForgottenSoon)
{
    for (const auto& [idle, survives] : {std::pair(239s, true), std::pair(240s, false)})
    {
        Rig rig(AllowOut());
        Connection connection(rig, WEB);
        ASSERT_TRUE(connection.Syn());
        rig.Wait(idle);
        EXPECT_EQ(connection.SendServer({}, TCP_SYN | TCP_ACK), survives);
        EXPECT_EQ(rig.engine.GetCounters().expired, survives ? 0U : 1U);
    }
}

TEST(FlowLifetime, EstablishedTcpIsKeptForTwoHoursAndFour)
{
    for (const auto& [idle, survives] : {std::pair(7439s, true), std::pair(7440s, false)})
    {
        Rig rig(AllowOut());
        Connection connection(rig, WEB);
        ASSERT_TRUE(connection.Open());
        EXPECT_EQ(StillThere(rig, connection, idle), survives);
    }
}

TEST(FlowLifetime, HalfClosedTcpGoesOn)
{
    Rig rig(AllowOut());
    Connection connection(rig, WEB);
    ASSERT_TRUE(connection.Open());
    ASSERT_TRUE(connection.SendClient({}, TCP_FIN | TCP_ACK));
    rig.Wait(2h);
    EXPECT_TRUE(connection.SendServer(Bytes(100)));
    rig.Wait(2h);
    EXPECT_TRUE(connection.SendServer({}, TCP_FIN | TCP_ACK));
    EXPECT_FALSE(StillThere(rig, connection, 240s));
}

TEST(FlowLifetime, ResetTcpIsForgottenSoon)
{
    Rig rig(AllowOut());
    Connection connection(rig, WEB);
    ASSERT_TRUE(connection.Open());
    ASSERT_TRUE(connection.SendServer({}, TCP_RST));
    EXPECT_TRUE(rig.Passes(Zone::INSIDE, connection.NextPacket(0, {}, TCP_RST)));
    EXPECT_FALSE(StillThere(rig, connection, 240s));
}

TEST(FlowLifetime, ASynAfterTheEndBeginsAnotherFlow)
{
    for (const uint8_t end : {TCP_RST, TCP_FIN})
    {
        Rig rig(AllowOut());
        Connection first(rig, WEB);
        ASSERT_TRUE(first.Open());
        first.SendClient({}, end | TCP_ACK);
        first.SendServer({}, end | TCP_ACK);
        Connection second(rig, WEB);
        ASSERT_TRUE(second.Open());
        ASSERT_EQ(rig.events.size(), 2U);
        EXPECT_NE(rig.events[0].flowId, rig.events[1].flowId);
        EXPECT_TRUE(rig.events[1].firstOfFlow);
        EXPECT_EQ(second.AtServer(), first.AtServer());
        EXPECT_EQ(rig.engine.GetFlowCount(), 1U);
    }
}

TEST(FlowLifetime, ASynInMidConnectionDoesNot)
{
    Rig rig(AllowOut());
    Connection connection(rig, WEB);
    ASSERT_TRUE(connection.Open());
    EXPECT_TRUE(connection.SendClient({}, TCP_SYN));
    EXPECT_EQ(rig.engine.GetCounters().flows, 1U);
}

TEST(FlowLifetime, WithoutASynThereIsNoTcpFlow)
{
    for (const int flags :
         {0 + TCP_ACK, 0 + TCP_RST, 0 + TCP_FIN, TCP_SYN | TCP_ACK, TCP_SYN | TCP_RST})
    {
        Rig rig(AllowOut());
        EXPECT_FALSE(
            rig.Passes(Zone::INSIDE, TcpPacket(WEB, {static_cast<uint8_t>(flags), 1, 1, {}})));
        EXPECT_EQ(rig.LastVerdict(), "unsolicited/no-state");
        EXPECT_EQ(rig.engine.GetFlowCount(), 0U);
    }
}

TEST(FlowLifetime, UdpIsKeptForFiveMinutes)
{
    Rig rig(AllowOut());
    const auto seen = *rig.Leaves(Zone::INSIDE, UdpPacket(VOICE));
    rig.Wait(299s);
    EXPECT_TRUE(rig.Passes(Zone::OUTSIDE, UdpPacket(seen.Reversed()))); // prolongs it
    rig.Wait(299s);
    EXPECT_TRUE(rig.Passes(Zone::OUTSIDE, UdpPacket(seen.Reversed())));
    rig.Wait(300s);
    EXPECT_FALSE(rig.Passes(Zone::OUTSIDE, UdpPacket(seen.Reversed())));
    EXPECT_EQ(rig.LastVerdict(), "unsolicited/no-mapping");
}

TEST(FlowLifetime, InboundUdpNeedNotProlong)
{
    Policy policy = AllowOut();
    policy.nat.inboundRefresh = false;
    Rig rig(policy);
    const auto seen = *rig.Leaves(Zone::INSIDE, UdpPacket(VOICE));
    rig.Wait(200s);
    EXPECT_TRUE(rig.Passes(Zone::OUTSIDE, UdpPacket(seen.Reversed())));
    rig.Wait(100s);
    EXPECT_FALSE(rig.Passes(Zone::OUTSIDE, UdpPacket(seen.Reversed())));
    EXPECT_TRUE(rig.Passes(Zone::INSIDE, UdpPacket(VOICE)));
    rig.Wait(200s);
    EXPECT_TRUE(rig.Passes(Zone::INSIDE, UdpPacket(VOICE)));
    rig.Wait(299s);
    EXPECT_TRUE(rig.Passes(Zone::OUTSIDE, UdpPacket(seen.Reversed())));
}

TEST(FlowLifetime, EchoesAreKeptForAMinute)
{
    Rig rig(AllowOut());
    const auto flow = EchoFlow("10.0.0.2", "192.0.2.1", 77);
    const auto seen = *rig.Leaves(Zone::INSIDE, IcmpPacket(flow, 8));
    rig.Wait(59s);
    EXPECT_TRUE(rig.Passes(Zone::OUTSIDE, IcmpPacket(seen.Reversed(), 0)));
    rig.Wait(60s);
    EXPECT_FALSE(rig.Passes(Zone::OUTSIDE, IcmpPacket(seen.Reversed(), 0)));
}

TEST(FlowLifetime, AnEchoDoesNotComeBackAsARequest)
{
    Rig rig(AllowOut());
    const auto seen =
        *rig.Leaves(Zone::INSIDE, IcmpPacket(EchoFlow("10.0.0.2", "192.0.2.1", 77), 8));
    EXPECT_FALSE(rig.Passes(Zone::OUTSIDE, IcmpPacket(seen.Reversed(), 8)));
    EXPECT_EQ(rig.LastVerdict(), "unsolicited/no-state");
    EXPECT_FALSE(rig.Passes(Zone::INSIDE, IcmpPacket(EchoFlow("10.0.0.2", "192.0.2.1", 77), 0)));
}

TEST(FlowLifetime, ConfiguredTimesHold)
{
    Policy policy = AllowOut();
    policy.nat.timeouts.udp = 30s;
    policy.nat.timeouts.other = 10s;
    Rig rig(policy);
    rig.Send(Zone::INSIDE, UdpPacket(VOICE));
    Ip4Tuple gre = VOICE;
    gre.protocol = static_cast<IpProtocol>(47);
    gre.sourcePort = gre.destinationPort = 0;
    EXPECT_TRUE(rig.Passes(Zone::INSIDE, IpPacketOf(gre, Bytes(8))));
    EXPECT_EQ(rig.engine.NextTimeout(), rig.now + 10s);
    rig.Wait(10s);
    EXPECT_EQ(rig.engine.GetFlowCount(), 1U);
    rig.Wait(20s);
    EXPECT_EQ(rig.engine.GetFlowCount(), 0U);
    EXPECT_FALSE(rig.engine.NextTimeout());
}

TEST(FlowLifetime, HalfOpenFlowsGiveWayBeforeEstablishedOnes)
{
    auto config = RigConfig();
    config.maxFlows = 100;
    Rig rig(AllowOut(), config);
    Connection connection(rig, WEB);
    ASSERT_TRUE(connection.Open());
    for (uint32_t i = 0; i < 10'000; ++i)
    {
        Ip4Tuple flow = WEB;
        flow.source += 1 + i / 1000;
        flow.sourcePort = static_cast<uint16_t>(1024 + i % 1000);
        rig.Send(Zone::INSIDE, TcpPacket(flow, {TCP_SYN, 1, 0, {}}));
        rig.now += 1us;
    }
    EXPECT_EQ(rig.engine.GetFlowCount(), 100U);
    EXPECT_EQ(rig.engine.GetCounters().evicted, 10'001U - 100U);
    EXPECT_TRUE(connection.SendServer(Bytes(10)));
}

TEST(FlowLifetime, AMillionHalfOpenFlowsFindTheirLimit)
{
    constexpr std::size_t LIMIT = 4096;
    constexpr uint32_t FLOOD = 1'000'000;
    EngineConfig config = RigConfig();
    config.maxFlows = LIMIT;
    SeededRandom random(1, 1, "test");
    Engine engine(AllowOut(), config, random);
    Bytes syn = TcpPacket(WEB, {TCP_SYN, 1, 0, {}});
    TimePoint now(1s);
    for (uint32_t i = 0; i < FLOOD; ++i)
    {
        Put32(syn, 12, 0x0a000000 + i / 50'000);
        Put16(syn, 20, static_cast<uint16_t>(1024 + i % 50'000));
        now += 1us;
        engine.HandlePacket(now, Zone::INSIDE, syn);
        ASSERT_LE(engine.GetFlowCount(), LIMIT);
        while (engine.PollTransmit() || engine.PollEvent())
        {
        }
    }
    const auto counters = engine.GetCounters();
    EXPECT_EQ(counters.flows, FLOOD);
    EXPECT_EQ(counters.evicted, FLOOD - LIMIT);
    EXPECT_EQ(engine.GetFlowCount(), LIMIT);
}

TEST(FlowLifetime, ARefusedFlowDoesNotSwallowAnswers)
{
    Policy policy = AllowOut();
    policy.nat.enabled = false;
    Rig rig(policy);
    EXPECT_FALSE(rig.Passes(Zone::OUTSIDE, UdpPacket(VOICE.Reversed())));
    EXPECT_EQ(rig.LastVerdict(), "default/default");
    EXPECT_TRUE(rig.Passes(Zone::INSIDE, UdpPacket(VOICE)));
    EXPECT_TRUE(rig.Passes(Zone::OUTSIDE, UdpPacket(VOICE.Reversed())));
}

TEST(FlowLifetime, RefusedPacketsAreReportedEachTime)
{
    Policy policy = AllowOut();
    policy.rules[0].protocol = IpProtocol::TCP;
    Rig rig(policy);
    for (int i = 0; i < 3; ++i)
    {
        rig.Send(Zone::INSIDE, UdpPacket(VOICE));
        EXPECT_EQ(rig.LastVerdict(), "default/default");
        EXPECT_EQ(rig.events.back().firstOfFlow, i == 0);
    }
    EXPECT_EQ(rig.events.size(), 3U);
    EXPECT_EQ(rig.engine.GetCounters().refused, 3U);
}

} // namespace

} // namespace imsfw::engine
