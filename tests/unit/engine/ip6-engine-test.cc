// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The firewall for IPv6 and NAT64 as a whole: rules by IPv6 prefixes, state, inspection, refusals, translation.
#include "engine/ip6/ip6-engine.h"
#include "flow-scripts.h"
#include "packets6.h"

namespace imsfw::engine
{

namespace
{

using namespace std::chrono_literals;

const IpAddress HOST = Address("2001:db8::10");
const IpAddress SERVER = Address("2001:db8:ffff::1");
const IpAddress TRANSLATED = Address("64:ff9b::c000:221"); // 192.0.2.33

class Ip6Rig
{
  public:
    explicit Ip6Rig(const Policy& policy, bool translates = true)
        : engine(policy, Config(translates), m_random)
    {
    }

    std::vector<OutPacket>
    Send(Zone from, const Bytes& packet)
    {
        engine.HandlePacket(now, from, packet);
        std::vector<OutPacket> out;
        while (auto one = engine.PollTransmit())
        {
            out.push_back(std::move(*one));
        }
        while (auto event = engine.PollEvent())
        {
            last = event->ruleId + "/" + ToString(event->reason);
            flow = event->flow.ToString();
        }
        return out;
    }

    bool
    Passes(Zone from, const Bytes& packet)
    {
        const auto out = Send(from, packet);
        return out.size() == 1 && out[0].kind == TransmitKind::FORWARDED;
    }

    TimePoint now{100s};
    std::string last; ///< "rule/reason"
    std::string flow; ///< of the latest event

  private:
    static Ip6Config
    Config(bool translates)
    {
        Ip6Config config;
        config.engine.externalAddress = Address("203.0.113.1");
        config.engine.inside = {*IpPrefix::Parse("2001:db8::/64")};
        config.ownAddress = Address("2001:db8::1");
        config.translates = translates;
        return config;
    }

    SeededRandom m_random{1, 1, "test"};

  public:
    Ip6Engine engine;
};

Policy
AllowOut6()
{
    Policy policy;
    policy.id = "test";
    policy.nat.enabled = true;
    Rule out;
    out.id = "out";
    out.from = Zone::INSIDE;
    out.to = Zone::OUTSIDE;
    out.action = Action::ALLOW;
    policy.rules = {out};
    return policy;
}

Policy
Refusing6(const Rule& rule)
{
    Policy policy = AllowOut6();
    policy.rules.insert(policy.rules.begin(), rule);
    return policy;
}

TEST(Ip6Engine, KeepsStateWithoutTranslation)
{
    Ip6Rig rig(AllowOut6());
    EXPECT_FALSE(rig.Passes(Zone::OUTSIDE, Udp6(SERVER, 53, HOST, 5000)));
    const Bytes query = Udp6(HOST, 5000, SERVER, 53, Bytes(3));
    const auto out = rig.Send(Zone::INSIDE, query);
    ASSERT_EQ(out.size(), 1U);
    EXPECT_EQ(out[0].packet, query); // flow label and all
    EXPECT_EQ(rig.flow, "udp [2001:db8::10]:5000 > [2001:db8:ffff::1]:53");
    EXPECT_TRUE(rig.Passes(Zone::OUTSIDE, Udp6(SERVER, 53, HOST, 5000)));
    rig.now += 10min;
    EXPECT_FALSE(rig.Passes(Zone::OUTSIDE, Udp6(SERVER, 53, HOST, 5000)));
    EXPECT_EQ(rig.last, "default/default");
}

TEST(Ip6Engine, RulesNamePrefixesOfBothFamilies)
{
    Rule rule;
    rule.id = "blocked";
    rule.addresses = {*IpPrefix::Parse("2001:db8:ffff::/48"), *IpPrefix::Parse("192.0.2.32/28")};
    Ip6Rig rig(Refusing6(rule));
    EXPECT_FALSE(rig.Passes(Zone::INSIDE, Udp6(HOST, 1, SERVER, 53)));
    EXPECT_EQ(rig.last, "blocked/rule");
    EXPECT_TRUE(rig.Passes(Zone::INSIDE, Udp6(HOST, 1, Address("2001:db8:fffe::1"), 53)));
    EXPECT_FALSE(rig.Passes(Zone::INSIDE, Udp6(HOST, 1, TRANSLATED, 53))); // 192.0.2.33
    EXPECT_TRUE(rig.Passes(Zone::INSIDE, Udp6(HOST, 1, Address("64:ff9b::c000:201"), 53)));
    rule.addresses = {*IpPrefix::Parse("64:ff9b::c000:220/124")};
    Ip6Rig embedded(Refusing6(rule));
    EXPECT_FALSE(embedded.Passes(Zone::INSIDE, Udp6(HOST, 1, TRANSLATED, 53)));
    EXPECT_TRUE(embedded.Passes(Zone::INSIDE, Udp6(HOST, 1, SERVER, 53)));
    rule.addresses = {*IpPrefix::Parse("198.51.100.0/24")}; // no packet here goes there
    EXPECT_TRUE(Ip6Rig(Refusing6(rule)).Passes(Zone::INSIDE, Udp6(HOST, 1, SERVER, 53)));
}

TEST(Ip6Engine, RulesNamePrefixesOfTheSource)
{
    Rule rule;
    rule.id = "guest";
    rule.source.addresses = {*IpPrefix::Parse("2001:db8::10/124")};
    Ip6Rig rig(Refusing6(rule));
    EXPECT_FALSE(rig.Passes(Zone::INSIDE, Udp6(HOST, 1, SERVER, 53))); // 2001:db8::10
    EXPECT_EQ(rig.last, "guest/rule");
    EXPECT_FALSE(rig.Passes(Zone::INSIDE, Udp6(HOST, 1, TRANSLATED, 53)));
    EXPECT_TRUE(rig.Passes(Zone::INSIDE, Udp6(Address("2001:db8::20"), 1, SERVER, 53)));
    EXPECT_TRUE(rig.Passes(Zone::INSIDE, Udp6(Address("2001:db8::20"), 1, TRANSLATED, 53)));
    rule.source.addresses = {*IpPrefix::Parse("10.0.0.0/8")}; // nobody here has such an address
    EXPECT_TRUE(Ip6Rig(Refusing6(rule)).Passes(Zone::INSIDE, Udp6(HOST, 1, SERVER, 53)));
}

TEST(Ip6Engine, InspectsAndResets)
{
    Rule rule;
    rule.id = "no-sip";
    rule.payload.emplace_back();
    rule.payload[0].bytes = classify::Text("REGISTER");
    rule.action = Action::RESET;
    Ip6Rig rig(Refusing6(rule));
    const auto client = [](const Segment& segment) { return Tcp6(HOST, 9, SERVER, 80, segment); };
    EXPECT_TRUE(rig.Passes(Zone::INSIDE, client({TCP_SYN, 1, 0, {}})));
    EXPECT_TRUE(
        rig.Passes(Zone::OUTSIDE, Tcp6(SERVER, 80, HOST, 9, {TCP_SYN | TCP_ACK, 7, 2, {}})));
    EXPECT_TRUE(rig.Passes(Zone::INSIDE, client({TCP_ACK, 2, 8, {}})));
    const auto out = rig.Send(Zone::INSIDE, client({TCP_ACK, 2, 8, REGISTER}));
    ASSERT_EQ(out.size(), 2U);
    EXPECT_EQ(rig.last, "no-sip/payload");
    for (const auto& reset : out)
    {
        const auto packet = ParseIp6(reset.packet);
        ASSERT_TRUE(packet);
        EXPECT_EQ(packet->destination, reset.to == Zone::INSIDE ? HOST : SERVER);
        EXPECT_EQ(reset.packet[40 + 13] & TCP_RST, TCP_RST);
        EXPECT_TRUE(HasGoodChecksum6(reset.packet));
    }
}

TEST(Ip6Engine, RefusesByIcmp6)
{
    Rule rule;
    rule.id = "no";
    rule.protocol = IpProtocol::UDP;
    rule.action = Action::ICMP;
    Ip6Rig rig(Refusing6(rule));
    const auto out = rig.Send(Zone::INSIDE, Udp6(HOST, 1, SERVER, 53));
    ASSERT_EQ(out.size(), 1U);
    const auto packet = ParseIp6(out[0].packet);
    ASSERT_TRUE(packet);
    EXPECT_EQ(packet->source, Address("2001:db8::1"));
    EXPECT_EQ(packet->protocol, IpProtocol::ICMPV6);
    EXPECT_EQ(out[0].packet[40], 1); // destination unreachable
    EXPECT_EQ(out[0].packet[41], 1); // administratively prohibited
    EXPECT_TRUE(HasGoodChecksum6(out[0].packet));
}

TEST(Nat64, TranslatesAndBack)
{
    Ip6Rig rig(AllowOut6());
    const auto out = rig.Send(Zone::INSIDE, Udp6(HOST, 5000, TRANSLATED, 53, Bytes(5, 1)));
    ASSERT_EQ(out.size(), 1U);
    EXPECT_TRUE(HasGoodChecksums(out[0].packet));
    EXPECT_EQ(ParseIp(out[0].packet)->tuple, UdpFlow("203.0.113.1:5000", "192.0.2.33:53"));
    EXPECT_EQ(rig.flow, "udp [2001:db8::10]:5000 > [64:ff9b::c000:221]:53");
    const auto back =
        rig.Send(Zone::OUTSIDE, UdpPacket(UdpFlow("192.0.2.33:53", "203.0.113.1:5000"), Bytes(9)));
    ASSERT_EQ(back.size(), 1U);
    EXPECT_EQ(back[0].to, Zone::INSIDE);
    EXPECT_EQ(ToHex(back[0].packet).substr(16, 64),
              ToHex(Udp6(TRANSLATED, 53, HOST, 5000, Bytes(9))).substr(16, 64));
    EXPECT_TRUE(HasGoodChecksum6(back[0].packet));
}

TEST(Nat64, TwoHostsShareTheExternalAddress)
{
    Ip6Rig rig(AllowOut6());
    const auto portOf = [&](const char* host)
    {
        const auto out = rig.Send(Zone::INSIDE, Udp6(Address(host), 5000, TRANSLATED, 53));
        return out.empty() ? 0 : ParseIp(out[0].packet)->tuple.sourcePort;
    };
    const auto one = portOf("2001:db8::10");
    const auto other = portOf("2001:db8::11");
    EXPECT_NE(one, other);
    const auto back = rig.Send(
        Zone::OUTSIDE, UdpPacket(UdpFlow("192.0.2.33:53", "203.0.113.1:" + std::to_string(other))));
    ASSERT_EQ(back.size(), 1U);
    EXPECT_EQ(ParseIp6(back[0].packet)->destination, Address("2001:db8::11"));
}

TEST(Nat64, FiltersAsThePolicySays)
{
    Policy policy = AllowOut6();
    policy.nat.filtering = NatBehaviour::ADDRESS_AND_PORT_DEPENDENT;
    Ip6Rig rig(policy);
    rig.Send(Zone::INSIDE, Udp6(HOST, 5000, TRANSLATED, 53));
    EXPECT_FALSE(
        rig.Passes(Zone::OUTSIDE, UdpPacket(UdpFlow("192.0.2.33:54", "203.0.113.1:5000"))));
    EXPECT_EQ(rig.last, "unsolicited/filtered");
    EXPECT_TRUE(rig.Passes(Zone::OUTSIDE, UdpPacket(UdpFlow("192.0.2.33:53", "203.0.113.1:5000"))));
}

TEST(Nat64, EchoAndErrors)
{
    Ip6Rig rig(AllowOut6());
    const auto echo = rig.Send(Zone::INSIDE, Icmp6(HOST, TRANSLATED, 128, 0, 0x00070001));
    ASSERT_EQ(echo.size(), 1U);
    EXPECT_EQ(echo[0].packet[20], 8);
    EXPECT_TRUE(HasGoodChecksums(echo[0].packet));
    const auto sent = rig.Send(Zone::INSIDE, Udp6(HOST, 5000, TRANSLATED, 53, Bytes(30)));
    ASSERT_EQ(sent.size(), 1U);
    const auto error = rig.Send(Zone::OUTSIDE, IcmpError("198.51.100.9", sent[0].packet, 40));
    ASSERT_EQ(error.size(), 1U);
    const auto packet = ParseIp6(error[0].packet);
    ASSERT_TRUE(packet);
    EXPECT_EQ(packet->source, Address("64:ff9b::c633:6409"));
    EXPECT_EQ(packet->destination, HOST);
    EXPECT_EQ(error[0].packet[40], 2); // packet too big
    const auto quoted = ParseQuotedIp6(ByteView(error[0].packet).Sub(48));
    ASSERT_TRUE(quoted);
    EXPECT_EQ(quoted->source, HOST);
    EXPECT_EQ(quoted->destination, TRANSLATED);
    EXPECT_TRUE(HasGoodChecksum6(error[0].packet));
}

TEST(Nat64, IsNotThereUnlessAskedFor)
{
    Ip6Rig rig(AllowOut6(), false);
    const auto out = rig.Send(Zone::INSIDE, Udp6(HOST, 5000, TRANSLATED, 53));
    ASSERT_EQ(out.size(), 1U);
    EXPECT_EQ(out[0].packet[0] >> 4, 6); // routed as any other IPv6 address
    EXPECT_TRUE(
        rig.Send(Zone::OUTSIDE, UdpPacket(UdpFlow("192.0.2.33:53", "203.0.113.1:1"))).empty());
    EXPECT_EQ(rig.engine.GetCounters().malformed, 1U);
}

TEST(Ip6Engine, GarbageIsCounted)
{
    Ip6Rig rig(AllowOut6());
    const Bytes good = Udp6(HOST, 1, SERVER, 53, Bytes(9));
    for (std::size_t size = 0; size < good.size(); ++size)
    {
        EXPECT_TRUE(rig.Send(Zone::INSIDE, ByteView(good).Sub(0, size).ToBytes()).empty());
    }
    EXPECT_EQ(rig.engine.GetCounters().malformed, good.size());
}

} // namespace

} // namespace imsfw::engine
