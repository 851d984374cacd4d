// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// RFC 4787: mapping by filtering, port assignment, parity, exhaustion, hairpinning.
#include "connection.h"

#include <set>

namespace imsfw::engine
{

namespace
{

using namespace std::chrono_literals;

constexpr auto EI = NatBehaviour::ENDPOINT_INDEPENDENT;
constexpr auto AD = NatBehaviour::ADDRESS_DEPENDENT;
constexpr auto APD = NatBehaviour::ADDRESS_AND_PORT_DEPENDENT;
const std::string HOST = "10.0.0.2:40000";

Policy
WithNat(NatBehaviour mapping, NatBehaviour filtering)
{
    Policy policy = AllowOut();
    policy.nat.mapping = mapping;
    policy.nat.filtering = filtering;
    policy.nat.portAssignment = PortAssignment::RANDOM;
    return policy;
}

uint16_t
ExternalPort(Rig& rig, const std::string& from, const std::string& to)
{
    const auto seen = rig.Leaves(Zone::INSIDE, UdpPacket(UdpFlow(from, to)));
    return seen ? seen->sourcePort : 0;
}

bool
Reaches(Rig& rig, const std::string& from, uint16_t externalPort)
{
    const std::string to = EXTERNAL + ":" + std::to_string(externalPort);
    const auto seen = rig.Leaves(Zone::OUTSIDE, UdpPacket(UdpFlow(from, to)));
    EXPECT_TRUE(!seen || seen->ToFiveTuple().destination.ToString() == HOST);
    return seen.has_value();
}

TEST(NatMapping, IsSharedAsFarAsTheBehaviourSays)
{
    struct Row
    {
        NatBehaviour mapping;
        bool otherPort;    ///< shares the mapping
        bool otherAddress; ///< likewise
    };

    for (const Row& row : {Row{EI, true, true}, Row{AD, true, false}, Row{APD, false, false}})
    {
        SCOPED_TRACE(ToString(row.mapping));
        Rig rig(WithNat(row.mapping, EI));
        const uint16_t first = ExternalPort(rig, HOST, "192.0.2.1:1000");
        EXPECT_EQ(ExternalPort(rig, HOST, "192.0.2.1:1000"), first);
        EXPECT_EQ(ExternalPort(rig, HOST, "192.0.2.1:2000") == first, row.otherPort);
        EXPECT_EQ(ExternalPort(rig, HOST, "192.0.2.9:1000") == first, row.otherAddress);
        EXPECT_NE(ExternalPort(rig, "10.0.0.2:40001", "192.0.2.1:1000"), first);
        EXPECT_NE(ExternalPort(rig, "10.0.0.3:40000", "192.0.2.1:1000"), first);
    }
}

TEST(NatFiltering, HoldsWithEveryMapping)
{
    struct Row
    {
        NatBehaviour filtering;
        bool samePort;
        bool otherPort;
        bool otherAddress;
    };

    for (const NatBehaviour mapping : {EI, AD, APD})
    {
        for (const Row& row :
             {Row{EI, true, true, true}, Row{AD, true, true, false}, Row{APD, true, false, false}})
        {
            SCOPED_TRACE(ToString(mapping) + " " + ToString(row.filtering));
            Rig rig(WithNat(mapping, row.filtering));
            const uint16_t port = ExternalPort(rig, HOST, "192.0.2.1:1000");
            EXPECT_EQ(Reaches(rig, "192.0.2.1:1000", port), row.samePort);
            EXPECT_EQ(Reaches(rig, "192.0.2.1:2000", port), row.otherPort);
            EXPECT_EQ(rig.LastVerdict(),
                      row.otherPort ? "nat-mapping/rule" : "unsolicited/filtered");
            EXPECT_EQ(Reaches(rig, "192.0.2.9:1000", port), row.otherAddress);
            EXPECT_FALSE(Reaches(rig, "192.0.2.1:1000", port ^ 1U));
            EXPECT_EQ(rig.LastVerdict(), "unsolicited/no-mapping");
        }
    }
}

TEST(NatFiltering, ForgetsTheRemoteWithItsFlow)
{
    Rig rig(WithNat(EI, AD));
    const uint16_t port = ExternalPort(rig, HOST, "192.0.2.1:1000");
    rig.Wait(200s);
    EXPECT_EQ(ExternalPort(rig, HOST, "192.0.2.9:1000"), port);
    rig.Wait(200s); // the first flow is gone, the mapping lives by the second
    EXPECT_FALSE(Reaches(rig, "192.0.2.1:2000", port));
    EXPECT_EQ(rig.LastVerdict(), "unsolicited/filtered");
    EXPECT_TRUE(Reaches(rig, "192.0.2.9:2000", port));
}

TEST(NatMapping, LivesByInboundFlowsToo)
{
    Rig rig(WithNat(EI, EI));
    const uint16_t port = ExternalPort(rig, HOST, "192.0.2.1:1000");
    rig.Wait(200s);
    EXPECT_TRUE(Reaches(rig, "192.0.2.9:1000", port));
    rig.Wait(200s);
    EXPECT_TRUE(Reaches(rig, "192.0.2.7:1000", port));
    rig.Wait(300s);
    EXPECT_FALSE(Reaches(rig, "192.0.2.9:1000", port));
    EXPECT_EQ(rig.engine.GetFlowCount(), 0U);
}

TEST(NatMapping, AnswersToAnInboundFlowLeaveThroughIt)
{
    Rig rig(WithNat(APD, EI));
    const uint16_t port = ExternalPort(rig, HOST, "192.0.2.1:1000");
    ASSERT_TRUE(Reaches(rig, "192.0.2.9:1000", port));
    EXPECT_EQ(ExternalPort(rig, HOST, "192.0.2.9:1000"), port);
}

TEST(NatMapping, TcpAndUdpAndEchoesAreApart)
{
    Policy policy = AllowOut();
    policy.nat.portRange = {40000, 40000};
    Rig rig(policy);
    const auto tcp =
        rig.Leaves(Zone::INSIDE, TcpPacket(TcpFlow(HOST, "192.0.2.1:1"), {TCP_SYN, 1, 0, {}}));
    const auto udp = rig.Leaves(Zone::INSIDE, UdpPacket(UdpFlow(HOST, "192.0.2.1:1")));
    const auto echo =
        rig.Leaves(Zone::INSIDE, IcmpPacket(EchoFlow("10.0.0.2", "192.0.2.1", 40000), 8));
    ASSERT_TRUE(tcp && udp && echo);
    EXPECT_EQ(tcp->sourcePort, 40000);
    EXPECT_EQ(udp->sourcePort, 40000);
    EXPECT_EQ(echo->sourcePort, 40000);
}

TEST(NatMapping, EchoesOfTwoHostsGetIdentifiersOfTheirOwn)
{
    Rig rig(AllowOut());
    const auto first =
        *rig.Leaves(Zone::INSIDE, IcmpPacket(EchoFlow("10.0.0.2", "192.0.2.1", 7), 8));
    const auto second =
        *rig.Leaves(Zone::INSIDE, IcmpPacket(EchoFlow("10.0.0.3", "192.0.2.1", 7), 8));
    EXPECT_EQ(first.sourcePort, 7);
    EXPECT_NE(second.sourcePort, 7);
    const auto back = *rig.Leaves(Zone::OUTSIDE, IcmpPacket(second.Reversed(), 0));
    EXPECT_EQ(back, EchoFlow("10.0.0.3", "192.0.2.1", 7).Reversed());
}

TEST(NatPorts, ArePreservedWhereFree)
{
    Policy policy = AllowOut();
    policy.nat.mapping = APD;
    Rig rig(policy);
    EXPECT_EQ(ExternalPort(rig, HOST, "192.0.2.1:1000"), 40000);
    EXPECT_NE(ExternalPort(rig, "10.0.0.3:40000", "192.0.2.1:1000"), 40000);
    EXPECT_EQ(ExternalPort(rig, "10.0.0.3:500", "192.0.2.1:500"), 500); // outside the range too
    rig.Wait(301s);
    EXPECT_EQ(ExternalPort(rig, "10.0.0.3:40000", "192.0.2.1:1000"), 40000);
}

TEST(NatPorts, AtRandomLieInTheRange)
{
    Policy policy = WithNat(APD, APD);
    policy.nat.portRange = {30000, 30999};
    Rig rig(policy);
    std::set<uint16_t> ports;
    for (uint16_t i = 0; i < 500; ++i)
    {
        const uint16_t port = ExternalPort(rig, HOST, "192.0.2.1:" + std::to_string(1000 + i));
        EXPECT_GE(port, 30000);
        EXPECT_LE(port, 30999);
        ports.insert(port);
    }
    EXPECT_EQ(ports.size(), 500U);
    EXPECT_GT(*ports.rbegin() - *ports.begin(), 900);
}

TEST(NatPorts, KeepTheirParity)
{
    for (const PortAssignment assignment : {PortAssignment::RANDOM, PortAssignment::PRESERVING})
    {
        Policy policy = WithNat(APD, APD);
        policy.nat.portAssignment = assignment;
        policy.nat.portParity = true;
        Rig rig(policy);
        for (uint16_t i = 0; i < 100; ++i)
        {
            const auto inside = static_cast<uint16_t>(40000 + i % 2);
            const uint16_t port = ExternalPort(
                rig, "10.0.0.2:" + std::to_string(inside), "192.0.2.1:" + std::to_string(1000 + i));
            EXPECT_EQ(port % 2, inside % 2);
        }
    }
}

TEST(NatPorts, RunOutAndComeBack)
{
    Policy policy = WithNat(APD, APD);
    policy.nat.portRange = {30000, 30003};
    policy.refusal = Action::ICMP;
    Rig rig(policy);
    for (uint16_t i = 0; i < 4; ++i)
    {
        EXPECT_NE(ExternalPort(rig, HOST, "192.0.2.1:" + std::to_string(1000 + i)), 0);
    }
    const auto refused = rig.Send(Zone::INSIDE, UdpPacket(UdpFlow(HOST, "192.0.2.1:2000")));
    ASSERT_EQ(refused.size(), 1U);
    EXPECT_EQ(refused[0].kind, TransmitKind::GENERATED);
    EXPECT_EQ(rig.LastVerdict(), "out/no-port");
    EXPECT_EQ(rig.events.back().action, Action::ICMP);
    rig.Wait(301s);
    EXPECT_NE(ExternalPort(rig, HOST, "192.0.2.1:2000"), 0);
}

TEST(NatPorts, OfOneParityCanRunOutAlone)
{
    Policy policy = WithNat(APD, APD);
    policy.nat.portRange = {30000, 30003};
    policy.nat.portParity = true;
    Rig rig(policy);
    EXPECT_NE(ExternalPort(rig, "10.0.0.2:40000", "192.0.2.1:1"), 0);
    EXPECT_NE(ExternalPort(rig, "10.0.0.2:40000", "192.0.2.1:2"), 0);
    EXPECT_EQ(ExternalPort(rig, "10.0.0.2:40000", "192.0.2.1:3"), 0);
    EXPECT_NE(ExternalPort(rig, "10.0.0.2:40001", "192.0.2.1:3"), 0);
}

TEST(NatPorts, WithoutPortsThereIsOneFlowForEachProtocol)
{
    Rig rig(AllowOut());
    Ip4Tuple esp{0x0a000002, 0xc0000201, 0, 0, IpProtocol::ESP};
    EXPECT_EQ(rig.Leaves(Zone::INSIDE, IpPacketOf(esp, Bytes(8)))->source, 0xcb007101U);
    esp.source = 0x0a000003;
    EXPECT_FALSE(rig.Passes(Zone::INSIDE, IpPacketOf(esp, Bytes(8))));
    EXPECT_EQ(rig.LastVerdict(), "out/no-port");
}

TEST(NatHairpinning, IsRefusedUnlessAskedFor)
{
    Rig rig(WithNat(EI, EI));
    const uint16_t port = ExternalPort(rig, HOST, "192.0.2.1:1000");
    const auto flow = UdpFlow("10.0.0.3:50000", EXTERNAL + ":" + std::to_string(port));
    EXPECT_FALSE(rig.Passes(Zone::INSIDE, UdpPacket(flow)));
    EXPECT_EQ(rig.LastVerdict(), "unsolicited/no-mapping");
}

TEST(NatHairpinning, ShowsTheExternalAddressToBothEnds)
{
    Policy policy = WithNat(EI, EI);
    policy.nat.hairpinning = true;
    Rig rig(policy);
    const uint16_t portA = ExternalPort(rig, HOST, "192.0.2.1:1000");
    const uint16_t portB = ExternalPort(rig, "10.0.0.3:50000", "192.0.2.1:1000");
    const auto toA = UdpFlow("10.0.0.3:50000", EXTERNAL + ":" + std::to_string(portA));
    const auto out = rig.Send(Zone::INSIDE, UdpPacket(toA));
    ASSERT_EQ(out.size(), 1U);
    EXPECT_EQ(out[0].to, Zone::INSIDE);
    EXPECT_TRUE(HasGoodChecksums(out[0].packet));
    const Ip4Tuple seen = ParseIp(out[0].packet)->tuple;
    EXPECT_EQ(seen, UdpFlow(EXTERNAL + ":" + std::to_string(portB), HOST));
    EXPECT_EQ(rig.Leaves(Zone::INSIDE, UdpPacket(seen.Reversed())), toA.Reversed());
    EXPECT_EQ(rig.events.back().ruleId, "out"); // as for a flow to outside
}

TEST(NatHairpinning, IsFilteredAsFromOutside)
{
    Policy policy = WithNat(EI, APD);
    policy.nat.hairpinning = true;
    Rig rig(policy);
    const uint16_t portA = ExternalPort(rig, HOST, "192.0.2.1:1000");
    const uint16_t portB = ExternalPort(rig, "10.0.0.3:50000", "192.0.2.1:1000");
    const std::string externalA = EXTERNAL + ":" + std::to_string(portA);
    const std::string externalB = EXTERNAL + ":" + std::to_string(portB);
    EXPECT_FALSE(rig.Passes(Zone::INSIDE, UdpPacket(UdpFlow("10.0.0.3:50000", externalA))));
    EXPECT_EQ(rig.LastVerdict(), "unsolicited/filtered");
    EXPECT_FALSE(rig.Passes(Zone::INSIDE, UdpPacket(UdpFlow("10.0.0.3:50000", EXTERNAL + ":9"))));
    EXPECT_EQ(rig.LastVerdict(), "unsolicited/no-mapping");
    // A refused try leaves nothing behind: A has sent nothing that opened its filter for B.
    EXPECT_FALSE(rig.Passes(Zone::INSIDE, UdpPacket(UdpFlow(HOST, externalB))));
}

TEST(Nat, SparesTheDmz)
{
    Policy policy = AllowOut();
    policy.rules[0].to.reset();
    Rig rig(policy);
    const auto flow = UdpFlow(HOST, "10.9.0.1:53");
    EXPECT_EQ(rig.Leaves(Zone::INSIDE, UdpPacket(flow)), flow);
    EXPECT_EQ(rig.Leaves(Zone::DMZ, UdpPacket(flow.Reversed())), flow.Reversed());
}

TEST(Nat, RulesSeeWhereAnInboundPacketReallyGoes)
{
    Policy policy = WithNat(EI, EI);
    Rule closed;
    closed.id = "closed";
    closed.from = Zone::OUTSIDE;
    closed.addresses = {*IpPrefix::Parse("10.0.0.2")};
    closed.action = Action::DROP;
    policy.rules.push_back(closed);
    Rig rig(policy);
    const uint16_t toTwo = ExternalPort(rig, HOST, "192.0.2.1:1000");
    const uint16_t toThree = ExternalPort(rig, "10.0.0.3:40000", "192.0.2.1:1000");
    EXPECT_TRUE(Reaches(rig, "192.0.2.1:1000", toTwo)); // an answer
    EXPECT_FALSE(Reaches(rig, "192.0.2.9:1000", toTwo));
    EXPECT_EQ(rig.LastVerdict(), "closed/rule");
    const auto three = UdpFlow("192.0.2.9:1000", EXTERNAL + ":" + std::to_string(toThree));
    EXPECT_TRUE(rig.Passes(Zone::OUTSIDE, UdpPacket(three)));
}

TEST(Nat, InspectsInboundFlowsAndLetsGoodOnesLive)
{
    Policy policy = WithNat(EI, EI);
    Rule noSip;
    noSip.id = "no-sip";
    noSip.content = {classify::Application::SIP};
    noSip.action = Action::DROP;
    policy.rules.insert(policy.rules.begin(), noSip);
    Rig rig(policy);
    const uint16_t port = ExternalPort(rig, HOST, "192.0.2.1:1000");
    const auto flow = UdpFlow("192.0.2.9:1000", EXTERNAL + ":" + std::to_string(port));
    const auto text = [](std::string_view t) { return ByteView(t).ToBytes(); };
    EXPECT_TRUE(rig.Passes(Zone::OUTSIDE, UdpPacket(flow, text("hello"))));
    EXPECT_TRUE(rig.Passes(Zone::OUTSIDE, UdpPacket(flow, text("good bye"))));
    EXPECT_FALSE(rig.Passes(Zone::OUTSIDE, UdpPacket(flow, text("OPTIONS sip:a SIP/2.0\r\n\r\n"))));
    EXPECT_EQ(rig.LastVerdict(), "no-sip/content");
    EXPECT_FALSE(rig.Passes(Zone::OUTSIDE, UdpPacket(flow, text("hello"))));
}

} // namespace

} // namespace imsfw::engine
