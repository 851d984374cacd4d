// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Client against server in memory, over datagrams and over streams: calls of an hour, losses, wrong credentials.
#include "relay-world.h"

namespace imsfw::turn
{
namespace
{

using turntest::At;
using turntest::RelayWorld;
using Transport = ClientId::Transport;

const Endpoint PEER = turntest::At("192.0.2.9:7000");
const Endpoint OTHER = turntest::At("192.0.2.8:7000");

class TurnRelayWorld : public testing::TestWithParam<Transport>
{
};

std::string
NameOf(const testing::TestParamInfo<Transport>& transport)
{
    return ClientId{transport.param, {}, 0}.ToString().substr(0, 3);
}

INSTANTIATE_TEST_SUITE_P(Transports,
                         TurnRelayWorld,
                         testing::Values(Transport::UDP, Transport::TCP, Transport::TLS),
                         &NameOf);

TEST_P(TurnRelayWorld, DataGoesBothWays)
{
    RelayWorld world = RelayWorld::Usual(GetParam());
    world.Start();
    ASSERT_EQ(world.CountOf(ClientEvent::Type::ALLOCATED), 1U);
    EXPECT_EQ(world.events[0].mapped, world.id.remote);
    EXPECT_EQ(world.openPorts, std::set<uint16_t>{world.events[0].relayed.port});
    world.AddPeer(PEER);
    EXPECT_EQ(world.CountOf(ClientEvent::Type::PEER_READY), 1U);
    world.Send(PEER, "ping");
    world.PeerSends(PEER, "pong");
    world.PeerSends(turntest::At("192.0.2.9:9"), "as indication");
    EXPECT_EQ(world.atPeers, std::vector<std::string>{"192.0.2.9:7000 ping"});
    ASSERT_EQ(world.CountOf(ClientEvent::Type::DATA), 2U);
    EXPECT_EQ(ByteView(world.events[2].data).AsText(), "pong");
    EXPECT_EQ(world.events[2].peer, PEER);
    EXPECT_EQ(ByteView(world.events[3].data).AsText(), "as indication");
    world.Close();
    EXPECT_EQ(world.CountOf(ClientEvent::Type::CLOSED), 1U);
    EXPECT_TRUE(world.openPorts.empty());
    EXPECT_EQ(world.server.GetAllocationCount(), 0U);
    EXPECT_FALSE(world.server.NextTimeout());
    EXPECT_EQ(world.requests,
              (std::vector<stun::Method>{stun::Method::ALLOCATE,
                                         stun::Method::ALLOCATE,
                                         stun::Method::CREATE_PERMISSION,
                                         stun::Method::CHANNEL_BIND,
                                         stun::Method::REFRESH}));
}

TEST_P(TurnRelayWorld, OverAStreamOfSingleBytesItIsTheSame)
{
    RelayWorld world = RelayWorld::Usual(GetParam());
    world.piece = 1;
    world.Start();
    world.AddPeer(PEER);
    world.Send(PEER, "ping");
    world.PeerSends(PEER, "pong!");
    EXPECT_EQ(world.atPeers, std::vector<std::string>{"192.0.2.9:7000 ping"});
    ASSERT_EQ(world.CountOf(ClientEvent::Type::DATA), 1U);
    EXPECT_EQ(ByteView(world.events.back().data).AsText(), "pong!");
}

TEST_P(TurnRelayWorld, AnHourOfRefreshesWithoutAGap)
{
    ServerConfig serverConfig = RelayWorld::ServerOf();
    serverConfig.nonceLifetime = std::chrono::seconds(1000); // so that nonces go stale in the hour
    RelayWorld world(RelayWorld::ClientOf(GetParam(), "secret"), serverConfig, GetParam());
    world.Start();
    world.AddPeer(PEER);
    world.AddPeer(OTHER);
    for (int second = 1; second <= 3700; ++second)
    {
        world.RunUntil(At(second));
        world.Send(PEER, "a");
        world.Send(OTHER, "b");
        world.PeerSends(PEER, "c");
    }
    EXPECT_EQ(world.Failure(), "");
    EXPECT_EQ(world.atPeers.size(), 7400U);
    EXPECT_EQ(world.CountOf(ClientEvent::Type::DATA), 3700U);
    EXPECT_EQ(world.CountOf(ServerEvent::Type::DISCARDED), 0U);
    EXPECT_EQ(world.CountOf(ClientEvent::Type::ALLOCATED), 1U);
    EXPECT_EQ(world.client.GetDiscarded(), 0U);
    const auto countOf = [&world](stun::Method method)
    { return std::count(world.requests.begin(), world.requests.end(), method); };
    EXPECT_GE(countOf(stun::Method::REFRESH), 6);            // every 540 s
    EXPECT_LE(countOf(stun::Method::REFRESH), 10);           // and again after stale nonces
    EXPECT_GE(countOf(stun::Method::CREATE_PERMISSION), 32); // two peers, every 240 s, and at first
    EXPECT_LE(countOf(stun::Method::CREATE_PERMISSION), 40);
}

TEST_P(TurnRelayWorld, AWrongPasswordEndsInUnauthorized)
{
    RelayWorld world(RelayWorld::ClientOf(GetParam(), "guess"), RelayWorld::ServerOf(), GetParam());
    world.Start();
    EXPECT_EQ(world.Failure(), "unauthorized");
    EXPECT_EQ(world.requests.size(), 2U) << "the same credentials are not tried again";
    EXPECT_FALSE(world.client.NextTimeout());
    EXPECT_FALSE(world.server.NextTimeout());
    EXPECT_EQ(world.CountOf(ServerEvent::Type::ALLOCATION_REFUSED), 1U);
    world.Send(PEER, "x");
    EXPECT_TRUE(world.atPeers.empty());
}

TEST_P(TurnRelayWorld, ANonceThatIsNeverGoodEndsInStaleNonce)
{
    ServerConfig serverConfig = RelayWorld::ServerOf();
    serverConfig.nonceLifetime = Duration(0);
    RelayWorld world(RelayWorld::ClientOf(GetParam(), "secret"), serverConfig, GetParam());
    world.Start();
    EXPECT_EQ(world.Failure(), "stale-nonce");
    EXPECT_EQ(world.requests.size(), 5U);
    EXPECT_EQ(world.server.GetAllocationCount(), 0U);
}

TEST_P(TurnRelayWorld, WithoutAPermissionNothingIsRelayed)
{
    RelayWorld world = RelayWorld::Usual(GetParam());
    world.Start();
    world.Send(PEER, "x");
    world.PeerSends(PEER, "y");
    EXPECT_TRUE(world.atPeers.empty());
    EXPECT_EQ(world.CountOf(ClientEvent::Type::DATA), 0U);
    EXPECT_EQ(world.CountOf(ServerEvent::Type::DISCARDED), 2U);
    world.AddPeer(PEER);
    world.Send(PEER, "x");
    world.PeerSends(OTHER, "y");
    EXPECT_EQ(world.atPeers.size(), 1U);
    EXPECT_EQ(world.CountOf(ClientEvent::Type::DATA), 0U);
}

TEST_P(TurnRelayWorld, ADeniedPeerIsNamed)
{
    ServerConfig serverConfig = RelayWorld::ServerOf();
    serverConfig.deniedPeers = {*IpPrefix::Parse("192.0.2.0/24")};
    RelayWorld world(RelayWorld::ClientOf(GetParam(), "secret"), serverConfig, GetParam());
    world.Start();
    world.AddPeer(PEER);
    ASSERT_EQ(world.CountOf(ClientEvent::Type::PEER_FAILED), 1U);
    EXPECT_EQ(world.events.back().failure.reason, "forbidden");
    world.AddPeer(turntest::At("198.51.100.1:1"));
    EXPECT_EQ(world.CountOf(ClientEvent::Type::PEER_READY), 1U)
        << "the allocation is still good for others";
}

TEST_P(TurnRelayWorld, ASilentServerIsGivenUp)
{
    // The path goes dark after a number of messages: before the first, and in every later step.
    for (int through = 0; through < 9; ++through)
    {
        RelayWorld world = RelayWorld::Usual(GetParam());
        int left = through;
        world.toServer = [&left](ByteView) { return left-- > 0; };
        world.Start();
        world.AddPeer(PEER);
        world.RunUntil(At(600 + 600));
        EXPECT_EQ(world.Failure(), "timeout") << through;
        EXPECT_FALSE(world.client.NextTimeout()) << through;
        EXPECT_EQ(world.server.GetAllocationCount(), 0U)
            << through << ": the server lets go by itself";
        EXPECT_TRUE(world.openPorts.empty()) << through;
        EXPECT_FALSE(world.server.NextTimeout()) << through;
    }
}

TEST_P(TurnRelayWorld, RunsAreRepeatable)
{
    const auto run = []
    {
        RelayWorld world = RelayWorld::Usual(GetParam());
        std::string wire;
        world.toServer = [&wire](ByteView bytes)
        {
            wire += ToHex(bytes);
            return true;
        };
        world.toClient = world.toServer;
        world.Start();
        world.AddPeer(PEER);
        world.Send(PEER, "x");
        world.PeerSends(PEER, "y");
        return wire;
    };
    EXPECT_EQ(run(), run());
}

TEST(TurnRelayLoss, EveryMessageMayBeLostOnceOrTwice)
{
    // Over UDP, each single message of the exchange is lost (and its first repetition): everything still comes about,
    // with one allocation.
    for (const bool isToServer : {true, false})
    {
        for (int lost = 0; lost < 4; ++lost)
        {
            for (int times = 1; times < 3; ++times)
            {
                RelayWorld world = RelayWorld::Usual(Transport::UDP);
                int count = 0;
                const auto path = [&count, lost, times](ByteView)
                {
                    const int at = count++;
                    return at < lost || at >= lost + times;
                };
                (isToServer ? world.toServer : world.toClient) = path;
                world.Start();
                world.RunUntil(At(10));
                world.AddPeer(PEER);
                world.RunUntil(At(20));
                EXPECT_EQ(world.CountOf(ClientEvent::Type::ALLOCATED), 1U) << lost;
                EXPECT_EQ(world.CountOf(ClientEvent::Type::PEER_READY), 1U) << lost;
                EXPECT_EQ(world.CountOf(ServerEvent::Type::ALLOCATION_CREATED), 1U) << lost;
                EXPECT_EQ(world.server.GetAllocationCount(), 1U) << lost;
            }
        }
    }
}

TEST(TurnRelayLoss, ACloseWhoseResponseIsLostIsStillAClose)
{
    RelayWorld world = RelayWorld::Usual(Transport::UDP);
    world.Start();
    int count = 0;
    world.toClient = [&count](ByteView) { return count++ > 0; };
    world.Close();
    EXPECT_EQ(world.CountOf(ClientEvent::Type::CLOSED), 0U);
    EXPECT_EQ(world.server.GetAllocationCount(), 0U);
    world.RunUntil(At(1));
    EXPECT_EQ(world.CountOf(ClientEvent::Type::CLOSED), 1U) << "437: it is gone already";
    EXPECT_EQ(world.Failure(), "");
}

TEST(TurnRelayLoss, AClientThatVanishesIsForgotten)
{
    RelayWorld world = RelayWorld::Usual(Transport::TLS);
    world.Start();
    world.AddPeer(PEER);
    world.server.HandleClientClosed(At(1), world.id);
    world.PeerSends(PEER, "x");
    EXPECT_TRUE(world.openPorts.empty());
    EXPECT_FALSE(world.server.NextTimeout());
}

} // namespace
} // namespace imsfw::turn
