// SPDX-License-Identifier: GPL-2.0-only
// TlsSocket on simulated nodes: data, closing, failures by name at both ends, layers on layers, and byte-for-byte
// repeatable captures.
#include "ims-tls-socket.h"
#include "ims-tls-test-network.h"

namespace ns3
{
namespace imstls
{
namespace
{

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr const char* NAME = "pcscf.ims.example";
constexpr const char* AES = "TLS_RSA_WITH_AES_128_CBC_SHA";
constexpr const char* NULL_SHA = "TLS_RSA_WITH_NULL_SHA";

/// A TLS client and a TLS server with what their factories' trace sources said.
class TlsSocketTest : public testing::TestWithParam<const char*>
{
  protected:
    void
    Make(const std::vector<std::string>& suites = {AES})
    {
        clientTls.SetSuites(suites);
        clientTls.SetServerName(NAME);
        clientFactory = clientTls.MakeClient(net.Client());
        serverFactory = serverTls.MakeServer(net.Server(), {NAME});
        clientFactory->TraceConnectWithoutContext("HandshakeDone",
                                                  MakeCallback(&TlsSocketTest::OnClientDone, this));
        serverFactory->TraceConnectWithoutContext("HandshakeDone",
                                                  MakeCallback(&TlsSocketTest::OnServerDone, this));
        serverFactory->TraceConnectWithoutContext("HandshakeFailed",
                                                  MakeCallback(&TlsSocketTest::OnFailed, this));
        clientFactory->TraceConnectWithoutContext("KeyLog",
                                                  MakeCallback(&TlsSocketTest::OnKeyLog, this));
    }

    void
    Start()
    {
        Simulator::Schedule(Seconds(0),
                            [this]
                            {
                                server.Listen(serverFactory);
                                client.Connect(clientFactory, net.ServerAddress());
                            });
    }

    void
    OnClientDone(const imsfw::tls::SessionInfo& info,
                 const imsfw::Endpoint&,
                 const imsfw::Endpoint& remote)
    {
        clientInfo = info;
        EXPECT_EQ(remote.ToString(), "10.0.2.2:443");
    }

    void
    OnServerDone(const imsfw::tls::SessionInfo& info,
                 const imsfw::Endpoint& local,
                 const imsfw::Endpoint& remote)
    {
        serverInfo = info;
        EXPECT_EQ(local.ToString(), "10.0.2.2:443");
        EXPECT_EQ(remote.address.ToString(), "10.0.1.1");
    }

    void
    OnFailed(const imsfw::StreamFailure& failure, const imsfw::Endpoint& remote)
    {
        failures.push_back(failure.reason + ": " + failure.detail);
        EXPECT_EQ(remote.address.ToString(), "10.0.1.1");
        failedAt = Simulator::Now();
    }

    void
    OnKeyLog(const std::string& line)
    {
        keyLog.push_back(line);
    }

    TestNetwork net;
    TlsHelper clientTls;
    TlsHelper serverTls;
    Ptr<TlsSocketFactory> clientFactory;
    Ptr<TlsSocketFactory> serverFactory;
    Peer client;
    Acceptor server;
    imsfw::tls::SessionInfo clientInfo;
    imsfw::tls::SessionInfo serverInfo;
    std::vector<std::string> failures;
    Time failedAt;
    std::vector<std::string> keyLog;
};

TEST_P(TlsSocketTest, EchoesAndCloses)
{
    Make({GetParam()});
    server.isEcho = true;
    client.onConnected = [&] { client.Send("REGISTER sip:ims.example SIP/2.0"); };
    client.onData = [&](imsfw::ByteView) { client.stream->Close(); };
    Start();
    net.Run();
    EXPECT_EQ(client.received, "REGISTER sip:ims.example SIP/2.0");
    EXPECT_THAT(client.happened, ElementsAre("connected"));
    ASSERT_THAT(server.peers, SizeIs(1));
    EXPECT_THAT(server.peers[0]->happened, ElementsAre("closed"));
    EXPECT_EQ(clientInfo.suite, GetParam());
    EXPECT_EQ(serverInfo.suite, GetParam());
    EXPECT_FALSE(keyLog.empty());
    // What a NULL suite is for, and against.
    EXPECT_EQ(net.Capture().find("REGISTER sip") != std::string::npos, clientInfo.isNull);
}

INSTANTIATE_TEST_SUITE_P(Suites,
                         TlsSocketTest,
                         testing::Values(AES,
                                         NULL_SHA,
                                         "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
                                         "TLS_AES_256_GCM_SHA384"),
                         [](const auto& row) { return std::string(row.param); });

TEST_F(TlsSocketTest, TakesTheRoundTripsOfItsVersion)
{
    // Links of 10 ms each way: a round trip is 40 ms and a little for sending.
    Make();
    Start();
    net.Run(5);
    const auto handshake = clientInfo.established - clientInfo.started;
    EXPECT_GE(handshake, std::chrono::milliseconds(80));
    EXPECT_LE(handshake, std::chrono::milliseconds(85));
    EXPECT_GE(clientInfo.started, imsfw::TimePoint(std::chrono::milliseconds(40)))
        << "TCP comes first";
}

TEST_F(TlsSocketTest, AMegabyteEachWayThroughASmallBuffer)
{
    Config::SetDefault("ns3::TcpSocket::SndBufSize", UintegerValue(8000));
    Config::SetDefault("ns3::TcpSocket::RcvBufSize", UintegerValue(8000));
    Make();
    const std::string up = Pattern(1 << 20, 'a');
    const std::string down = Pattern(1 << 20, 'A');
    client.onConnected = [&] { client.Send(up); };
    server.onAccepted = [&](Peer& peer)
    {
        peer.Send(down);
        EXPECT_GT(peer.stream->GetQueued(), down.size() - 10000);
    };
    Start();
    net.Run(300);
    ASSERT_THAT(server.peers, SizeIs(1));
    EXPECT_TRUE(server.peers[0]->received == up);
    EXPECT_TRUE(client.received == down);
}

TEST_F(TlsSocketTest, DataQueuedBeforeCloseArrivesAndTheEndIsOrderly)
{
    Make();
    const std::string text = Pattern(400000);
    client.onConnected = [&]
    {
        client.Send(text);
        client.stream->Close();
        client.stream = nullptr;
    };
    Start();
    net.Run(120);
    ASSERT_THAT(server.peers, SizeIs(1));
    EXPECT_TRUE(server.peers[0]->received == text);
    EXPECT_THAT(server.peers[0]->happened, ElementsAre("closed"));
}

TEST_F(TlsSocketTest, ClosingWithinAnyHandlerIsOrderly)
{
    // The server sends and closes within its data handler; the client must see the data, then an orderly end.
    Make();
    client.onConnected = [&] { client.Send("question"); };
    server.onAccepted = [&](Peer& peer)
    {
        peer.onData = [&peer](imsfw::ByteView)
        {
            peer.Send("answer");
            peer.stream->Close();
        };
    };
    Start();
    net.Run();
    EXPECT_EQ(client.received, "answer");
    EXPECT_THAT(client.happened, ElementsAre("connected", "closed"));
}

TEST_F(TlsSocketTest, DroppedInAnyHandlerNothingBreaks)
{
    for (const std::string where : {"connected", "data", "end"})
    {
        Peer peer;
        TlsHelper tls;
        tls.SetServerName(NAME);
        const auto drop = [&] { peer.stream = nullptr; };
        peer.onConnected = where == "connected" ? drop : std::function<void()>();
        peer.onData = [&](imsfw::ByteView)
        {
            if (where == "data")
            {
                drop();
            }
        };
        peer.onEnd = drop;
        TestNetwork* network = &net;
        const auto factory = tls.MakeClient(net.Client());
        const auto listening = tls.MakeServer(net.Server(), {NAME});
        const uint16_t port = where == "connected" ? 1001 : where == "data" ? 1002 : 1003;
        Acceptor acceptor;
        acceptor.onAccepted = [](Peer& accepted)
        {
            accepted.Send("data");
            accepted.stream->Close();
        };
        Simulator::Schedule(Seconds(0),
                            [&]
                            {
                                acceptor.Listen(listening, port);
                                peer.Connect(factory, network->ServerAddress(port));
                            });
        net.Run(5);
        EXPECT_EQ(peer.received, where == "connected" ? "" : "data") << where;
        acceptor.Close();
    }
}

TEST_F(TlsSocketTest, ACertificateForAnotherNameIsRefusedByName)
{
    Make();
    clientFactory->SetAttribute("ServerName", StringValue("turn.ims.example"));
    Start();
    net.Run();
    EXPECT_THAT(client.happened, ElementsAre("failed tls certificate-verify-failed"));
    EXPECT_THAT(server.peers, IsEmpty());
    EXPECT_THAT(failures, ElementsAre("alert-received: bad_certificate"));
    const auto failure = DynamicCast<LayeredSocket>(client.stream->GetSocket())->GetFailure();
    ASSERT_TRUE(failure);
    EXPECT_EQ(failure->layer, "tls");
}

TEST_F(TlsSocketTest, WithoutANameTheAddressIsVerified)
{
    clientTls.SetServerName("");
    const auto factory = clientTls.MakeClient(net.Client());
    const auto right = serverTls.MakeServer(net.Server(), {NAME, "10.0.2.2"});
    const auto wrong = serverTls.MakeServer(net.Server(), {NAME, "10.0.2.3"});
    Peer other;
    Acceptor otherServer;
    Simulator::Schedule(Seconds(0),
                        [&]
                        {
                            server.Listen(right, 1);
                            otherServer.Listen(wrong, 2);
                            client.Connect(factory, net.ServerAddress(1));
                            other.Connect(factory, net.ServerAddress(2));
                        });
    net.Run();
    EXPECT_THAT(client.happened, ElementsAre("connected"));
    EXPECT_THAT(other.happened, ElementsAre("failed tls certificate-verify-failed"));
}

TEST_F(TlsSocketTest, NoCommonSuiteIsAHandshakeFailureAtBothEnds)
{
    serverTls.SetSuites({AES});
    Make({NULL_SHA});
    Start();
    net.Run();
    EXPECT_THAT(client.happened, ElementsAre("failed tls alert-received"));
    EXPECT_THAT(client.failure.detail, HasSubstr("handshake_failure"));
    EXPECT_THAT(failures, ElementsAre(HasSubstr("alert-sent: handshake_failure")));
}

TEST_F(TlsSocketTest, APeerThatDoesNotSpeakTlsIsDropped)
{
    Make();
    Simulator::Schedule(Seconds(0),
                        [&]
                        {
                            server.Listen(serverFactory);
                            client.Connect(net.Tcp(net.Client()), net.ServerAddress());
                            client.Send("GET / HTTP/1.1\r\nHost: pcscf.ims.example\r\n\r\n");
                        });
    net.Run();
    EXPECT_THAT(server.peers, IsEmpty());
    EXPECT_THAT(failures, SizeIs(1));
    EXPECT_THAT(client.happened, ElementsAre("connected", "closed"));
}

TEST_F(TlsSocketTest, APeerThatSaysNothingTimesOut)
{
    serverTls.SetHandshakeTimeout(Seconds(7));
    Make();
    Simulator::Schedule(Seconds(0),
                        [&]
                        {
                            server.Listen(serverFactory);
                            client.Connect(net.Tcp(net.Client()), net.ServerAddress());
                        });
    net.Run();
    EXPECT_THAT(server.peers, IsEmpty());
    EXPECT_THAT(failures, ElementsAre(HasSubstr("handshake-timeout")));
    EXPECT_NEAR(failedAt.GetSeconds(), 7, 0.1);
    EXPECT_THAT(client.happened, ElementsAre("connected", "closed"));
}

TEST_F(TlsSocketTest, AServerThatSaysNothingTimesOut)
{
    clientTls.SetHandshakeTimeout(Seconds(5));
    Make();
    Simulator::Schedule(Seconds(0),
                        [&]
                        {
                            server.Listen(net.Tcp(net.Server()));
                            client.Connect(clientFactory, net.ServerAddress());
                        });
    net.Run();
    EXPECT_THAT(client.happened, ElementsAre("failed tls handshake-timeout"));
    EXPECT_NEAR(client.lastAt.GetSeconds(), 5, 0.1);
}

TEST_F(TlsSocketTest, FailuresOfTcpKeepTheirNames)
{
    Make();
    Peer silent;
    Peer unreachable;
    Peer cut;
    net.RejectByIcmp();
    Simulator::Schedule(Seconds(0),
                        [&]
                        {
                            server.Listen(serverFactory);
                            client.Connect(clientFactory, net.ServerAddress(81));
                            silent.Connect(clientFactory, InetSocketAddress("10.0.2.99", 443));
                            unreachable.Connect(clientFactory, InetSocketAddress("10.9.9.9", 443));
                            cut.Connect(clientFactory, net.ServerAddress());
                        });
    Simulator::Schedule(Seconds(20),
                        [&]
                        {
                            net.Cut();
                            cut.Send("into the void");
                        });
    net.Run(300);
    EXPECT_THAT(client.happened, ElementsAre("failed tcp reset"));
    EXPECT_THAT(silent.happened, ElementsAre("failed tcp timeout"));
    EXPECT_THAT(unreachable.happened, ElementsAre("failed tcp unreachable"));
    EXPECT_THAT(cut.happened, ElementsAre("connected", "failed tcp timeout"));
}

TEST_F(TlsSocketTest, AnEndOfTcpWithoutCloseNotifyIsTruncation)
{
    Make();
    Start();
    Simulator::Schedule(
        Seconds(1),
        [&] { DynamicCast<LayeredSocket>(client.stream->GetSocket())->GetLower()->Close(); });
    net.Run();
    ASSERT_THAT(server.peers, SizeIs(1));
    EXPECT_THAT(server.peers[0]->happened, ElementsAre("failed tls truncated"));
}

TEST_F(TlsSocketTest, TlsRunsInTls)
{
    clientTls.SetServerName(NAME);
    const auto outerClient = clientTls.MakeClient(net.Client(), "outer");
    const auto outerServer = serverTls.MakeServer(net.Server(), {NAME}, "outer");
    clientTls.SetLowerFactory(outerClient);
    serverTls.SetLowerFactory(outerServer);
    Make();
    server.isEcho = true;
    const std::string text = Pattern(100000);
    client.onConnected = [&] { client.Send(text); };
    client.onData = [&](imsfw::ByteView)
    {
        if (client.received.size() == text.size())
        {
            client.stream->Close();
        }
    };
    Start();
    net.Run();
    EXPECT_TRUE(client.received == text);
    ASSERT_THAT(server.peers, SizeIs(1));
    EXPECT_THAT(server.peers[0]->happened, ElementsAre("closed"));
}

TEST_F(TlsSocketTest, AUserWhoDoesNotReadHoldsTheSenderBack)
{
    Make();
    const Ptr<Socket> listening = serverFactory->CreateSocket();
    static Ptr<Socket> accepted;
    accepted = nullptr;
    const std::string text = Pattern(2 << 20);
    Simulator::Schedule(
        Seconds(0),
        [&]
        {
            listening->Bind(InetSocketAddress(Ipv4Address::GetAny(), TestNetwork::PORT));
            listening->SetAcceptCallback(
                MakeNullCallback<bool, Ptr<Socket>, const Address&>(),
                Callback<void, Ptr<Socket>, const Address&>([](Ptr<Socket> socket, const Address&)
                                                            { accepted = socket; }));
            listening->Listen();
            client.Connect(clientFactory, net.ServerAddress());
            client.Send(text);
        });
    std::size_t heldBack = 0;
    std::string received;
    Simulator::Schedule(Seconds(60),
                        [&]
                        {
                            heldBack = client.stream->GetQueued();
                            EXPECT_LT(accepted->GetRxAvailable(), 400000U);
                        });
    // ns-3's TCP tells of a window that opened only when it is probed, first after 6 s.
    for (int i = 0; i < 2000; ++i)
    {
        Simulator::Schedule(Seconds(5) + MilliSeconds(20 * i),
                            [&]
                            {
                                while (const Ptr<Packet> packet = accepted->Recv(5000, 0))
                                {
                                    received.append(imsfw::ByteView(ToBytes(packet)).AsText());
                                }
                            });
    }
    net.Run(150);
    EXPECT_GT(heldBack, text.size() / 2);
    EXPECT_EQ(received.size(), text.size());
    EXPECT_TRUE(received == text);
    accepted = nullptr;
}

TEST(TlsSocketEndTest, TheEndOfTheSimulationMayComeAtAnyMoment)
{
    // Run under AddressSanitizer this also shows that nothing is leaked.
    for (const double end : {0.01, 0.03, 0.05, 0.07, 0.09, 0.13, 0.2})
    {
        TestNetwork net;
        TlsHelper tls;
        tls.SetServerName(NAME);
        const auto clientFactory = tls.MakeClient(net.Client());
        const auto serverFactory = tls.MakeServer(net.Server(), {NAME});
        Peer client;
        Acceptor server;
        Simulator::Schedule(Seconds(0),
                            [&]
                            {
                                server.Listen(serverFactory);
                                client.Connect(clientFactory, net.ServerAddress());
                                client.Send(Pattern(500000));
                            });
        client.onConnected = [&]
        {
            client.stream->Close();
            client.stream = nullptr;
        };
        net.Run(end);
    }
}

/// What one seed makes of a conversation, packet by packet.
std::string
CaptureOf(uint32_t seed, const std::string& suite)
{
    RngSeedManager::SetSeed(seed);
    TestNetwork net;
    TlsHelper tls;
    tls.SetSuites({suite});
    tls.SetServerName(NAME);
    const auto clientFactory = tls.MakeClient(net.Client());
    const auto serverFactory = tls.MakeServer(net.Server(), {NAME});
    Peer client;
    Acceptor server;
    server.isEcho = true;
    client.onConnected = [&] { client.Send(Pattern(3000)); };
    client.onData = [&](imsfw::ByteView)
    {
        if (client.received.size() == 3000)
        {
            client.stream->Close();
        }
    };
    Simulator::Schedule(Seconds(0),
                        [&]
                        {
                            server.Listen(serverFactory);
                            client.Connect(clientFactory, net.ServerAddress());
                        });
    net.Run();
    RngSeedManager::SetSeed(1);
    EXPECT_EQ(client.received.size(), 3000U);
    return net.Capture();
}

TEST(TlsRepeatabilityTest, OneSeedOneCapture)
{
    for (const char* suite :
         {AES, NULL_SHA, "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "TLS_AES_128_GCM_SHA256"})
    {
        const std::string first = CaptureOf(1, suite);
        EXPECT_TRUE(CaptureOf(2, suite) != first) << suite;
        EXPECT_TRUE(CaptureOf(1, suite) == first) << suite;
        EXPECT_GT(first.size(), 8000U);
    }
}

} // namespace
} // namespace imstls
} // namespace ns3
