// SPDX-License-Identifier: GPL-2.0-only
// Stream over ns-3's plain TCP: bytes, orderly ends, and what each way of failing is called.
#include "ims-tls-test-network.h"

namespace ns3
{
namespace imstls
{
namespace
{

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// ns-3's TCP may not be started before Simulator::Run.
template <typename Action>
void
AtStart(Action action)
{
    Simulator::Schedule(Seconds(0), action);
}

TEST(StreamTest, EchoesAndCloses)
{
    TestNetwork net;
    Peer client;
    Acceptor server;
    server.isEcho = true;
    AtStart(
        [&]
        {
            server.Listen(net.Tcp(net.Server()));
            client.Connect(net.Tcp(net.Client()), net.ServerAddress());
            client.Send("sent before the connection is open");
        });
    client.onData = [&](imsfw::ByteView) { client.stream->Close(); };
    net.Run();
    EXPECT_EQ(client.received, "sent before the connection is open");
    EXPECT_THAT(client.happened, ElementsAre("connected"));
    ASSERT_EQ(server.peers.size(), 1U);
    EXPECT_THAT(server.peers[0]->happened, ElementsAre("closed"));
}

TEST(StreamTest, KnowsItsEnds)
{
    TestNetwork net;
    Peer client;
    Acceptor server;
    AtStart(
        [&]
        {
            server.Listen(net.Tcp(net.Server()));
            client.Connect(net.Tcp(net.Client()), net.ServerAddress());
        });
    client.onConnected = [&]
    {
        EXPECT_EQ(client.stream->GetRemote().ToString(), "10.0.2.2:443");
        EXPECT_EQ(client.stream->GetLocal().address.ToString(), "10.0.1.1");
    };
    net.Run(1);
    ASSERT_EQ(server.peers.size(), 1U);
    EXPECT_EQ(server.peers[0]->stream->GetRemote(), client.stream->GetLocal());
}

TEST(StreamTest, AMegabyteEachWayThroughASmallBuffer)
{
    TestNetwork net;
    Config::SetDefault("ns3::TcpSocket::SndBufSize", UintegerValue(8000));
    Config::SetDefault("ns3::TcpSocket::RcvBufSize", UintegerValue(8000));
    Peer client;
    Acceptor server;
    const std::string up = Pattern(1 << 20, 'a');
    const std::string down = Pattern(1 << 20, 'A');
    AtStart(
        [&]
        {
            server.Listen(net.Tcp(net.Server()));
            client.Connect(net.Tcp(net.Client()), net.ServerAddress());
            client.Send(up);
            EXPECT_EQ(client.stream->GetQueued(), up.size());
        });
    server.onAccepted = [&](Peer& peer)
    {
        peer.Send(down);
        EXPECT_LT(peer.stream->GetQueued(), down.size());
        peer.onEnd = [&peer] { peer.stream->Close(); };
    };
    net.Run(300);
    ASSERT_EQ(server.peers.size(), 1U);
    EXPECT_TRUE(server.peers[0]->received == up);
    EXPECT_TRUE(client.received == down);
    EXPECT_EQ(client.stream->GetQueued(), 0U);
}

TEST(StreamTest, CloseSendsWhatIsQueuedEvenWhenNobodyHoldsTheStream)
{
    TestNetwork net;
    Peer client;
    Acceptor server;
    const std::string text = Pattern(300000);
    AtStart(
        [&]
        {
            server.Listen(net.Tcp(net.Server()));
            client.Connect(net.Tcp(net.Client()), net.ServerAddress());
        });
    client.onConnected = [&]
    {
        client.Send(text);
        client.stream->Close();
        client.Send("too late");
        client.stream = nullptr;
    };
    net.Run();
    ASSERT_EQ(server.peers.size(), 1U);
    EXPECT_TRUE(server.peers[0]->received == text);
    EXPECT_THAT(server.peers[0]->happened, ElementsAre("closed"));
}

TEST(StreamTest, CloseBeforeConnectedGivesUp)
{
    TestNetwork net;
    Peer client;
    Acceptor server;
    AtStart(
        [&]
        {
            server.Listen(net.Tcp(net.Server()));
            client.Connect(net.Tcp(net.Client()), net.ServerAddress());
            client.Send("hello");
            client.stream->Close();
            client.stream = nullptr;
        });
    net.Run();
    EXPECT_THAT(server.peers, IsEmpty());
    EXPECT_THAT(client.happened, IsEmpty());
}

TEST(StreamTest, MayBeDroppedInAnyHandler)
{
    for (const std::string where : {"connected", "data", "end"})
    {
        TestNetwork net;
        Peer client;
        Acceptor server;
        AtStart(
            [&]
            {
                server.Listen(net.Tcp(net.Server()));
                client.Connect(net.Tcp(net.Client()), net.ServerAddress());
            });
        server.onAccepted = [&](Peer& peer)
        {
            peer.Send("data");
            peer.stream->Close();
        };
        const auto drop = [&] { client.stream = nullptr; };
        client.onConnected = where == "connected" ? drop : std::function<void()>();
        client.onData = [&](imsfw::ByteView)
        {
            if (where == "data")
            {
                drop();
            }
        };
        client.onEnd = drop;
        net.Run();
        EXPECT_EQ(client.received, where == "connected" ? "" : "data") << where;
    }
}

struct FailureRow
{
    std::string name;
    Address destination;
    std::string failure;
    std::string detail; ///< part of it
    int64_t atLeast;    ///< ms
    int64_t atMost;
};

void
PrintTo(const FailureRow& row, std::ostream* out)
{
    *out << row.name;
}

class ConnectFailureTest : public testing::TestWithParam<FailureRow>
{
};

TEST_P(ConnectFailureTest, IsNamed)
{
    const FailureRow& row = GetParam();
    TestNetwork net;
    if (row.name == "IcmpUnreachable")
    {
        net.RejectByIcmp();
    }
    if (row.name == "NoLocalRoute")
    {
        const Ipv4StaticRoutingHelper routing;
        const auto table = routing.GetStaticRouting(net.Client()->GetObject<Ipv4>());
        while (table->GetNRoutes() > 0)
        {
            table->RemoveRoute(0);
        }
    }
    Peer client;
    AtStart(
        [&]
        {
            client.Connect(net.Tcp(net.Client()), row.destination);
            EXPECT_THAT(client.happened, IsEmpty())
                << "no handler is called before Connect returns";
        });
    net.Run();
    EXPECT_THAT(client.happened, ElementsAre(row.failure));
    EXPECT_THAT(client.failure.detail, HasSubstr(row.detail));
    EXPECT_GE(client.lastAt.GetMilliSeconds(), row.atLeast);
    EXPECT_LE(client.lastAt.GetMilliSeconds(), row.atMost);
}

// The router has a route to 10.0.2.0/24 only; nobody there has the address 10.0.2.99.
INSTANTIATE_TEST_SUITE_P(Tcp,
                         ConnectFailureTest,
                         testing::Values(FailureRow{"ClosedPort",
                                                    TestNetwork::ServerAddress(81),
                                                    "failed tcp reset",
                                                    "refused",
                                                    40,
                                                    45},
                                         FailureRow{"SilentDrop",
                                                    InetSocketAddress("10.0.2.99", 443),
                                                    "failed tcp timeout",
                                                    "",
                                                    1000,
                                                    5000},
                                         FailureRow{"IcmpUnreachable",
                                                    InetSocketAddress("10.9.9.9", 443),
                                                    "failed tcp unreachable",
                                                    "type 3",
                                                    20,
                                                    25},
                                         FailureRow{"NoLocalRoute",
                                                    InetSocketAddress("10.9.9.9", 443),
                                                    "failed tcp unreachable",
                                                    "route",
                                                    0,
                                                    0}),
                         [](const auto& row) { return row.param.name; });

TEST(StreamTest, AResetOfAnOpenConnectionIsNamed)
{
    TestNetwork net;
    Peer client;
    const Ptr<Socket> server = net.Tcp(net.Server())->CreateSocket();
    Ptr<Socket> accepted;
    AtStart(
        [&]
        {
            server->Bind(InetSocketAddress(Ipv4Address::GetAny(), TestNetwork::PORT));
            server->Listen();
            client.Connect(net.Tcp(net.Client()), net.ServerAddress());
            client.Send("nobody reads this");
        });
    // ns-3's TCP answers a close with unread data by a RST.
    static Ptr<Socket>* slot = nullptr;
    slot = &accepted;
    server->SetAcceptCallback(MakeNullCallback<bool, Ptr<Socket>, const Address&>(),
                              Callback<void, Ptr<Socket>, const Address&>(
                                  [](Ptr<Socket> socket, const Address&) { *slot = socket; }));
    Simulator::Schedule(Seconds(1), [&] { accepted->Close(); });
    net.Run();
    EXPECT_THAT(client.happened, ElementsAre("connected", "failed tcp reset"));
}

TEST(StreamTest, DataThatNobodyAcknowledgesTimesOut)
{
    TestNetwork net;
    Peer client;
    Acceptor server;
    AtStart(
        [&]
        {
            server.Listen(net.Tcp(net.Server()));
            client.Connect(net.Tcp(net.Client()), net.ServerAddress());
        });
    Simulator::Schedule(Seconds(1),
                        [&]
                        {
                            net.Cut();
                            client.Send("into the void");
                        });
    net.Run(300);
    EXPECT_THAT(client.happened, ElementsAre("connected", "failed tcp timeout"));
}

TEST(StreamTest, AnIcmpErrorDoesNotEndAnOpenConnection)
{
    TestNetwork net;
    Peer client;
    Acceptor server;
    server.isEcho = true;
    AtStart(
        [&]
        {
            server.Listen(net.Tcp(net.Server()));
            client.Connect(net.Tcp(net.Client()), net.ServerAddress());
        });
    // The way back to the client is lost for a while, and the router says so.
    net.RejectByIcmp();
    const Ptr<Ipv4> router = net.Router()->GetObject<Ipv4>();
    Simulator::Schedule(Seconds(1),
                        [&]
                        {
                            router->SetDown(2);
                            client.Send("hello");
                        });
    Simulator::Schedule(Seconds(2), [&] { router->SetUp(2); });
    net.Run();
    EXPECT_THAT(client.happened, ElementsAre("connected"));
    EXPECT_EQ(client.received, "hello");
}

TEST(StreamTest, AbortCallsNobody)
{
    for (const double at : {0.0, 0.01, 0.5})
    {
        TestNetwork net;
        Peer client;
        Acceptor server;
        AtStart(
            [&]
            {
                server.Listen(net.Tcp(net.Server()));
                client.Connect(net.Tcp(net.Client()), net.ServerAddress());
            });
        Simulator::Schedule(Seconds(at),
                            [&]
                            {
                                client.happened.clear();
                                client.stream->Abort();
                                client.Send("nothing");
                            });
        net.Run();
        EXPECT_THAT(client.happened, IsEmpty()) << at;
        EXPECT_EQ(client.received, "");
    }
}

} // namespace
} // namespace imstls
} // namespace ns3
