// SPDX-License-Identifier: GPL-2.0-only
// Media over a TURN server, reached over UDP, TCP, TLS and DTLS: what arrives, how long it takes, how failures are named.
#include "ims-turn-test-world.h"

namespace ns3
{
namespace imsturn
{
namespace
{

using imsfw::turn::ServerEvent;
using testing::Each;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;
using testing::Pair;

class RelayPathTest : public testing::TestWithParam<Transport>
{
};

INSTANTIATE_TEST_SUITE_P(
    Over,
    RelayPathTest,
    testing::Values(Transport::UDP, Transport::TCP, Transport::TLS, Transport::DTLS),
    [](const auto& row) { return ToString(row.param); });

TEST_P(RelayPathTest, RelaysBothWays)
{
    World world(GetParam());
    world.OpenAndConnect();
    world.ue.onPeerReady = [&] { world.ue.Send("there"); };
    world.peer.onData = [&] { world.peer.Send("and back"); };
    world.net.Run(2);
    EXPECT_THAT(world.ue.happened, ElementsAre("ready", "peer-ready"));
    EXPECT_EQ(world.ue.advertised.address.ToString(), "10.0.2.2");
    EXPECT_EQ(world.relay->GetRelayed(), world.ue.advertised);
    EXPECT_EQ(world.relay->GetMapped(), world.ue.path->GetLocalEndpoints().at(0));
    EXPECT_THAT(world.peer.received, ElementsAre(Pair(world.ue.advertised.ToString(), "there")));
    EXPECT_THAT(world.ue.received, ElementsAre(Pair("10.0.2.1:4000", "and back")));
    EXPECT_EQ(world.Reasons(ServerEvent::Type::RELAYED_TO_PEER).size(), 1U);
    EXPECT_EQ(world.Reasons(ServerEvent::Type::RELAYED_TO_CLIENT).size(), 1U);
    EXPECT_EQ(world.server->GetAllocationCount(), 1U);
}

TEST_P(RelayPathTest, TakesAsManyRoundTripsAsTheProtocolsDo)
{
    World world(GetParam());
    world.OpenAndConnect();
    world.net.Run(2);
    const auto& phases = world.ue.path->GetPhases();
    ASSERT_EQ(phases.size(), 3U);
    EXPECT_EQ(phases[0].name, "connect");
    EXPECT_EQ(phases[1].name, "turn-allocate");
    EXPECT_EQ(phases[2].name, "turn-channel-bind");
    const auto roundTrips = [&](std::size_t i)
    { return imsfw::ToMilliseconds(phases[i].end - phases[i].start) / 40; };
    // Nothing; TCP's handshake; that and one round trip of TLS 1.3; three of DTLS 1.2, the first for the cookie.
    EXPECT_NEAR(roundTrips(0), static_cast<int>(GetParam()), 0.1);
    EXPECT_NEAR(roundTrips(1), 2, 0.1); // 401 first
    EXPECT_NEAR(roundTrips(2), 1, 0.1);
    EXPECT_EQ(phases[1].start, phases[0].end);
}

TEST_P(RelayPathTest, GivesTheAllocationBackEvenWhenNobodyHoldsThePath)
{
    World world(GetParam());
    world.OpenAndConnect();
    At(1,
       [&]
       {
           world.ue.path->Close();
           world.ue.path = world.relay = nullptr;
       });
    world.net.Run(3);
    EXPECT_THAT(world.ue.happened, ElementsAre("ready", "peer-ready"));
    EXPECT_EQ(world.server->GetAllocationCount(), 0U);
    EXPECT_EQ(world.Reasons(ServerEvent::Type::ALLOCATION_DELETED).size(), 1U);
}

TEST_P(RelayPathTest, NamesAWrongPassword)
{
    World world(GetParam(), "wrong");
    world.OpenAndConnect();
    world.net.Run(60);
    EXPECT_THAT(world.ue.happened, ElementsAre("failed turn unauthorized"));
    ASSERT_TRUE(world.ue.path->GetFailure());
    EXPECT_EQ(world.ue.path->GetFailure()->reason, "unauthorized");
    EXPECT_EQ(world.server->GetAllocationCount(), 0U);
    EXPECT_FALSE(world.relay->GetRelayed());
}

TEST_P(RelayPathTest, NamesTheTimeOutOfAServerThatIsGone)
{
    World world(GetParam());
    world.net.Cut();
    world.OpenAndConnect();
    world.net.Run(60);
    const char* const failures[] = {"failed turn timeout",
                                    "failed tcp timeout",
                                    "failed tcp timeout",
                                    "failed tls handshake-timeout"};
    EXPECT_THAT(world.ue.happened, ElementsAre(failures[static_cast<int>(GetParam())]));
    if (GetParam() == Transport::UDP)
    {
        // RFC 8489 6.2.1: "it will be 39500 ms after the first transmission"
        EXPECT_NEAR(world.ue.lastAt.GetSeconds(), 39.501, 0.001);
    }
    EXPECT_THAT(world.ue.path->GetPhases(),
                Each(testing::Field(&MediaPath::Phase::name, "connect")));
}

TEST_P(RelayPathTest, RelaysNothingWithoutAPermission)
{
    World world(GetParam());
    world.ue.onReady = [&]
    {
        world.peer.path->SetPeer(world.ue.advertised);
        world.peer.Send("too early");
        world.ue.Send("no peer yet");
    };
    At(0.001, [&] { world.ue.path->Open(); });
    At(1, [&] { world.ue.path->SetPeer(world.peer.advertised); });
    At(2, [&] { world.peer.Send("permitted now"); });
    world.net.Run(3);
    EXPECT_THAT(world.ue.received, ElementsAre(Pair("10.0.2.1:4000", "permitted now")));
    EXPECT_THAT(world.peer.received, IsEmpty());
    EXPECT_THAT(world.Reasons(ServerEvent::Type::DISCARDED), ElementsAre("no-permission"));
}

TEST_P(RelayPathTest, ADeniedPeerFailsThePath)
{
    World world(GetParam());
    world.server->DenyPeers(*imsfw::IpPrefix::Parse("10.0.2.0/30"));
    world.OpenAndConnect();
    world.net.Run(5);
    EXPECT_THAT(world.ue.happened, ElementsAre("ready", testing::StartsWith("failed turn ")));
    EXPECT_THAT(world.ue.failure.detail, testing::HasSubstr("403"));
}

TEST_P(RelayPathTest, GivesTwoEqualRuns)
{
    std::vector<std::string> captures;
    for (const uint64_t run : {1, 1, 2})
    {
        RngSeedManager::SetRun(run);
        World world(GetParam());
        world.OpenAndConnect();
        world.ue.onPeerReady = [&] { world.ue.Send("there"); };
        world.peer.onData = [&] { world.peer.Send("and back"); };
        At(1, [&] { world.ue.path->Close(); });
        world.net.Run(2);
        EXPECT_EQ(world.ue.received.size(), 1U);
        captures.push_back(world.net.Capture());
    }
    RngSeedManager::SetRun(1);
    EXPECT_GT(captures[0].size(), 1000U);
    EXPECT_TRUE(captures[0] == captures[1]);
    EXPECT_FALSE(captures[0] == captures[2]);
}

TEST_P(RelayPathTest, MayBeOpenedAnewFromItsOwnHandler)
{
    World world(GetParam());
    world.OpenAndConnect();
    world.ue.onFailure = [&] { world.ue.path->Open(); };
    // The server goes away and comes back: over UDP, a refused refresh or an ICMP error tells.
    At(1, [&] { world.server->CloseStreams(); });
    world.net.Run(5);
    if (GetParam() == Transport::UDP || GetParam() == Transport::DTLS)
    {
        EXPECT_THAT(world.ue.happened, ElementsAre("ready", "peer-ready"));
        return;
    }
    EXPECT_EQ(world.ue.happened.at(2), "failed stream closed");
    EXPECT_THAT(std::vector<std::string>(world.ue.happened.begin() + 3, world.ue.happened.end()),
                ElementsAre("ready", "peer-ready"));
    EXPECT_EQ(world.server->GetAllocationCount(), 1U);
}

TEST_P(RelayPathTest, MayBeLetGoOfInAnyHandler)
{
    for (const std::string where : {"ready", "peer-ready", "data"})
    {
        World world(GetParam());
        world.OpenAndConnect();
        const auto drop = [&] { world.ue.path = world.relay = nullptr; };
        world.peer.onData = [&] { world.peer.Send("and back"); };
        world.ue.onData = [&] { drop(); };
        world.ue.onPeerReady = [&]
        {
            world.ue.Send("there");
            if (where == "peer-ready")
            {
                drop();
            }
        };
        if (where == "ready")
        {
            world.ue.onReady = drop;
        }
        world.net.Run(2);
        EXPECT_FALSE(world.ue.path) << where;
        EXPECT_THAT(world.ue.happened, Each(Not(testing::StartsWith("failed")))) << where;
    }
}

} // namespace
} // namespace imsturn
} // namespace ns3
