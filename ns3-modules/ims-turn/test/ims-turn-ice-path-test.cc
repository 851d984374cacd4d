// SPDX-License-Identifier: GPL-2.0-only
// Media by ICE: which pair two nodes find, what is given back, and how a call ends whose path is lost.
#include "ims-turn-ice-path.h"
#include "ims-turn-test-world.h"

namespace ns3
{
namespace imsturn
{
namespace
{

using imsfw::ice::PairKind;
using testing::Contains;
using testing::ElementsAre;

/// The world's client calls its router by ICE; the TURN server is beyond the router.
struct IceWorld : public World
{
    IceWorld()
    {
        const imsfw::Endpoint turn = imstls::ToEndpoint(net.ServerAddress(STUN_PORT));
        caller = CreateObject<IcePath>();
        caller->SetNode(net.Client());
        caller->SetCredentials("alice", "secret");
        caller->SetStunServer(turn);
        caller->AddServer("udp", turn, nullptr);
        caller->AddServer("tcp", turn, net.Tcp(net.Client()));
        callee = CreateObject<IcePath>();
        callee->SetNode(net.Router());
        callee->SetAttribute("Name", StringValue("callee"));
        callee->SetControlling(false);
        left.Take(caller);
        right.Take(callee);
        left.onReady = right.onReady = [this]
        {
            if (++ready == 2)
            {
                callee->SetIcePeer(*caller->GetIceDescription());
                caller->SetIcePeer(*callee->GetIceDescription());
            }
        };
    }

    /// Both are opened, told of each other, and send a packet each as soon as they can.
    void
    Talk(double seconds)
    {
        left.onPeerReady = [this] { left.Send("\x80 there"); };
        right.onPeerReady = [this] { right.Send("\x80 back"); };
        At(0.001, [this] { caller->Open(); });
        At(0.001, [this] { callee->Open(); });
        net.Run(seconds);
    }

    Ptr<IcePath> caller;
    Ptr<IcePath> callee;
    Party left;
    Party right;
    int ready{0};
};

TEST(IcePathTest, HostsThatReachEachOtherTalkDirectly)
{
    IceWorld world;
    world.Talk(3);
    EXPECT_THAT(world.left.happened, ElementsAre("ready", "peer-ready"));
    EXPECT_THAT(world.right.happened, ElementsAre("ready", "peer-ready"));
    ASSERT_TRUE(world.caller->GetSelection());
    EXPECT_EQ(world.caller->GetSelection()->pair.kind, PairKind::DIRECT);
    EXPECT_EQ(world.caller->GetSelection()->transport, "udp");
    EXPECT_EQ(world.left.received.at(0).second, "\x80 back");
    EXPECT_EQ(world.right.received.at(0).second, "\x80 there");
    std::vector<std::string> names;
    for (const auto& phase : world.caller->GetPhases())
    {
        names.push_back(phase.name);
    }
    for (const char* name :
         {"stun-binding", "turn-allocate-udp", "turn-allocate-tcp", "ice-gather", "ice"})
    {
        EXPECT_THAT(names, Contains(name));
    }
}

TEST(IcePathTest, TellsTheRelayedAddressAsDefault)
{
    IceWorld world;
    world.Talk(1);
    const auto description = world.caller->GetIceDescription();
    ASSERT_TRUE(description);
    EXPECT_EQ(description->candidates.size(), 3U) << "no NAT, so no reflexive one beside";
    EXPECT_EQ(world.left.advertised.address.ToString(), "10.0.2.2");
    EXPECT_LT(description->candidates[2].priority, description->candidates[1].priority)
        << "in the order of AddServer";
}

TEST(IcePathTest, GivesBackTheAllocationsThatAreNotUsed)
{
    IceWorld world;
    At(1, [&] { EXPECT_EQ(world.server->GetAllocationCount(), 2U); });
    world.Talk(8);
    EXPECT_EQ(world.server->GetAllocationCount(), 0U);
    EXPECT_THAT(world.left.happened, ElementsAre("ready", "peer-ready"));
}

TEST(IcePathTest, AfterCloseNothingIsLeft)
{
    IceWorld world;
    At(1,
       [&]
       {
           world.caller->Close();
           world.callee->Close();
       });
    world.Talk(5);
    EXPECT_EQ(world.server->GetAllocationCount(), 0U);
}

TEST(IcePathTest, LostConsentEndsThePathByName)
{
    IceWorld world;
    At(10, [&] { world.net.Cut(); });
    world.Talk(60);
    EXPECT_THAT(world.left.happened,
                ElementsAre("ready", "peer-ready", "failed ice consent-expired"));
    EXPECT_THAT(world.right.happened,
                ElementsAre("ready", "peer-ready", "failed ice consent-expired"));
    // RFC 7675: the last consent is at most 6 s older than the cut, and good for 30 s.
    EXPECT_GE(world.left.lastAt, Seconds(34));
    EXPECT_LE(world.left.lastAt, Seconds(40.1));
}

TEST(IcePathTest, WithoutConsentNobodyNotices)
{
    IceWorld world;
    world.caller->SetAttribute("Consent", BooleanValue(false));
    world.callee->SetAttribute("Consent", BooleanValue(false));
    At(10, [&] { world.net.Cut(); });
    world.Talk(60);
    EXPECT_THAT(world.left.happened, ElementsAre("ready", "peer-ready"));
}

TEST(IcePathTest, TcpHostCandidatesAreTold)
{
    IceWorld world;
    world.caller->SetAttribute("Tcp", BooleanValue(true));
    world.callee->SetAttribute("Tcp", BooleanValue(true));
    world.Talk(3);
    std::string lines;
    const auto description = world.callee->GetIceDescription().value();
    for (const auto& candidate : description.candidates)
    {
        lines += candidate.ToSdp() + "\n";
    }
    EXPECT_NE(lines.find(" 9 typ host tcptype active\n"), std::string::npos) << lines;
    EXPECT_NE(lines.find(" typ host tcptype passive\n"), std::string::npos) << lines;
    EXPECT_EQ(world.caller->GetSelection()->transport, "udp") << "UDP is preferred";
}

TEST(IcePathTest, APeerWithoutIceIsTalkedToFromTheDefaultCandidate)
{
    IceWorld world;
    world.right.onReady = nullptr;
    world.left.onReady = nullptr;
    At(1,
       [&] {
           world.callee->SetPeer(
               imstls::ToEndpoint(InetSocketAddress(Ipv4Address("10.0.1.1"), 7000)));
       });
    world.Talk(2);
    EXPECT_THAT(world.right.happened, ElementsAre("ready", "peer-ready"));
    EXPECT_FALSE(world.callee->GetSelection());
}

TEST(IcePathTest, AnOldProfileAndALiteCalleeWorkToo)
{
    for (const bool isLite : {false, true})
    {
        IceWorld world;
        world.caller->SetAttribute("Profile", StringValue("rfc5245"));
        world.callee->SetAttribute("Profile", StringValue("rfc5245"));
        world.callee->SetAttribute("Lite", BooleanValue(isLite));
        world.Talk(3);
        EXPECT_THAT(world.left.happened, ElementsAre("ready", "peer-ready")) << isLite;
        EXPECT_EQ(world.right.received.size(), 1U) << isLite;
    }
}

TEST(IcePathTest, AServerThatDoesNotAnswerDelaysAndDoesNotPrevent)
{
    IceWorld world;
    world.caller->SetStunServer(imstls::ToEndpoint(world.net.ServerAddress(3999)));
    world.Talk(5);
    EXPECT_THAT(world.left.happened, ElementsAre("ready", "peer-ready"));
    EXPECT_EQ(world.caller->GetPhases().back().name, "ice");
}

} // namespace
} // namespace imsturn
} // namespace ns3
