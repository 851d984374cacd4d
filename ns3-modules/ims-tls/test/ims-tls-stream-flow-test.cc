// SPDX-License-Identifier: GPL-2.0-only
// Stream's flow control: a reader who stops holds the sender back, nothing is lost or stalls by it, and a sender hears
// when all is on its way.
#include "ims-tls-test-network.h"

namespace ns3
{
namespace imstls
{
namespace
{

using testing::ElementsAre;
using testing::SizeIs;

constexpr std::size_t SIZE = 1 << 20;

/// A client that sends a megabyte, and a server that does not read at first.
class StreamFlowTest : public testing::Test
{
  protected:
    StreamFlowTest()
    {
        server.onAccepted = [](Peer& peer) { peer.stream->SetReading(false); };
        Simulator::Schedule(Seconds(0),
                            [this]
                            {
                                server.Listen(net.Tcp(net.Server()));
                                client.Connect(net.Tcp(net.Client()), net.ServerAddress());
                                client.Send(text);
                            });
    }

    TestNetwork net;
    Peer client;
    Acceptor server;
    const std::string text = Pattern(SIZE);
};

TEST_F(StreamFlowTest, WhoStopsReadingHoldsTheSenderBack)
{
    net.Run(30);
    EXPECT_GT(client.stream->GetQueued(), SIZE / 2);
    EXPECT_EQ(client.drained, 0);
    ASSERT_THAT(server.peers, SizeIs(1));
    EXPECT_EQ(server.peers[0]->received, "");
}

TEST_F(StreamFlowTest, ReadingOnGetsAllOfItAtTheLinksSpeed)
{
    // A megabyte takes 0.42 s at 20 Mbit/s. Waiting for TCP's persist timer would take 6 s at least.
    Time done;
    Simulator::Schedule(Seconds(30),
                        [&]
                        {
                            Peer& peer = *server.peers[0];
                            peer.onData = [&](imsfw::ByteView) { done = Simulator::Now(); };
                            peer.stream->SetReading(true);
                        });
    net.Run(60);
    EXPECT_TRUE(server.peers[0]->received == text);
    EXPECT_LT(done, Seconds(32));
    EXPECT_EQ(client.drained, 1);
    EXPECT_EQ(client.stream->GetQueued(), 0U);
}

TEST_F(StreamFlowTest, AnyNumberOfPausesLosesNothing)
{
    for (int i = 0; i < 40; ++i)
    {
        Simulator::Schedule(Seconds(1) + MilliSeconds(50 * i),
                            [this, i] { server.peers[0]->stream->SetReading(i % 2 == 0); });
    }
    Simulator::Schedule(Seconds(10), [this] { server.peers[0]->stream->SetReading(true); });
    net.Run(30);
    EXPECT_TRUE(server.peers[0]->received == text);
}

TEST(StreamEndTest, WhatCameBeforeTheEndIsReadEvenWhenReadingIsStopped)
{
    TestNetwork net;
    Peer client;
    Acceptor server;
    server.onAccepted = [](Peer& peer) { peer.stream->SetReading(false); };
    const std::string text = Pattern(100000); // has room in the receiver's buffer
    Simulator::Schedule(Seconds(0),
                        [&]
                        {
                            server.Listen(net.Tcp(net.Server()));
                            client.Connect(net.Tcp(net.Client()), net.ServerAddress());
                            client.Send(text);
                        });
    client.onConnected = [&] { client.stream->Close(); };
    net.Run(30);
    ASSERT_THAT(server.peers, SizeIs(1));
    EXPECT_TRUE(server.peers[0]->received == text) << server.peers[0]->received.size();
    EXPECT_THAT(server.peers[0]->happened, ElementsAre("closed"));
}

TEST(StreamDrainTest, EachSendThatIsTakenWholeSaysSo)
{
    TestNetwork net;
    Peer client;
    Acceptor server;
    Simulator::Schedule(Seconds(0),
                        [&]
                        {
                            server.Listen(net.Tcp(net.Server()));
                            client.Connect(net.Tcp(net.Client()), net.ServerAddress());
                            client.Send("waits for the connection");
                            EXPECT_EQ(client.drained, 0);
                        });
    Simulator::Schedule(Seconds(1),
                        [&]
                        {
                            EXPECT_EQ(client.drained, 1);
                            client.Send("fits");
                            EXPECT_EQ(client.drained, 2);
                            client.stream->Close();
                            client.Send("ignored");
                        });
    net.Run();
    EXPECT_EQ(client.drained, 2);
    EXPECT_EQ(server.peers[0]->received, "waits for the connectionfits");
    EXPECT_EQ(server.peers[0]->stream->GetRemote().address.ToString(), "10.0.1.1")
        << "known after the end too";
}

} // namespace
} // namespace imstls
} // namespace ns3
