// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Two agents of ICE over what lies between them: which pair they find, in what time, and what ends where none is there.
#include "ice-world.h"

#include <gtest/gtest.h>

namespace imsfw::icetest
{
namespace
{

const Endpoint STUN = At("203.0.113.1:3478");

Door
Nat(const char* address, bool isSymmetric = false)
{
    Door door;
    door.publicAddress = IpAddress::Parse(address);
    door.isSymmetric = isSymmetric;
    return door;
}

Door
NoUdp()
{
    Door door;
    door.isClosedToUdp = true;
    return door;
}

/// Host, reflexive (behind a NAT) and relayed candidates, as a real end has.
void
GatherAll(End& end, const char* host, const char* relay)
{
    const std::size_t base = end.AddHost(At(host));
    if (end.door.publicAddress)
    {
        end.AddReflexive(base, STUN);
    }
    end.AddRelay(At(relay));
}

void
GatherBoth(World& world)
{
    GatherAll(world.left, "10.1.0.1:5000", "203.0.113.9:50001");
    GatherAll(world.right, "10.2.0.1:5000", "203.0.113.9:50002");
}

/// Both ends say something; @return whether both were heard.
bool
Talk(World& world, double until)
{
    world.left.agent.Send(world.now, 1, ByteView("\x80 left"));
    world.left.Drain();
    world.right.agent.Send(world.now, 1, ByteView("\x80 right"));
    world.right.Drain();
    world.RunUntil(until);
    return world.left.data == std::vector<std::string>{"\x80 right"} &&
           world.right.data == std::vector<std::string>{"\x80 left"};
}

struct Row
{
    const char* name;
    Door left;
    Door right;
    PairKind kind;
    double most; ///< seconds until both have selected
};

class IceDoorsTest : public testing::TestWithParam<Profile>
{
};

TEST_P(IceDoorsTest, TheBestWayThatIsThereIsFound)
{
    const std::vector<Row> rows = {
        {"nothing between", {}, {}, PairKind::DIRECT, 0.3},
        {"a NAT at one end", Nat("198.51.100.1"), {}, PairKind::REFLEXIVE, 1.4},
        {"a NAT at the other", {}, Nat("198.51.100.2"), PairKind::REFLEXIVE, 1.4},
        {"two NATs", Nat("198.51.100.1"), Nat("198.51.100.2"), PairKind::REFLEXIVE, 2.1},
        {"one symmetric", Nat("198.51.100.1", true), {}, PairKind::REFLEXIVE, 1.4},
        {"both symmetric",
         Nat("198.51.100.1", true),
         Nat("198.51.100.2", true),
         PairKind::RELAYED,
         2.1},
        {"no UDP at one end", NoUdp(), Nat("198.51.100.2"), PairKind::RELAYED, 2.1},
        {"no UDP at either", NoUdp(), NoUdp(), PairKind::RELAYED, 2.1},
    };
    for (const Row& row : rows)
    {
        const AgentConfig config = AgentConfig::For(GetParam());
        World world(config, config, row.left, row.right);
        GatherBoth(world);
        world.Connect();
        world.RunUntil(row.most);
        ASSERT_TRUE(world.left.agent.GetSelected(1)) << row.name;
        ASSERT_TRUE(world.right.agent.GetSelected(1)) << row.name;
        world.RunUntil(5); // aggressive nomination may still find a better one
        const SelectedPair left = SelectedOf(world.left);
        const SelectedPair right = SelectedOf(world.right);
        EXPECT_EQ(left.kind, row.kind) << row.name << ": " << left.local.ToSdp();
        EXPECT_EQ(right.kind, row.kind) << row.name << ": " << right.local.ToSdp();
        EXPECT_EQ(left.local.address, right.remote.address) << row.name;
        EXPECT_EQ(left.remote.address, right.local.address) << row.name;
        EXPECT_TRUE(Talk(world, 6)) << row.name;
    }
}

INSTANTIATE_TEST_SUITE_P(Profiles,
                         IceDoorsTest,
                         testing::Values(Profile::RFC8445, Profile::RFC5245),
                         [](const auto& row) { return std::string(ToString(row.param)); });

TEST(IceNetworkTest, LossesDelayAndDoNotPrevent)
{
    for (unsigned seed = 0; seed < 20; ++seed)
    {
        World world({}, {}, Nat("198.51.100.1"), Nat("198.51.100.2"));
        world.chance = SeededRandom(seed, 1, "loss");
        world.lossPercent = 20;
        GatherBoth(world);
        world.Connect();
        world.RunUntil(20);
        ASSERT_TRUE(world.left.agent.GetSelected(1)) << seed << WhyFailed(world.left);
        ASSERT_TRUE(world.right.agent.GetSelected(1)) << seed << WhyFailed(world.right);
        EXPECT_EQ(SelectedOf(world.left).local.address, SelectedOf(world.right).remote.address);
    }
}

TEST(IceNetworkTest, OneCheckEachTa)
{
    World world;
    for (int i = 0; i < 4; ++i)
    {
        // Of one foundation only one pair at a time would be checked.
        world.left.AddHost(At("10.1.0." + std::to_string(i + 1) + ":5000"));
        world.right.AddHost(At("10.2.0." + std::to_string(i + 1) + ":5000"));
    }
    world.isCut = true;
    const Description answer = world.right.agent.GetLocalDescription();
    world.left.agent.SetRemote(world.now, answer);
    world.left.Drain();
    world.RunUntil(0.29);
    EXPECT_EQ(world.left.sent.size(), 6U) << "at 0, 50, ... 250 ms";
}

TEST(IceNetworkTest, RoleConflictsAreSettledEitherWay)
{
    for (const bool isControlling : {true, false})
    {
        AgentConfig left;
        left.isControlling = isControlling;
        AgentConfig right;
        right.isControlling = !isControlling; // the world turns it round: both are the same
        World world(left, right);
        GatherBoth(world);
        world.Connect();
        world.RunUntil(3);
        ASSERT_TRUE(world.left.agent.GetSelected(1)) << isControlling;
        ASSERT_TRUE(world.right.agent.GetSelected(1)) << isControlling;
        EXPECT_NE(world.left.agent.IsControlling(), world.right.agent.IsControlling());
    }
}

TEST(IceNetworkTest, OverTcpThePortOfTheConnectionIsLearnt)
{
    World world({}, {}, NoUdp(), NoUdp());
    world.left.AddHost(At("10.1.0.1:9"), CandidateTransport::TCP_ACTIVE);
    world.left.AddHost(At("10.1.0.1:5000"), CandidateTransport::TCP_PASSIVE);
    world.right.AddHost(At("10.2.0.1:5000"), CandidateTransport::TCP_PASSIVE);
    world.Connect();
    world.RunUntil(2);
    ASSERT_TRUE(world.left.agent.GetSelected(1));
    ASSERT_TRUE(world.right.agent.GetSelected(1));
    EXPECT_EQ(SelectedOf(world.left).local.type, CandidateType::PEER_REFLEXIVE);
    EXPECT_EQ(SelectedOf(world.left).kind, PairKind::DIRECT) << "no NAT: only the port is new";
    EXPECT_EQ(SelectedOf(world.right).kind, PairKind::DIRECT);
    EXPECT_TRUE(Talk(world, 3));
}

TEST(IceNetworkTest, UdpIsPreferredToTcp)
{
    World world;
    for (End* end : {&world.left, &world.right})
    {
        const std::string ip = end == &world.left ? "10.1.0.1" : "10.2.0.1";
        end->AddHost(At(ip + ":9"), CandidateTransport::TCP_ACTIVE);
        end->AddHost(At(ip + ":5000"), CandidateTransport::TCP_PASSIVE);
        end->AddHost(At(ip + ":5002"));
    }
    world.Connect();
    world.RunUntil(2);
    EXPECT_EQ(SelectedOf(world.left).local.transport, CandidateTransport::UDP);
}

TEST(IceNetworkTest, ALiteAgentOnlyAnswers)
{
    AgentConfig lite;
    lite.isLite = true;
    World world({}, lite);
    world.left.AddHost(At("10.1.0.1:5000"));
    world.right.AddHost(At("10.2.0.1:5000"));
    world.Connect();
    world.RunUntil(1);
    EXPECT_EQ(SelectedOf(world.left).kind, PairKind::DIRECT);
    EXPECT_EQ(SelectedOf(world.right).kind, PairKind::DIRECT);
    EXPECT_TRUE(world.left.agent.IsControlling());
    for (const auto& transmit : world.right.sent)
    {
        EXPECT_NE(turntest::Parsed(transmit.bytes).GetClass(), stun::MessageClass::REQUEST);
    }
}

TEST(IceNetworkTest, TwoLiteAgentsTakeTheBestPairUnseen)
{
    AgentConfig lite;
    lite.isLite = true;
    World world(lite, lite);
    world.left.AddHost(At("10.1.0.1:5000"));
    world.right.AddHost(At("10.2.0.1:5000"));
    world.Connect();
    EXPECT_TRUE(world.left.agent.GetSelected(1));
    EXPECT_TRUE(Talk(world, 1));
}

TEST(IceNetworkTest, TwoComponentsAreSelectedApart)
{
    AgentConfig config;
    config.components = 2;
    World world(config, config);
    for (End* end : {&world.left, &world.right})
    {
        for (unsigned component : {1U, 2U})
        {
            Gathered host;
            host.component = component;
            host.address = host.baseAddress = At(
                (end == &world.left ? "10.1.0.1:500" : "10.2.0.1:500") + std::to_string(component));
            host.base = end->bases.size();
            end->bases.push_back({host.address, CandidateTransport::UDP, false});
            end->agent.AddLocal(host);
        }
    }
    world.Connect();
    world.RunUntil(2);
    EXPECT_EQ(world.left.agent.GetState(), Agent::State::COMPLETED);
    EXPECT_EQ(world.left.agent.GetSelected(2)->local.address, At("10.1.0.1:5002"));
    EXPECT_EQ(world.left.agent.GetSelected(2)->remote.address, At("10.2.0.1:5002"));
}

/// A peer that stalls at each step in turn: there is a named end within the timers, and nothing goes on after it.
TEST(IceNetworkTest, StallsAtEveryStepEndInTime)
{
    for (int cutAt = 0; cutAt < 200; cutAt += 10)
    {
        World world;
        world.left.AddHost(At("10.1.0.1:5000"));
        world.right.AddHost(At("10.2.0.1:5000"));
        world.Connect();
        world.RunUntil(cutAt / 1000.0);
        world.isCut = true;
        world.RunUntil(200);
        for (End* end : {&world.left, &world.right})
        {
            const std::string why = WhyFailed(*end);
            EXPECT_TRUE(why == "ice checks-failed" || why == "ice nomination-failed" ||
                        why == "ice not-nominated" || why == "ice consent-expired")
                << cutAt << ": " << why;
            EXPECT_FALSE(end->agent.NextTimeout()) << cutAt;
        }
    }
}

TEST(IceNetworkTest, WithAPeerOfAnotherPasswordNothingWorks)
{
    World world;
    world.left.AddHost(At("10.1.0.1:5000"));
    world.right.AddHost(At("10.2.0.1:5000"));
    Description offer = world.left.agent.GetLocalDescription();
    Description answer = world.right.agent.GetLocalDescription();
    offer.password = answer.password = "wrongwrongwrongwrong22";
    world.right.agent.SetRemote(world.now, offer);
    world.left.agent.SetRemote(world.now, answer);
    world.left.Drain();
    world.right.Drain();
    world.RunUntil(100);
    EXPECT_EQ(WhyFailed(world.left), "ice checks-failed");
    EXPECT_EQ(WhyFailed(world.right), "ice checks-failed");
}

TEST(IceNetworkTest, WithoutACommonTransportThereIsNoPair)
{
    World world;
    world.left.AddHost(At("10.1.0.1:5000"));
    world.right.AddHost(At("[2001:db8::1]:5000"));
    world.Connect();
    world.RunUntil(100);
    EXPECT_EQ(WhyFailed(world.left), "ice no-pairs");
}

TEST(IceNetworkTest, NoiseOnTheWayHarmsNobody)
{
    World world;
    GatherBoth(world);
    SeededRandom noise(3, 1, "noise");
    world.spoil = [&](Bytes& bytes)
    {
        if (noise.Below(4) == 0)
        {
            bytes[noise.Below(static_cast<uint32_t>(bytes.size()))] ^= 0x55;
        }
    };
    world.Connect();
    world.RunUntil(20);
    EXPECT_TRUE(world.left.agent.GetSelected(1));
    EXPECT_TRUE(world.right.agent.GetSelected(1));
    EXPECT_GT(world.left.agent.GetDiscarded() + world.right.agent.GetDiscarded(), 0U);
}

} // namespace
} // namespace imsfw::icetest
