// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// What the proxy refuses or ends on ns-3 nodes: users, ports, servers, limits, other protocols.
#include "ims-web-proxy-fixture.h"

namespace ns3
{
namespace imsproxy
{
namespace tests
{
namespace
{

using imstls::Acceptor;
using imstls::TestNetwork;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using testing::StartsWith;

/// A proxy that wants credentials, or not, and a client that has them, or not.
struct AuthenticationRow
{
    const char* wants;
    const char* user;
    const char* password;
    const char* client;
    std::vector<std::string> proxy;
};

TEST(WebProxyAuthentication, Table)
{
    const std::string opened = "opened 10.0.2.2:443";
    const std::string asked = "authentication-required";
    const std::vector<AuthenticationRow> rows = {
        {"none", "", "", "connected", {opened}},
        {"none", "employee", "correct horse", "connected", {opened}},
        {"basic", "employee", "correct horse", "connected", {asked, opened}},
        {"basic",
         "employee",
         "wrong",
         "failed http-connect proxy-authentication-failed",
         {asked, asked}},
        {"basic", "", "", "failed http-connect proxy-authentication-required", {asked}},
        {"digest", "employee", "correct horse", "connected", {asked, opened}},
        {"digest",
         "employee",
         "wrong",
         "failed http-connect proxy-authentication-failed",
         {asked, asked}},
        {"digest",
         "nobody",
         "correct horse",
         "failed http-connect proxy-authentication-failed",
         {asked, asked}},
        {"digest", "", "", "failed http-connect proxy-authentication-required", {asked}},
    };
    for (const AuthenticationRow& row : rows)
    {
        SCOPED_TRACE(std::string(row.wants) + " " + row.user + " " + row.password);

        class World : public WebProxyTest
        {
          public:
            explicit World(const AuthenticationRow& row)
            {
                helper.SetAttribute("Authentication", StringValue(row.wants));
                Install();
                Start(Tunnels(row.user, row.password));
                net.Run(10);
                EXPECT_THAT(client.happened, ElementsAre(row.client));
                EXPECT_EQ(happened, row.proxy);
                EXPECT_THAT(net.Capture(), Not(HasSubstr("correct horse")));
            }

            void
            TestBody() override
            {
            }
        };

        World world(row);
    }
}

TEST_F(WebProxyTest, RefusesAPortAndSaysWhatAndWhen)
{
    Install();
    Start(Tunnels(), TestNetwork::ServerAddress(5061));
    net.Run();
    EXPECT_THAT(client.happened, ElementsAre("failed http-connect proxy-refused"));
    EXPECT_EQ(client.failure.detail, "403 Forbidden");
    EXPECT_THAT(server.peers, IsEmpty());
    EXPECT_THAT(happened, ElementsAre("connect-port-not-allowed"));
    EXPECT_EQ(lastRefusal.reason, "403 Forbidden");
    EXPECT_EQ(lastRefusal.target, "10.0.2.2:5061");
    EXPECT_EQ(lastRefusal.client.address.ToString(), "10.0.1.1");
    // TCP, then the request on its way: half a round trip after the connection.
    EXPECT_GE(lastRefusal.at, imsfw::TimePoint(std::chrono::milliseconds(31)));
    EXPECT_LE(lastRefusal.at, imsfw::TimePoint(std::chrono::milliseconds(33)));
}

TEST_F(WebProxyTest, ServesTheConfiguredPorts)
{
    helper.AddConnectPort(5061);
    Install();
    Start(Tunnels());
    net.Run(5);
    EXPECT_THAT(happened, ElementsAre("connect-port-not-allowed")); // 443 is no longer among them
}

TEST_F(WebProxyTest, ServerThatRefuses)
{
    Install();
    Simulator::Schedule(MilliSeconds(1),
                        [&] { client.Connect(Tunnels(), TestNetwork::ServerAddress()); });
    net.Run();
    EXPECT_THAT(client.happened, ElementsAre("failed http-connect proxy-refused"));
    EXPECT_EQ(client.failure.detail, "502 Bad Gateway");
    EXPECT_THAT(happened, ElementsAre("server-unreachable"));
}

TEST_F(WebProxyTest, ServerThatIsSilent)
{
    Install();
    const auto errors = CreateObject<RateErrorModel>();
    errors->SetUnit(RateErrorModel::ERROR_UNIT_PACKET);
    errors->SetRate(1.0);
    net.Server()->GetDevice(1)->SetAttribute("ReceiveErrorModel", PointerValue(errors));
    Start(Tunnels());
    net.Run();
    EXPECT_THAT(client.happened, ElementsAre("failed http-connect proxy-refused"));
    EXPECT_EQ(client.failure.detail, "504 Gateway Timeout");
    EXPECT_THAT(happened, ElementsAre("server-unreachable"));
}

TEST_F(WebProxyTest, NoProxyThere)
{
    Start(Tunnels());
    net.Run();
    ASSERT_THAT(client.happened, SizeIs(1));
    EXPECT_THAT(client.happened[0], StartsWith("failed tcp "));
}

TEST_F(WebProxyTest, IdleTunnelEndsOnTime)
{
    helper.SetAttribute("IdleTimeout", TimeValue(Seconds(5)));
    Install();
    imsfw::TimePoint lastByte;
    Simulator::Schedule(Seconds(3),
                        [&]
                        {
                            client.Send("x");
                            lastByte = imstls::CoreNow();
                        });
    Start(Tunnels());
    net.Run();
    EXPECT_THAT(client.happened, ElementsAre("connected", "closed"));
    EXPECT_THAT(server.peers[0]->happened, ElementsAre("closed"));
    EXPECT_THAT(happened,
                ElementsAre("opened 10.0.2.2:443", "idle-timeout", "closed 10.0.2.2:443"));
    const auto idle = lastRefusal.at - lastByte;
    EXPECT_GE(idle, std::chrono::milliseconds(5010)); // 10 ms to the proxy
    EXPECT_LE(idle, std::chrono::milliseconds(5011));
}

TEST_F(WebProxyTest, BusyTunnelEndsWithItsLifetime)
{
    helper.SetAttribute("IdleTimeout", TimeValue(Seconds(5)));
    helper.SetAttribute("MaxLifetime", TimeValue(Seconds(20)));
    Install();
    for (int second = 1; second < 60; ++second)
    {
        Simulator::Schedule(Seconds(second), [&] { client.Send("x"); });
    }
    Start(Tunnels());
    net.Run();
    EXPECT_THAT(client.happened, ElementsAre("connected", "closed"));
    EXPECT_THAT(happened, ElementsAre("opened 10.0.2.2:443", "lifetime", "closed 10.0.2.2:443"));
    EXPECT_GE(lastRefusal.at, imsfw::TimePoint(std::chrono::milliseconds(20'051)));
    EXPECT_LE(lastRefusal.at, imsfw::TimePoint(std::chrono::milliseconds(20'053)));
    EXPECT_EQ(server.peers[0]->received, std::string(20, 'x'));
}

TEST_F(WebProxyTest, OtherProtocolsGetAnErrorAndAreClosed)
{
    Install();
    client.onConnected = [&] { client.Send("\x16\x03\x01\x02 is no HTTP\r\n\r\n"); };
    Simulator::Schedule(MilliSeconds(1),
                        [&] {
                            client.Connect(net.Tcp(net.Client()),
                                           InetSocketAddress(Ipv4Address("10.0.1.2"), PROXY_PORT));
                        });
    net.Run();
    EXPECT_THAT(client.received, StartsWith("HTTP/1.1 400 Bad Request\r\n"));
    EXPECT_THAT(client.happened, ElementsAre("connected", "closed"));
    EXPECT_THAT(happened, ElementsAre("malformed-request"));
}

TEST_F(WebProxyTest, SilentClientIsSentAway)
{
    helper.SetAttribute("RequestTimeout", TimeValue(Seconds(7)));
    Install();
    Simulator::Schedule(MilliSeconds(1),
                        [&] {
                            client.Connect(net.Tcp(net.Client()),
                                           InetSocketAddress(Ipv4Address("10.0.1.2"), PROXY_PORT));
                        });
    net.Run(100);
    EXPECT_THAT(client.received, StartsWith("HTTP/1.1 408 Request Timeout\r\n"));
    EXPECT_THAT(client.happened, ElementsAre("connected", "closed"));
    EXPECT_THAT(happened, ElementsAre("request-timeout"));
    EXPECT_GE(client.lastAt, Seconds(7));
    EXPECT_LE(client.lastAt, Seconds(7.1));
}

TEST_F(WebProxyTest, SilentProxyIsGivenUpOn)
{
    // Somebody listens where the proxy should be, and says nothing.
    Acceptor silent;
    const auto factory = Tunnels();
    factory->SetAttribute("AnswerTimeout", TimeValue(Seconds(4)));
    Simulator::Schedule(Seconds(0), [&] { silent.Listen(net.Tcp(net.Router()), PROXY_PORT); });
    Start(factory);
    net.Run();
    EXPECT_THAT(client.happened, ElementsAre("failed http-connect timeout"));
    EXPECT_GE(client.lastAt, Seconds(4));
    EXPECT_LE(client.lastAt, Seconds(4.1));
    ASSERT_THAT(silent.peers, SizeIs(1));
    EXPECT_THAT(silent.peers[0]->happened, ElementsAre("closed"));
}

} // namespace
} // namespace tests
} // namespace imsproxy
} // namespace ns3
