// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Tunnels between ns-3 nodes: client --- proxy --- server, two links of 10 ms. Over TCP, and TLS within.
#include "ims-tls-socket.h"
#include "ims-tls-test-network.h"
#include "ims-web-proxy-helper.h"

namespace ns3
{
namespace imsproxy
{
namespace tests
{

using imstls::Acceptor;
using imstls::Pattern;
using imstls::Peer;
using imstls::TestNetwork;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using testing::StartsWith;

constexpr uint16_t PROXY_PORT = 3128;

class WebProxyTest : public testing::Test
{
  protected:
    WebProxyTest()
    {
        helper.AddUser("employee", "correct horse");
    }

    void
    Install()
    {
        proxy = helper.Install(net.Router());
        proxy->SetStartTime(Seconds(0));
        proxy->TraceConnectWithoutContext("Refused", MakeCallback(&WebProxyTest::Refused, this));
        proxy->TraceConnectWithoutContext("TunnelOpened",
                                          MakeCallback(&WebProxyTest::Opened, this));
        proxy->TraceConnectWithoutContext("TunnelClosed",
                                          MakeCallback(&WebProxyTest::Closed, this));
    }

    Ptr<HttpConnectSocketFactory>
    Tunnels(const std::string& user = "", const std::string& password = "") const
    {
        const auto proxyAt = *imsfw::Endpoint::Parse("10.0.1.2:3128");
        return WebProxyHelper::MakeClient(net.Client(), proxyAt, user, password);
    }

    /// Client and server begin right after the proxy.
    void
    Start(const Ptr<SocketFactory>& factory, const Address& to = TestNetwork::ServerAddress())
    {
        Simulator::Schedule(MilliSeconds(1),
                            [this, factory, to]
                            {
                                server.Listen(net.Tcp(net.Server()));
                                client.Connect(factory, to);
                            });
    }

    void
    Refused(const ProxyRefusal& refusal)
    {
        happened.push_back(refusal.id);
        lastRefusal = refusal;
    }

    void
    Opened(const imsfw::Endpoint&, const std::string& target)
    {
        happened.push_back("opened " + target);
    }

    void
    Closed(const imsfw::Endpoint&, const std::string& target)
    {
        happened.push_back("closed " + target);
    }

    TestNetwork net;
    WebProxyHelper helper{PROXY_PORT};
    Ptr<WebProxyApplication> proxy;
    Peer client;
    Acceptor server;
    std::vector<std::string> happened; ///< what the proxy's trace sources told
    ProxyRefusal lastRefusal;
};

TEST_F(WebProxyTest, EchoesThroughATunnel)
{
    Install();
    server.isEcho = true;
    client.onConnected = [&] { client.Send("hello, server"); };
    client.onData = [&](imsfw::ByteView)
    {
        if (client.received.size() == 13)
        {
            client.stream->Close();
        }
    };
    Start(Tunnels());
    net.Run();
    EXPECT_EQ(client.received, "hello, server");
    EXPECT_THAT(client.happened, ElementsAre("connected"));
    ASSERT_THAT(server.peers, SizeIs(1));
    EXPECT_EQ(server.peers[0]->received, "hello, server");
    EXPECT_THAT(server.peers[0]->happened, ElementsAre("closed"));
    EXPECT_EQ(server.peers[0]->stream->GetRemote().address.ToString(), "10.0.2.1")
        << "the server sees the proxy, not the client";
    EXPECT_THAT(happened, ElementsAre("opened 10.0.2.2:443", "closed 10.0.2.2:443"));
    EXPECT_THAT(net.Capture(),
                HasSubstr("CONNECT 10.0.2.2:443 HTTP/1.1\r\nHost: 10.0.2.2:443\r\n\r\n"));
}

TEST_F(WebProxyTest, TakesOneRoundTripToEachSide)
{
    // TCP to the proxy 20 ms; CONNECT there, TCP to the server and 200 back 40 ms.
    Install();
    Start(Tunnels());
    net.Run(5);
    EXPECT_THAT(client.happened, ElementsAre("connected"));
    EXPECT_GE(client.lastAt, MilliSeconds(1 + 20 + 40));
    EXPECT_LE(client.lastAt, MilliSeconds(1 + 20 + 40 + 2));
}

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

TEST_F(WebProxyTest, OneMegabyteBothWays)
{
    Install();
    const std::string up = Pattern(1'000'000);
    const std::string down = Pattern(1'000'000, 'A');
    client.onConnected = [&] { client.Send(up); };
    server.onAccepted = [&](Peer& peer) { peer.Send(down); };
    Start(Tunnels());
    net.Run(120);
    EXPECT_EQ(client.received, down);
    ASSERT_THAT(server.peers, SizeIs(1));
    EXPECT_EQ(server.peers[0]->received, up);
}

TEST_F(WebProxyTest, SlowServerHoldsTheClientBack)
{
    Install();
    net.Router()->GetDevice(2)->SetAttribute("DataRate", StringValue("1Mbps"));
    const std::string up = Pattern(1'000'000);
    std::size_t heldBack = 0;
    client.onConnected = [&] { client.Send(up); };
    // Without limits the proxy would have taken all of it in half a second.
    Simulator::Schedule(Seconds(2), [&] { heldBack = client.stream->GetQueued(); });
    Start(Tunnels());
    net.Run(120);
    EXPECT_GT(heldBack, 200'000U);
    ASSERT_THAT(server.peers, SizeIs(1));
    EXPECT_EQ(server.peers[0]->received.size(), up.size());
    EXPECT_TRUE(server.peers[0]->received == up);
}

TEST_F(WebProxyTest, SlowClientStillGetsAllOfAServerThatClosed)
{
    Install();
    net.Router()->GetDevice(1)->SetAttribute("DataRate", StringValue("1Mbps"));
    const std::string down = Pattern(1'000'000);
    server.onAccepted = [&](Peer& peer)
    {
        peer.Send(down);
        peer.stream->Close();
    };
    Start(Tunnels());
    net.Run(120);
    EXPECT_THAT(client.happened, ElementsAre("connected", "closed"));
    EXPECT_EQ(client.received.size(), down.size());
    EXPECT_TRUE(client.received == down);
}

TEST_F(WebProxyTest, ClientThatSendsAndClosesReachesTheServer)
{
    Install();
    const std::string up = Pattern(100'000);
    client.onConnected = [&]
    {
        client.Send(up);
        client.stream->Close();
    };
    Start(Tunnels());
    net.Run(60);
    ASSERT_THAT(server.peers, SizeIs(1));
    EXPECT_TRUE(server.peers[0]->received == up);
    EXPECT_THAT(server.peers[0]->happened, ElementsAre("closed"));
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
}

TEST_F(WebProxyTest, StoppedProxyEndsItsTunnels)
{
    Install();
    proxy->SetStopTime(Seconds(3));
    Start(Tunnels());
    net.Run(30);
    EXPECT_THAT(client.happened, ElementsAre("connected", "closed"));
    EXPECT_THAT(server.peers[0]->happened, ElementsAre("closed"));
    EXPECT_GE(client.lastAt, Seconds(3));
    EXPECT_LE(client.lastAt, Seconds(3.1));
}

TEST_F(WebProxyTest, ManyTunnelsAtOnceStayApart)
{
    Install();
    server.isEcho = true;
    std::vector<std::unique_ptr<Peer>> clients;
    const auto factory = Tunnels();
    for (int i = 0; i < 20; ++i)
    {
        clients.push_back(std::make_unique<Peer>());
        Peer* peer = clients.back().get();
        peer->onConnected = [peer, i] { peer->Send(Pattern(5000, static_cast<char>('A' + i))); };
        Simulator::Schedule(MilliSeconds(1 + i % 3),
                            [peer, factory]
                            { peer->Connect(factory, TestNetwork::ServerAddress()); });
    }
    Simulator::Schedule(Seconds(0), [&] { server.Listen(net.Tcp(net.Server())); });
    net.Run(30);
    for (int i = 0; i < 20; ++i)
    {
        EXPECT_TRUE(clients[i]->received == Pattern(5000, static_cast<char>('A' + i))) << i;
    }
    EXPECT_THAT(server.peers, SizeIs(20));
}

TEST_F(WebProxyTest, ClientThatLeavesWhileTheServerIsCalled)
{
    Install();
    Simulator::Schedule(MilliSeconds(45), [&] { client.stream->Abort(); });
    Start(Tunnels());
    net.Run(30);
    EXPECT_THAT(client.happened, IsEmpty());
    for (const auto& peer : server.peers)
    {
        EXPECT_THAT(peer->happened, ElementsAre("closed"));
    }
}

constexpr const char* NAME = "pcscf.ims.example";

/// TLS in the tunnel, as a UE behind a proxy uses it.
class TlsThroughProxyTest : public WebProxyTest
{
  protected:
    void
    StartTls(const std::string& user, const std::string& password, uint16_t port = 443)
    {
        imstls::TlsHelper tls;
        tls.SetSuites({"TLS_RSA_WITH_AES_128_CBC_SHA"});
        const Ptr<SocketFactory> serverFactory = tls.MakeServer(net.Server(), {NAME});
        tls.SetServerName(NAME);
        tls.SetLowerFactory(Tunnels(user, password));
        const Ptr<SocketFactory> clientFactory = tls.MakeClient(net.Client());
        Simulator::Schedule(MilliSeconds(1),
                            [this, serverFactory, clientFactory, port]
                            {
                                server.Listen(serverFactory);
                                client.Connect(clientFactory, TestNetwork::ServerAddress(port));
                            });
    }
};

TEST_F(TlsThroughProxyTest, IsRealAndEncrypted)
{
    helper.SetAttribute("Authentication", StringValue("digest"));
    Install();
    server.isEcho = true;
    const std::string sip = "REGISTER sip:ims.example SIP/2.0\r\n\r\n" + Pattern(20'000);
    client.onConnected = [&] { client.Send(sip); };
    StartTls("employee", "correct horse");
    net.Run();
    EXPECT_EQ(client.received.size(), sip.size());
    EXPECT_TRUE(client.received == sip);
    EXPECT_THAT(client.happened, ElementsAre("connected"));
    EXPECT_THAT(happened, ElementsAre("authentication-required", "opened 10.0.2.2:443"));
    EXPECT_THAT(net.Capture(), HasSubstr("CONNECT 10.0.2.2:443"));
    EXPECT_THAT(net.Capture(), HasSubstr("Proxy-Authorization: Digest username=\"employee\""));
    EXPECT_THAT(net.Capture(), HasSubstr(NAME)); // the server name of the ClientHello
    EXPECT_THAT(net.Capture(), Not(HasSubstr("REGISTER")));
}

TEST_F(TlsThroughProxyTest, TellsWhyTheLayerBelowFailed)
{
    Install();
    StartTls("", "", 5061);
    net.Run();
    EXPECT_THAT(client.happened, ElementsAre("failed http-connect proxy-refused"));
    EXPECT_EQ(client.failure.detail, "403 Forbidden");
}

TEST_F(TlsThroughProxyTest, ClosesInAnOrderlyWay)
{
    Install();
    client.onConnected = [&] { client.stream->Close(); };
    StartTls("", "");
    net.Run();
    ASSERT_THAT(server.peers, SizeIs(1));
    EXPECT_THAT(server.peers[0]->happened, ElementsAre("closed"));
    EXPECT_THAT(happened, ElementsAre("opened 10.0.2.2:443", "closed 10.0.2.2:443"));
}

/// @return all that crossed the client's link.
std::string
CaptureOfOneRun(uint64_t run)
{
    RngSeedManager::SetRun(run);

    class World : public TlsThroughProxyTest
    {
      public:
        World()
        {
            helper.SetAttribute("Authentication", StringValue("digest"));
            Install();
            server.isEcho = true;
            client.onConnected = [this] { client.Send(Pattern(3000)); };
            StartTls("employee", "correct horse");
            net.Run(10);
            EXPECT_EQ(client.received, Pattern(3000));
        }

        const std::string&
        Capture() const
        {
            return net.Capture();
        }

        void
        TestBody() override
        {
        }
    };

    std::string capture = World().Capture();
    RngSeedManager::SetRun(1);
    return capture;
}

TEST(WebProxyRepeatability, OneRunOneCapture)
{
    const std::string first = CaptureOfOneRun(1);
    EXPECT_TRUE(CaptureOfOneRun(1) == first);
    EXPECT_FALSE(CaptureOfOneRun(2) == first);
}

} // namespace tests
} // namespace imsproxy
} // namespace ns3
