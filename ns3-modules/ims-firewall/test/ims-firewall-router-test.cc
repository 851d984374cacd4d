// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// A firewall on a router between ns-3's own TCP endpoints: what gets through, what the client is told, what is traced.
#include "ims-firewall-world.h"

#include "ns3/v4ping.h"

#include <algorithm>
#include <chrono>

namespace ns3
{
namespace imsfirewall
{
namespace tests
{

namespace
{

constexpr uint16_t HTTPS = 443;
constexpr uint16_t SIP = 5060;

TEST(FirewallRouter, LetsTcpThroughAndTranslatesIt)
{
    World world(AllowOut());
    EchoServer server(world.server, HTTPS);
    TextClient client(world.client, At(SERVER, HTTPS), std::string(20000, 'x'));
    world.Run(10);
    EXPECT_EQ(client.received.size(), 20000U);
    EXPECT_FALSE(client.failure);
    ASSERT_EQ(server.clients.size(), 1U);
    EXPECT_EQ(server.clients[0].address.ToString(), EXTERNAL);
    EXPECT_EQ(world.refused, 0U);
    EXPECT_EQ(world.generated, 0U);
    EXPECT_EQ(world.offered, world.forwarded);
    EXPECT_GT(world.offered, 20000U / 536 * 2);
}

TEST(FirewallRouter, ShowsTheServerTheClientWithoutNat)
{
    Policy policy = AllowOut();
    policy.nat.enabled = false;
    World world(policy);
    EchoServer server(world.server, HTTPS);
    TextClient client(world.client, At(SERVER, HTTPS), "hello");
    world.Run(10);
    EXPECT_EQ(client.received, "hello");
    ASSERT_EQ(server.clients.size(), 1U);
    EXPECT_EQ(server.clients[0].address.ToString(), CLIENT);
}

/// How a refused connection looks to ns-3's TCP client.
struct RefusalRow
{
    std::string name;
    Action action;
    std::string reason; ///< of the stream's failure
    double earliest;    ///< seconds until the client knows
    double latest;
    bool isAnswered; ///< the firewall sends something back
};

void
PrintTo(const RefusalRow& row, std::ostream* out)
{
    *out << row.name;
}

class Refusals : public testing::TestWithParam<RefusalRow>
{
};

TEST_P(Refusals, AreSeenByTheClient)
{
    const RefusalRow& row = GetParam();
    World world(RefusePort(SIP, row.action));
    EchoServer server(world.server, SIP);
    TextClient client(world.client, At(SERVER, SIP), "hello");
    world.Run(300);
    EXPECT_TRUE(server.clients.empty());
    EXPECT_FALSE(client.isConnected);
    ASSERT_TRUE(client.failure);
    EXPECT_EQ(client.failure->layer, "tcp");
    EXPECT_EQ(client.failure->reason, row.reason);
    EXPECT_GE(client.endedAt.GetSeconds(), row.earliest);
    EXPECT_LE(client.endedAt.GetSeconds(), row.latest);
    EXPECT_EQ(world.generated > 0, row.isAnswered);
    EXPECT_EQ(world.forwarded, 0U);
    EXPECT_EQ(world.refused, world.offered);
    ASSERT_FALSE(world.verdicts.empty());
    EXPECT_EQ(world.verdicts[0].action, row.action);
    EXPECT_EQ(world.verdicts[0].ruleId, "closed");
}

INSTANTIATE_TEST_SUITE_P(
    Table,
    Refusals,
    testing::Values(RefusalRow{"Reset", Action::RESET, "reset", 0.02, 0.03, true},
                    RefusalRow{"Icmp", Action::ICMP, "unreachable", 0.02, 0.03, true},
                    RefusalRow{"Drop", Action::DROP, "timeout", 10, 300, false}),
    [](const auto& row) { return row.param.name; });

TEST(FirewallRouter, TracesVerdictsWithTheirPacket)
{
    World world(RefusePort(SIP, Action::RESET));
    EchoServer server(world.server, HTTPS);
    TextClient allowed(world.client, At(SERVER, HTTPS), "hello");
    TextClient refused(world.client, At(SERVER, SIP), "hello");
    world.Run(10);
    // The third is on the RST by which ns-3's client answers the firewall's.
    ASSERT_EQ(world.verdicts.size(), 3U);
    const VerdictEvent& first = world.verdicts[0];
    EXPECT_EQ(first.action, Action::ALLOW);
    EXPECT_EQ(first.ruleId, "out");
    EXPECT_EQ(first.reason, Reason::RULE);
    EXPECT_EQ(first.from, Zone::INSIDE);
    EXPECT_EQ(first.to, Zone::OUTSIDE);
    EXPECT_EQ(first.flow.source.address.ToString(), CLIENT);
    EXPECT_EQ(first.flow.destination.ToString(), "198.51.100.1:443");
    EXPECT_TRUE(first.firstOfFlow);
    EXPECT_NEAR(std::chrono::duration<double>(first.at.time_since_epoch()).count(), 0.010, 0.001);
    const VerdictEvent& second = world.verdicts[1];
    EXPECT_EQ(second.action, Action::RESET);
    EXPECT_EQ(second.ruleId, "closed");
    EXPECT_EQ(second.flow.destination.port, SIP);
    EXPECT_EQ(world.firewall->GetEngine()->GetCounters().refused, 2U);
}

TEST(FirewallRouter, EndsAConnectionWhoseBytesItRefuses)
{
    Policy policy = AllowOut();
    Rule rule;
    rule.id = "no-sip";
    rule.protocol = IpProtocol::TCP;
    rule.content = {imsfw::classify::Application::SIP};
    rule.action = Action::RESET;
    policy.rules.insert(policy.rules.begin(), rule);
    World world(policy);
    EchoServer server(world.server, HTTPS);
    TextClient sip(world.client, At(SERVER, HTTPS), "OPTIONS sip:a SIP/2.0\r\n\r\n");
    TextClient other(world.client, At(SERVER, HTTPS), "something else\r\n\r\n");
    world.Run(60);
    EXPECT_EQ(other.received, "something else\r\n\r\n");
    EXPECT_TRUE(sip.isConnected);
    EXPECT_EQ(sip.received, "");
    ASSERT_TRUE(sip.failure);
    EXPECT_EQ(sip.failure->reason, "reset");
    const auto verdict = std::find_if(world.verdicts.begin(),
                                      world.verdicts.end(),
                                      [](const auto& v) { return v.action != Action::ALLOW; });
    ASSERT_NE(verdict, world.verdicts.end());
    EXPECT_EQ(verdict->ruleId, "no-sip");
    EXPECT_EQ(verdict->reason, Reason::CONTENT);
    EXPECT_EQ(imsfw::ByteView(verdict->firstBytes).AsText(), "OPTIONS sip:a SI");
}

/// @return how many echo requests of five were answered.
uint32_t
Ping(World& world, Ptr<Node> from, const char* to)
{
    const auto ping = CreateObject<V4Ping>();
    ping->SetAttribute("Remote", Ipv4AddressValue(Ipv4Address(to)));
    uint32_t answers = 0;
    ping->TraceConnectWithoutContext("Rtt", Callback<void, Time>([&answers](Time) { ++answers; }));
    ping->SetStopTime(Seconds(4.5));
    from->AddApplication(ping);
    world.Run(6);
    return answers;
}

TEST(FirewallRouter, LetsEchoesThroughAndTranslatesThem)
{
    World world(AllowOut());
    EXPECT_EQ(Ping(world, world.client, SERVER), 5U);
    EXPECT_EQ(world.forwarded, 10U);
}

TEST(FirewallRouter, AnswersEchoesToItself)
{
    struct Row
    {
        bool fromServer;
        const char* to;
        bool answersEcho;
        uint32_t answers;
    };

    for (const Row& row : {Row{false, ROUTER_INSIDE, true, 5},
                           Row{true, EXTERNAL, true, 5},
                           Row{true, EXTERNAL, false, 0}})
    {
        World world(AllowOut());
        world.firewall->SetAttribute("AnswerEcho", BooleanValue(row.answersEcho));
        const auto from = row.fromServer ? world.server : world.client;
        EXPECT_EQ(Ping(world, from, row.to), row.answers) << row.to << row.answersEcho;
        EXPECT_EQ(world.offered, row.answersEcho ? 0U : 5U);
    }
}

TEST(FirewallRouter, RefusesWhatNobodyAskedFor)
{
    World world(AllowOut());
    EchoServer inside(world.client, HTTPS);
    TextClient outside(world.server, At(EXTERNAL, HTTPS), "hello");
    world.Run(5);
    EXPECT_TRUE(inside.clients.empty());
    ASSERT_FALSE(world.verdicts.empty());
    EXPECT_EQ(world.verdicts[0].reason, Reason::NO_MAPPING);
}

TEST(FirewallRouter, KnowsThreeZones)
{
    Policy policy = AllowOut();
    policy.rules.clear();
    Rule toProxy;
    toProxy.id = "to-proxy";
    toProxy.from = Zone::INSIDE;
    toProxy.to = Zone::DMZ;
    toProxy.protocol = IpProtocol::TCP;
    toProxy.ports = {{3128, 3128}};
    toProxy.action = Action::ALLOW;
    Rule proxyOut = toProxy;
    proxyOut.id = "proxy-out";
    proxyOut.from = Zone::DMZ;
    proxyOut.to = Zone::OUTSIDE;
    proxyOut.ports = {{HTTPS, HTTPS}};
    policy.rules = {toProxy, proxyOut};
    World world(policy);
    EchoServer proxy(world.dmz, 3128);
    EchoServer server(world.server, HTTPS);
    TextClient direct(world.client, At(SERVER, HTTPS), "hello");
    TextClient toTheProxy(world.client, At(DMZ, 3128), "hello");
    TextClient fromTheProxy(world.dmz, At(SERVER, HTTPS), "hello");
    TextClient backIn(world.dmz, At(CLIENT, HTTPS), "hello");
    world.Run(60);
    EXPECT_EQ(direct.received, "");
    EXPECT_EQ(toTheProxy.received, "hello");
    EXPECT_EQ(fromTheProxy.received, "hello");
    EXPECT_EQ(backIn.received, "");
    ASSERT_EQ(proxy.clients.size(), 1U);
    EXPECT_EQ(proxy.clients[0].address.ToString(), CLIENT); // no NAT between inside and DMZ
    ASSERT_EQ(server.clients.size(), 1U);
    EXPECT_EQ(server.clients[0].address.ToString(), EXTERNAL);
}

TEST(FirewallRouter, DropsWhatComesFromNoZone)
{
    Policy policy = AllowOut();
    policy.rules[0].from.reset();
    policy.rules[0].to.reset(); // everything is allowed
    World world(policy, {Zone::INSIDE, Zone::OUTSIDE});
    EchoServer server(world.server, HTTPS);
    TextClient client(world.client, At(SERVER, HTTPS), "hello");
    TextClient stranger(world.dmz, At(SERVER, HTTPS), "hello");
    world.Run(10);
    EXPECT_EQ(client.received, "hello");
    EXPECT_EQ(stranger.received, "");
    EXPECT_EQ(server.clients.size(), 1U);
    EXPECT_GT(world.refused, 0U);
    EXPECT_EQ(world.refused, world.offered - world.forwarded);
    EXPECT_EQ(world.firewall->GetEngine()->GetCounters().refused, 0U); // it never saw them
}

TEST(FirewallRouter, KeepsTheNodesOwnRouting)
{
    World world(AllowOut());
    const auto routing = world.router->GetObject<Ipv4>()->GetRoutingProtocol();
    EXPECT_EQ(routing, world.firewall->GetRouting());
    EXPECT_TRUE(DynamicCast<Ipv4StaticRouting>(world.firewall->GetRouting()->GetInner()));
    EXPECT_EQ(world.router->GetObject<FirewallRouter>(), world.firewall);
}

} // namespace

} // namespace tests
} // namespace imsfirewall
} // namespace ns3
