// SPDX-License-Identifier: GPL-2.0-only
// Media without a relay: host and reflexive addresses, latching, and how gathering fails.
#include "ims-turn-test-world.h"

namespace ns3
{
namespace imsturn
{
namespace
{

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

/// A second path of the client, direct; its STUN server is the world's unless a test says otherwise.
struct DirectWorld : public World
{
    explicit DirectWorld(uint16_t stunPort = STUN_PORT)
    {
        DirectPathHelper helper;
        helper.SetStunServer(net.ServerAddress(stunPort));
        direct = helper.Install(net.Client());
        direct->TraceConnectWithoutContext("Dropped", MakeCallback(&DirectWorld::Drop, this));
        caller.Take(direct);
        At(0.001, [this] { direct->Open(); });
    }

    void
    Drop(const std::string& reason, imsfw::ByteView packet)
    {
        dropped.emplace_back(reason, packet.AsText());
    }

    Ptr<DirectPath> direct;
    Party caller;
    std::vector<std::pair<std::string, std::string>> dropped;
};

TEST(DirectPathTest, AdvertisesItsHostAddressAtOnce)
{
    World world;
    At(0.001,
       [&]
       {
           EXPECT_THAT(world.peer.happened, ElementsAre("ready"));
           EXPECT_EQ(world.peer.advertised.ToString(), "10.0.2.1:4000");
       });
    world.net.Run(1);
    EXPECT_THAT(world.peer.path->GetLocalEndpoints(), ElementsAre(world.peer.advertised));
    EXPECT_THAT(world.peer.path->GetPhases(), IsEmpty());
}

TEST(DirectPathTest, LearnsFromTheStunServerWhatThatSees)
{
    DirectWorld world;
    world.net.Run(1);
    EXPECT_THAT(world.caller.happened, ElementsAre("ready"));
    EXPECT_THAT(world.direct->GetLocalEndpoints(), ElementsAre(world.caller.advertised)); // no NAT
    EXPECT_EQ(world.caller.advertised.address.ToString(), "10.0.1.1");
    ASSERT_EQ(world.direct->GetPhases().size(), 1U);
    const auto& phase = world.direct->GetPhases().front();
    EXPECT_EQ(phase.name, "stun-binding");
    EXPECT_NEAR(imsfw::ToMilliseconds(phase.end - phase.start), 40, 1);
}

TEST(DirectPathTest, CarriesPacketsBothWays)
{
    DirectWorld world;
    world.caller.onReady = [&]
    {
        world.peer.path->SetPeer(world.caller.advertised);
        world.direct->SetPeer(world.peer.advertised);
    };
    world.caller.onPeerReady = [&] { world.caller.Send("there"); };
    world.peer.onData = [&] { world.peer.Send("and back"); };
    world.net.Run(1);
    const auto caller = world.caller.advertised.ToString();
    EXPECT_THAT(world.peer.received, ElementsAre(Pair(caller, "there")));
    EXPECT_THAT(world.caller.received, ElementsAre(Pair("10.0.2.1:4000", "and back")));
    EXPECT_THAT(world.caller.happened, ElementsAre("ready", "peer-ready"));
}

TEST(DirectPathTest, APeerNamedBeforehandIsReadyWithThePath)
{
    DirectWorld world;
    At(0.002,
       [&]
       {
           world.direct->SetPeer(world.peer.advertised);
           world.caller.Send("not yet");
       });
    world.net.Run(1);
    EXPECT_THAT(world.caller.happened, ElementsAre("ready", "peer-ready"));
    EXPECT_THAT(world.dropped, ElementsAre(Pair("no-peer", "not yet")));
    EXPECT_THAT(world.peer.received, IsEmpty());
}

class LatchTest : public testing::TestWithParam<bool>
{
};

INSTANTIATE_TEST_SUITE_P(,
                         LatchTest,
                         testing::Bool(),
                         [](const auto& row) { return row.param ? "On" : "Off"; });

TEST_P(LatchTest, DecidesWhetherThePacketsOrTheSignallingSayWhereTo)
{
    DirectWorld world;
    world.peer.path->SetAttribute("Latch", BooleanValue(GetParam()));
    // What a UE behind a NAT would say: a port where it does not listen.
    const auto wrong = *imsfw::Endpoint::Parse("10.0.1.1:9");
    const auto peersPeer = [&] { return DynamicCast<DirectPath>(world.peer.path)->GetPeer(); };
    At(0.5,
       [&]
       {
           world.peer.path->SetPeer(wrong);
           world.direct->SetPeer(world.peer.advertised);
           EXPECT_EQ(peersPeer(), wrong);
           world.caller.Send("here I am");
       });
    world.peer.onData = [&] { world.peer.Send("good"); };
    world.net.Run(1);
    EXPECT_EQ(world.peer.received.size(), 1U);
    EXPECT_EQ(peersPeer(), GetParam() ? world.caller.advertised : wrong);
    EXPECT_EQ(world.caller.received.size(), GetParam() ? 1U : 0U);
}

TEST(DirectPathFailureTest, AnUnusedPortAnswersByIcmp)
{
    DirectWorld world(3479);
    world.net.Run(60);
    EXPECT_THAT(world.caller.happened, ElementsAre("failed udp icmp-unreachable"));
    EXPECT_LT(world.caller.lastAt, MilliSeconds(50));
    EXPECT_THAT(world.direct->GetPhases(), IsEmpty());
    EXPECT_FALSE(world.direct->GetLocalEndpoints().empty());
}

TEST(DirectPathFailureTest, SilenceIsATimeOut)
{
    DirectWorld world;
    world.direct->SetAttribute("MaxTransmissions", UintegerValue(3));
    world.direct->SetAttribute("LastWait", UintegerValue(4));
    world.net.Cut();
    world.net.Run(60);
    EXPECT_THAT(world.caller.happened, ElementsAre("failed stun timeout"));
    EXPECT_NEAR(world.caller.lastAt.GetSeconds(), 0.001 + 0.5 + 1 + 4 * 0.5, 1e-6);
}

TEST(DirectPathFailureTest, AnIcmpErrorDuringTheCallIsTracedOnly)
{
    DirectWorld world;
    std::vector<std::string> errors;
    const auto note = [&](const imsfw::StreamFailure& why) { errors.push_back(why.reason); };
    world.direct->TraceConnectWithoutContext("Unreachable",
                                             Callback<void, const imsfw::StreamFailure&>(note));
    At(0.5,
       [&]
       {
           world.direct->SetPeer(*imsfw::Endpoint::Parse("10.0.2.1:4444"));
           world.caller.Send("nobody there");
       });
    world.net.Run(1);
    EXPECT_THAT(errors, ElementsAre("icmp-unreachable"));
    EXPECT_THAT(world.caller.happened, ElementsAre("ready", "peer-ready"));
}

TEST(DirectPathFailureTest, APortInUseIsNamed)
{
    World world;
    DirectPathHelper helper;
    helper.SetAttribute("LocalAddress", Ipv4AddressValue("10.0.2.1"));
    helper.SetAttribute("LocalPort", UintegerValue(4000));
    Party second;
    second.Take(helper.Install(world.net.Router()));
    At(0.001, [&] { second.path->Open(); });
    world.net.Run(1);
    EXPECT_THAT(second.happened, ElementsAre("failed udp port-in-use"));
}

TEST(DirectPathFailureTest, MayBeOpenedAnewAndLetGoOf)
{
    DirectWorld world(3479);
    world.caller.onFailure = [&]
    {
        if (world.caller.happened.size() == 1)
        {
            world.direct->SetStunServer(
                imstls::ToEndpoint(world.net.ServerAddress(World::STUN_PORT)));
            world.direct->Open();
        }
    };
    world.caller.onReady = [&] { world.caller.path = world.direct = nullptr; };
    world.net.Run(2);
    EXPECT_THAT(world.caller.happened, ElementsAre("failed udp icmp-unreachable", "ready"));
}

TEST(DirectPathFailureTest, ClosedMeansSilent)
{
    DirectWorld world;
    At(0.01, [&] { world.direct->Close(); });
    world.net.Run(60);
    EXPECT_THAT(world.caller.happened, IsEmpty());
}

} // namespace
} // namespace imsturn
} // namespace ns3
