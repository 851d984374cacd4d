// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Tunnels between ns-3 nodes: bytes both ways, flow control, and who closes when.
#include "ims-web-proxy-fixture.h"

namespace ns3
{
namespace imsproxy
{
namespace tests
{
namespace
{

using imstls::Pattern;
using imstls::Peer;
using imstls::TestNetwork;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

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

} // namespace
} // namespace tests
} // namespace imsproxy
} // namespace ns3
