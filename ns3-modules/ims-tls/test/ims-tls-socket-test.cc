// SPDX-License-Identifier: GPL-2.0-only
// TlsSocket on simulated nodes: data both ways, flow control, closing, layers on layers.
#include "ims-tls-socket-fixture.h"

namespace ns3
{
namespace imstls
{
namespace
{

using testing::ElementsAre;
using testing::SizeIs;

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
    Simulator::Schedule(Seconds(4),
                        [&]
                        {
                            heldBack = client.stream->GetQueued();
                            EXPECT_LT(accepted->GetRxAvailable(), 400000U);
                        });
    // Faster than the sender can send: nothing may stall although the window was shut for seconds.
    for (int i = 0; i < 500; ++i)
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
    net.Run(20);
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

} // namespace
} // namespace imstls
} // namespace ns3
