// SPDX-License-Identifier: GPL-2.0-only
// The server as others see it: clients that speak something else, do not read, or outlive it; ports it cannot have.
#include "ims-turn-test-world.h"

namespace ns3
{
namespace imsturn
{
namespace
{

using imsfw::turn::ServerEvent;
using testing::Contains;
using testing::ElementsAre;
using testing::Gt;
using testing::IsEmpty;
using testing::SizeIs;

TEST(TurnServerApplicationTest, AStreamThatSpeaksSomethingElseIsClosed)
{
    World world;
    imstls::Peer stranger;
    At(0.001,
       [&]
       {
           stranger.Connect(world.net.Tcp(world.net.Client()),
                            world.net.ServerAddress(World::STUN_PORT));
           stranger.Send("SSH-2.0-OpenSSH_9.2\r\n");
       });
    world.net.Run(2);
    EXPECT_THAT(stranger.happened, ElementsAre("connected", "closed"));
    EXPECT_THAT(world.Reasons(ServerEvent::Type::DISCARDED), SizeIs(1));
}

TEST(TurnServerApplicationTest, AStreamThatEndsTakesItsAllocationAlong)
{
    World world(Transport::TCP);
    world.OpenAndConnect();
    At(1,
       [&]
       {
           EXPECT_EQ(world.server->GetAllocationCount(), 1U);
           world.ue.path->Dispose();
       });
    world.net.Run(2);
    EXPECT_EQ(world.server->GetAllocationCount(), 0U);
    EXPECT_THAT(world.Reasons(ServerEvent::Type::ALLOCATION_DELETED), ElementsAre("client-closed"));
}

TEST(TurnServerApplicationTest, AnAllocationThatNobodyRefreshesExpires)
{
    World world;
    world.server->SetAttribute("DefaultLifetime", TimeValue(Seconds(20)));
    world.OpenAndConnect();
    At(1, [&] { world.net.Cut(); });
    world.net.Run(30);
    EXPECT_EQ(world.server->GetAllocationCount(), 0U);
    EXPECT_THAT(world.Reasons(ServerEvent::Type::ALLOCATION_DELETED), ElementsAre("expired"));
}

TEST(TurnServerApplicationTest, AnAllocationOutlivesItsLifetimesByRefreshes)
{
    World world;
    world.OpenAndConnect();
    At(1500, [&] { world.ue.Send("there"); });
    At(1501, [&] { world.peer.Send("and back"); });
    world.net.Run(1502);
    EXPECT_EQ(world.server->GetAllocationCount(), 1U);
    EXPECT_THAT(world.peer.received, SizeIs(1));
    EXPECT_THAT(world.ue.received, SizeIs(1));
}

TEST(TurnServerApplicationTest, StoppingFreesAllPortsAndClientsNotice)
{
    World world;
    world.server->SetStopTime(Seconds(1));
    world.OpenAndConnect();
    At(2, [&] { world.ue.Send("anybody?"); });
    world.net.Run(3);
    EXPECT_THAT(world.ue.happened,
                ElementsAre("ready", "peer-ready", "failed udp icmp-unreachable"));
    EXPECT_EQ(world.server->GetAllocationCount(), 0U);
}

TEST(TurnServerApplicationTest, RelaysFromTheAddressThatItGaveOut)
{
    World world;
    // A second address, which the route to the peer would not choose.
    const auto ipv4 = world.net.Server()->GetObject<Ipv4>();
    ipv4->AddAddress(1, {Ipv4Address("10.0.2.7"), Ipv4Mask("255.255.255.0")});
    world.server->SetAttribute("Address", Ipv4AddressValue("10.0.2.7"));
    world.OpenAndConnect();
    world.ue.onPeerReady = [&] { world.ue.Send("there"); };
    world.net.Run(2);
    EXPECT_EQ(world.ue.advertised.address.ToString(), "10.0.2.7");
    EXPECT_THAT(world.peer.received,
                ElementsAre(testing::Pair(world.ue.advertised.ToString(), "there")));
}

TEST(TurnServerApplicationTest, APortInUseIsTraced)
{
    World world;
    std::vector<uint16_t> ports;
    world.server->AddUdpListener(World::STUN_PORT);
    world.server->AddStreamListener(world.net.Tcp(world.net.Server()), World::STUN_PORT);
    const auto note = [&](uint16_t port) { ports.push_back(port); };
    world.server->TraceConnectWithoutContext("PortFailed", Callback<void, uint16_t>(note));
    world.net.Run(1);
    EXPECT_THAT(ports, ElementsAre(World::STUN_PORT, World::STUN_PORT));
}

TEST(TurnServerApplicationTest, AClientThatDoesNotTakeItsDataLosesIt)
{
    World world(Transport::TCP);
    world.server->SetAttribute("MaxQueued", UintegerValue(10000));
    std::size_t lost = 0;
    const auto count = [&](const imsfw::turn::ClientId&, imsfw::ByteView) { ++lost; };
    world.server->TraceConnectWithoutContext(
        "Overflowed", Callback<void, const imsfw::turn::ClientId&, imsfw::ByteView>(count));
    world.OpenAndConnect();
    At(1, [&] { world.net.Cut(); });
    // More than ns-3's send buffer of 128 KiB takes.
    for (int i = 0; i < 300; ++i)
    {
        At(1.1 + i / 1000.0, [&] { world.peer.Send(std::string(1000, 'x')); });
    }
    world.net.Run(2);
    EXPECT_THAT(lost, Gt(100U));
}

TEST(TurnServerApplicationTest, APathWhoseStreamIsStuckDropsLateMedia)
{
    World world(Transport::TCP);
    world.relay->SetAttribute("MaxQueued", UintegerValue(10000));
    std::vector<std::string> dropped;
    const auto note = [&](const std::string& reason, imsfw::ByteView)
    { dropped.push_back(reason); };
    world.relay->TraceConnectWithoutContext(
        "Dropped", Callback<void, const std::string&, imsfw::ByteView>(note));
    world.OpenAndConnect();
    At(1, [&] { world.net.Cut(); });
    for (int i = 0; i < 300; ++i)
    {
        At(1.1 + i / 1000.0, [&] { world.ue.Send(std::string(1000, 'x')); });
    }
    world.net.Run(2);
    EXPECT_THAT(dropped, SizeIs(Gt(100U)));
    EXPECT_THAT(dropped, Contains("queue-full"));
}

TEST(TurnServerApplicationTest, TwoClientsGetTheirOwnAllocationsAndData)
{
    World world;
    world.server->SetUser("bob", "other secret");
    RelayPathHelper helper(world.net.ServerAddress(World::STUN_PORT));
    helper.SetAttribute("Name", StringValue("second"));
    Party bob;
    bob.Take(helper.Install(world.net.Client(), "bob", "other secret"));
    world.OpenAndConnect();
    bob.onReady = [&] { bob.path->SetPeer(world.peer.advertised); };
    At(0.001, [&] { bob.path->Open(); });
    At(1,
       [&]
       {
           world.ue.Send("from alice");
           bob.Send("from bob");
       });
    std::vector<std::string> senders;
    world.peer.onData = [&]
    {
        world.peer.path->SetPeer(*imsfw::Endpoint::Parse(world.peer.received.back().first));
        world.peer.Send("to " + world.peer.received.back().second);
    };
    world.net.Run(2);
    EXPECT_EQ(world.server->GetAllocationCount(), 2U);
    EXPECT_NE(bob.advertised, world.ue.advertised);
    EXPECT_THAT(world.ue.received, ElementsAre(testing::Pair("10.0.2.1:4000", "to from alice")));
    EXPECT_THAT(bob.received, ElementsAre(testing::Pair("10.0.2.1:4000", "to from bob")));
}

} // namespace
} // namespace imsturn
} // namespace ns3
