// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// What NATs do beyond mapping and filtering: pooling, limits, fragments, RSTs, ICMP errors, reboots; each behaviour beside
/// its opposite.
#include "connection.h"

#include "engine/chain.h"
#include "engine/nat/fragment-table.h"

#include <set>

namespace imsfw::engine
{

namespace
{

using namespace std::chrono_literals;

constexpr auto APD = NatBehaviour::ADDRESS_AND_PORT_DEPENDENT;
const std::string SERVER = "192.0.2.1:1000";

EngineConfig
WithPool()
{
    EngineConfig config = RigConfig();
    for (const char* address : {"203.0.113.2", "203.0.113.3", "203.0.113.4"})
    {
        config.morePoolAddresses.push_back(*IpAddress::Parse(address));
    }
    return config;
}

/// @return how many external addresses one host's mappings have.
std::size_t
AddressesOfOneHost(unsigned addresses, Pooling pooling)
{
    Policy policy = AllowOut();
    policy.nat.addresses = addresses;
    policy.nat.pooling = pooling;
    Rig rig(policy, WithPool());
    std::set<uint32_t> seen;
    for (int port = 1; port <= 40; ++port)
    {
        const auto leaving = rig.Leaves(
            Zone::INSIDE, UdpPacket(UdpFlow("10.0.0.2:" + std::to_string(port), SERVER)));
        seen.insert(leaving ? leaving->source : 0);
    }
    return seen.size();
}

TEST(NatPooling, PairedOrArbitrary)
{
    EXPECT_EQ(AddressesOfOneHost(1, Pooling::ARBITRARY), 1U);
    EXPECT_EQ(AddressesOfOneHost(4, Pooling::PAIRED), 1U);
    EXPECT_EQ(AddressesOfOneHost(4, Pooling::ARBITRARY), 4U);
    EXPECT_EQ(AddressesOfOneHost(99, Pooling::ARBITRARY), 4U); // there are no more
}

TEST(NatPooling, HostsAreSpreadAndAnswersComeBack)
{
    Policy policy = AllowOut();
    policy.nat.addresses = 4;
    Rig rig(policy, WithPool());
    std::set<uint32_t> seen;
    for (int host = 2; host < 40; ++host)
    {
        const std::string from = "10.0.0." + std::to_string(host) + ":5000";
        const auto leaving = rig.Leaves(Zone::INSIDE, UdpPacket(UdpFlow(from, SERVER)));
        ASSERT_TRUE(leaving);
        seen.insert(leaving->source);
        const auto back = rig.Leaves(Zone::OUTSIDE, UdpPacket(leaving->Reversed()));
        ASSERT_TRUE(back);
        EXPECT_EQ(back->ToFiveTuple().destination.ToString(), from);
    }
    EXPECT_EQ(seen.size(), 4U);
}

TEST(NatPooling, TheSamePortCanBeHadOnEachAddress)
{
    Policy policy = AllowOut();
    policy.nat.addresses = 4;
    policy.nat.pooling = Pooling::ARBITRARY;
    policy.nat.portRange = {4000, 4000};
    policy.nat.portAssignment = PortAssignment::RANDOM;
    Rig rig(policy, WithPool());
    std::size_t mapped = 0;
    for (int port = 1; port <= 100; ++port)
    {
        const auto flow = UdpFlow("10.0.0.2:" + std::to_string(port), SERVER);
        mapped += rig.Passes(Zone::INSIDE, UdpPacket(flow));
    }
    EXPECT_EQ(mapped, 4U);
    EXPECT_EQ(rig.LastVerdict(), "out/no-port");
}

TEST(NatLimits, EachHostHasItsShareOfPorts)
{
    Policy policy = AllowOut();
    policy.nat.mapping = APD;
    policy.nat.portsPerHost = 3;
    Rig rig(policy);
    const auto passes = [&](const std::string& from)
    { return rig.Passes(Zone::INSIDE, UdpPacket(UdpFlow(from, SERVER))); };
    for (const char* port : {"1", "2", "3"})
    {
        EXPECT_TRUE(passes(std::string("10.0.0.2:") + port));
    }
    EXPECT_FALSE(passes("10.0.0.2:4"));
    EXPECT_EQ(rig.LastVerdict(), "out/no-port");
    EXPECT_TRUE(passes("10.0.0.3:4")); // another host's share is its own
    EXPECT_TRUE(passes("10.0.0.2:1"));
    rig.Wait(10min);
    EXPECT_TRUE(passes("10.0.0.2:5"));
}

TEST(NatTimeouts, UnansweredUdpIsForgottenEarlier)
{
    Policy policy = AllowOut();
    policy.nat.timeouts.udp = 100s;
    policy.nat.timeouts.udpUnanswered = 10s;
    Rig rig(policy);
    const auto out = rig.Leaves(Zone::INSIDE, UdpPacket(UdpFlow("10.0.0.2:1", SERVER)));
    rig.Wait(11s);
    EXPECT_EQ(rig.engine.GetFlowCount(), 0U);
    rig.Leaves(Zone::INSIDE, UdpPacket(UdpFlow("10.0.0.2:1", SERVER)));
    EXPECT_TRUE(rig.Passes(Zone::OUTSIDE, UdpPacket(out->Reversed())));
    rig.Wait(99s);
    EXPECT_EQ(rig.engine.GetFlowCount(), 1U);
    rig.Wait(2s);
    EXPECT_EQ(rig.engine.GetFlowCount(), 0U);
}

/// @return flows that are left right after an RST, and some time after it.
std::pair<std::size_t, std::size_t>
AfterReset(StateEffect effect)
{
    Policy policy = AllowOut();
    policy.nat.onReset = effect;
    policy.nat.timeouts.tcpTransitory = 10s;
    Rig rig(policy);
    Connection connection(rig, TcpFlow("10.0.0.2:1", SERVER));
    EXPECT_TRUE(connection.Open());
    const auto reset = TcpPacket(TcpFlow("10.0.0.2:1", SERVER), {TCP_RST, 2, 0, {}});
    EXPECT_TRUE(rig.Passes(Zone::INSIDE, reset));
    const std::size_t now = rig.engine.GetFlowCount();
    rig.Wait(11s);
    return {now, rig.engine.GetFlowCount()};
}

TEST(NatEvents, AResetEndsAFlowAsThePolicySays)
{
    EXPECT_EQ(AfterReset(StateEffect::KEEP), std::pair(std::size_t{1}, std::size_t{1}));
    EXPECT_EQ(AfterReset(StateEffect::TRANSITORY), std::pair(std::size_t{1}, std::size_t{0}));
    EXPECT_EQ(AfterReset(StateEffect::REMOVE), std::pair(std::size_t{0}, std::size_t{0}));
}

/// @return whether an ICMP error about a flow gets in, and whether the flow is still there then.
std::pair<bool, bool>
AfterIcmpError(bool passes, StateEffect effect)
{
    Policy policy = AllowOut();
    policy.nat.passesIcmpErrors = passes;
    policy.nat.onIcmpError = effect;
    Rig rig(policy);
    const auto sent = rig.Forwarded(Zone::INSIDE, UdpPacket(UdpFlow("10.0.0.2:1", SERVER)));
    const bool isIn = rig.Passes(Zone::OUTSIDE, IcmpError("198.51.100.9", *sent, 28));
    return {isIn, rig.engine.GetFlowCount() == 1};
}

TEST(NatEvents, IcmpErrors)
{
    EXPECT_EQ(AfterIcmpError(true, StateEffect::KEEP), std::pair(true, true));
    EXPECT_EQ(AfterIcmpError(true, StateEffect::REMOVE), std::pair(true, false));
    EXPECT_EQ(AfterIcmpError(false, StateEffect::KEEP), std::pair(false, true));
}

TEST(NatEvents, ARebootLosesAllState)
{
    Policy policy = AllowOut();
    policy.nat.portAssignment = PortAssignment::RANDOM;
    Rig rig(policy);
    const auto before = rig.Leaves(Zone::INSIDE, UdpPacket(UdpFlow("10.0.0.2:1", SERVER)));
    Connection connection(rig, TcpFlow("10.0.0.2:1", SERVER));
    ASSERT_TRUE(connection.Open());
    rig.engine.Reboot(rig.now);
    EXPECT_EQ(rig.engine.GetFlowCount(), 0U);
    EXPECT_EQ(rig.engine.GetCounters().lost, 2U);
    EXPECT_FALSE(rig.Passes(Zone::OUTSIDE, UdpPacket(before->Reversed())));
    EXPECT_EQ(rig.LastVerdict(), "unsolicited/no-mapping");
    const auto after = rig.Leaves(Zone::INSIDE, UdpPacket(UdpFlow("10.0.0.2:1", SERVER)));
    EXPECT_NE(after->sourcePort, before->sourcePort); // the server sees another one
    EXPECT_FALSE(rig.Passes(Zone::INSIDE, connection.NextPacket(0, Bytes(1))));
    EXPECT_EQ(rig.LastVerdict(), "unsolicited/no-state");
}

/// A datagram in three fragments (RFC 791 3.2), the first with the UDP header.
std::vector<Bytes>
Fragments(const Ip4Tuple& flow, uint16_t identification)
{
    const Bytes whole = UdpPacket(flow, Bytes(72, 7)); // 80 bytes behind the IP header
    const ByteView body = ByteView(whole).Sub(20);
    std::vector<Bytes> fragments;
    for (uint16_t i = 0; i < 3; ++i)
    {
        const uint16_t more = i < 2 ? 0x2000 : 0;
        Bytes one =
            IpPacketOf(flow, body.Sub(32U * i, 32).ToBytes(), static_cast<uint16_t>(more | 4 * i));
        one[4] = static_cast<uint8_t>(identification >> 8);
        one[5] = static_cast<uint8_t>(identification);
        fragments.push_back(std::move(one));
    }
    return fragments;
}

/// @return how many fragments come out of those sent in this order.
std::size_t
FragmentsOut(FragmentBehaviour behaviour, const std::vector<int>& order)
{
    Policy policy = AllowOut();
    policy.nat.fragments = behaviour;
    policy.nat.portAssignment = PortAssignment::RANDOM;
    Rig rig(policy);
    const auto fragments = Fragments(UdpFlow("10.0.0.2:1", SERVER), 77);
    std::size_t count = 0;
    for (const int i : order)
    {
        for (const auto& out : rig.Send(Zone::INSIDE, fragments[static_cast<std::size_t>(i)]))
        {
            EXPECT_EQ(out.to, Zone::OUTSIDE);
            EXPECT_EQ(IpAddress::V4(ParseIp(out.packet)->tuple.source).ToString(), EXTERNAL);
            ++count;
        }
    }
    return count;
}

TEST(NatFragments, PassAsThePolicySays)
{
    struct Row
    {
        FragmentBehaviour behaviour;
        std::vector<int> order;
        std::size_t out;
    };

    const Row rows[] = {
        {FragmentBehaviour::REFUSE, {0, 1, 2}, 0},
        {FragmentBehaviour::IN_ORDER, {0, 1, 2}, 3},
        {FragmentBehaviour::IN_ORDER, {0, 2, 1}, 3},
        {FragmentBehaviour::IN_ORDER, {1, 0, 2}, 2},
        {FragmentBehaviour::IN_ORDER, {1, 2}, 0},
        {FragmentBehaviour::ANY_ORDER, {2, 1, 0}, 3},
        {FragmentBehaviour::ANY_ORDER, {1, 2}, 0},
    };
    for (const Row& row : rows)
    {
        EXPECT_EQ(FragmentsOut(row.behaviour, row.order), row.out)
            << ToString(row.behaviour) << " " << row.order.front();
    }
}

TEST(NatFragments, OfARefusedFlowAreRefused)
{
    Policy policy = AllowOut();
    policy.nat.fragments = FragmentBehaviour::ANY_ORDER;
    policy.rules[0].action = Action::DROP;
    Rig rig(policy);
    const auto fragments = Fragments(UdpFlow("10.0.0.2:1", SERVER), 77);
    for (const int i : {1, 0, 2})
    {
        EXPECT_TRUE(rig.Send(Zone::INSIDE, fragments[static_cast<std::size_t>(i)]).empty());
    }
    EXPECT_EQ(rig.engine.GetCounters().fragments, 3U);
}

TEST(NatFragments, OfDifferentDatagramsAreToldApart)
{
    Policy policy = AllowOut();
    policy.nat.fragments = FragmentBehaviour::IN_ORDER;
    Rig rig(policy);
    EXPECT_TRUE(rig.Passes(Zone::INSIDE, Fragments(UdpFlow("10.0.0.2:1", SERVER), 1)[0]));
    EXPECT_FALSE(rig.Passes(Zone::INSIDE, Fragments(UdpFlow("10.0.0.2:1", SERVER), 2)[1]));
    EXPECT_TRUE(rig.Passes(Zone::INSIDE, Fragments(UdpFlow("10.0.0.2:1", SERVER), 1)[1]));
    rig.Wait(FragmentTable::LIFETIME);
    EXPECT_FALSE(rig.Passes(Zone::INSIDE, Fragments(UdpFlow("10.0.0.2:1", SERVER), 1)[1]));
}

TEST(NatFragments, MemoryIsBounded)
{
    FragmentTable table;
    Arrival arrival{TimePoint(1s), Zone::INSIDE, {}, Bytes(20)};
    std::size_t held = 0;
    for (uint16_t i = 0; i < 5000; ++i)
    {
        held += table.Hold({1, 2, IpProtocol::UDP, i}, arrival);
        table.Learn({1, 2, IpProtocol::UDP, i}, {}, arrival.now);
    }
    EXPECT_EQ(held, FragmentTable::MOST_HELD);
    EXPECT_EQ(table.Find({1, 2, IpProtocol::UDP, 0}, arrival.now), nullptr); // the oldest gave way
    EXPECT_NE(table.Find({1, 2, IpProtocol::UDP, 4999}, arrival.now), nullptr);
    EXPECT_EQ(table.TakeHeld({1, 2, IpProtocol::UDP, 3}).size(), 1U);
    EXPECT_EQ(table.TakeHeld({1, 2, IpProtocol::UDP, 3}).size(), 0U);
}

/// A home router behind a provider's NAT.
class DoubleNat : public testing::Test
{
  protected:
    DoubleNat()
    {
        std::vector<Chain::Stage> stages(2);
        stages[0] = {AllowOut(), RigConfig()};
        stages[0].config.externalAddress = *IpAddress::Parse("100.64.0.2");
        stages[1] = {AllowOut(), RigConfig()};
        stages[1].config.inside = {*IpPrefix::Parse("100.64.0.0/10")};
        stages[1].config.dmz.clear();
        chain = std::make_unique<Chain>(std::move(stages), m_random);
    }

    std::vector<OutPacket>
    Send(Zone from, const Bytes& packet)
    {
        chain->HandlePacket(TimePoint(1s), from, packet);
        std::vector<OutPacket> out;
        while (auto one = chain->PollTransmit())
        {
            out.push_back(std::move(*one));
        }
        return out;
    }

    std::unique_ptr<Chain> chain;

  private:
    SeededRandom m_random{1, 1, "test"};
};

TEST_F(DoubleNat, TranslatesTwiceAndBack)
{
    const auto out = Send(Zone::INSIDE, UdpPacket(UdpFlow("10.0.0.2:5000", SERVER)));
    ASSERT_EQ(out.size(), 1U);
    const auto seen = ParseIp(out[0].packet)->tuple;
    EXPECT_EQ(IpAddress::V4(seen.source).ToString(), EXTERNAL);
    EXPECT_TRUE(HasGoodChecksums(out[0].packet));
    const auto back = Send(Zone::OUTSIDE, UdpPacket(seen.Reversed()));
    ASSERT_EQ(back.size(), 1U);
    EXPECT_EQ(back[0].to, Zone::INSIDE);
    EXPECT_EQ(ParseIp(back[0].packet)->tuple, UdpFlow(SERVER, "10.0.0.2:5000"));
    EXPECT_EQ(chain->GetFlowCount(), 2U);
    unsigned stages = 0;
    while (const auto event = chain->PollEvent())
    {
        stages |= 1U << event->stage;
    }
    EXPECT_EQ(stages, 3U);
}

TEST_F(DoubleNat, TellsOfAFlowAsTheInnermostSawIt)
{
    const auto opened = UdpFlow("10.0.0.2:5000", SERVER);
    Send(Zone::INSIDE, UdpPacket(opened));
    while (const auto event = chain->PollEvent())
    {
        EXPECT_EQ(event->flow, opened.ToFiveTuple()) << event->stage;
    }
    const auto stray = UdpFlow("198.51.100.1:1", EXTERNAL + ":9");
    Send(Zone::OUTSIDE, UdpPacket(stray));
    const auto event = chain->PollEvent();
    ASSERT_TRUE(event);
    EXPECT_EQ(event->flow, stray.ToFiveTuple()) << "nobody inside has opened it";
}

TEST_F(DoubleNat, EachStageCanRefuseAndReboot)
{
    const auto out = Send(Zone::INSIDE, UdpPacket(UdpFlow("10.0.0.2:5000", SERVER)));
    const auto seen = ParseIp(out.at(0).packet)->tuple;
    EXPECT_TRUE(Send(Zone::OUTSIDE, UdpPacket(UdpFlow("198.51.100.1:1", EXTERNAL + ":9"))).empty());
    chain->Reboot(TimePoint(2s));
    EXPECT_EQ(chain->GetCounters().lost, 2U);
    EXPECT_TRUE(Send(Zone::OUTSIDE, UdpPacket(seen.Reversed())).empty());
    EXPECT_FALSE(chain->NextTimeout());
}

} // namespace

} // namespace imsfw::engine
