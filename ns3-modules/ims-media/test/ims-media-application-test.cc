// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Two parties on ns-3 nodes: what the link does to their packets is what their statistics say.
#include "ims-media-helper.h"

#include "ims-tls-core-driver.h"

#include "ns3/double.h"
#include "ns3/error-model.h"
#include "ns3/internet-stack-helper.h"
#include "ns3/ipv4-address-helper.h"
#include "ns3/node-container.h"
#include "ns3/point-to-point-helper.h"
#include "ns3/pointer.h"
#include "ns3/simulator.h"
#include "ns3/string.h"

#include <gtest/gtest.h>

#include <map>

namespace ns3
{
namespace imsmedia
{
namespace tests
{

namespace
{

using Attributes = std::map<std::string, std::string>;

/// Two nodes, one link, one party each.
struct World
{
    explicit World(const Attributes& attributes = {}, const std::string& rate = "100Mbps")
    {
        nodes.Create(2);
        InternetStackHelper().Install(nodes);
        PointToPointHelper link;
        link.SetDeviceAttribute("DataRate", StringValue(rate));
        link.SetChannelAttribute("Delay", StringValue("30ms"));
        devices = link.Install(nodes);
        Ipv4AddressHelper("10.0.0.0", "255.255.255.0").Assign(devices);
        VoiceHelper helper;
        for (const auto& [name, value] : attributes)
        {
            helper.SetAttribute(name, StringValue(value));
        }
        a = helper.Install(nodes.Get(0), "a");
        b = helper.Install(nodes.Get(1), "b");
        VoiceHelper::ConnectByUdp(a,
                                  InetSocketAddress(Ipv4Address("10.0.0.1"), 4000),
                                  b,
                                  InetSocketAddress(Ipv4Address("10.0.0.2"), 4000));
    }

    ~World()
    {
        Simulator::Destroy();
    }

    /// Both talk for @p length from now on.
    void
    Talk(Time length)
    {
        for (const auto& party : {a, b})
        {
            Simulator::Schedule(Time(0), &VoiceApplication::StartTalking, party);
            Simulator::Schedule(length, &VoiceApplication::StopTalking, party);
        }
        Simulator::Stop(length + Seconds(1));
        Simulator::Run();
    }

    /// The packets of these numbers (0 is the first) vanish on their way to b.
    void
    Lose(const std::list<uint32_t>& numbers)
    {
        Ptr<ReceiveListErrorModel> errors = CreateObject<ReceiveListErrorModel>();
        errors->SetList(numbers);
        devices.Get(1)->SetAttribute("ReceiveErrorModel", PointerValue(errors));
    }

    NodeContainer nodes;
    NetDeviceContainer devices;
    Ptr<VoiceApplication> a;
    Ptr<VoiceApplication> b;
};

} // namespace

TEST(VoiceApplication, ACleanLinkBringsEveryPacketAtItsDelay)
{
    World world;
    world.Talk(MilliSeconds(9990));
    for (const auto& [sender, receiver] : {std::pair{world.a, world.b}, {world.b, world.a}})
    {
        const auto statistics = receiver->GetStatistics();
        EXPECT_EQ(sender->GetSent(), 500U);
        EXPECT_EQ(statistics.received, 500U);
        EXPECT_EQ(statistics.lost, 0U);
        EXPECT_EQ(statistics.malformed, 0U);
        EXPECT_EQ(statistics.jitter, imsfw::Duration{});
        // 30 ms and the time of 202 bytes (RTP 172, UDP 8, IP 20, PPP 2) at 100 Mbit/s.
        EXPECT_EQ(statistics.delayMin.count(), 30'000'000 + 202 * 80);
        EXPECT_EQ(statistics.delayMax, statistics.delayMin);
    }
}

TEST(VoiceApplication, LossIsCountedWhereItHappened)
{
    World world;
    world.Lose({3, 4, 100});
    world.Talk(MilliSeconds(9990));
    EXPECT_EQ(world.b->GetStatistics().received, 497U);
    EXPECT_EQ(world.b->GetStatistics().lost, 3U);
    EXPECT_EQ(world.b->GetStatistics().longestGap, std::chrono::milliseconds(60));
    EXPECT_EQ(world.a->GetStatistics().lost, 0U);
}

TEST(VoiceApplication, ASlowLinkQueuesAndLosesAtTheEndOfItsQueue)
{
    World world({}, "64kbps"); // G.711 needs 80.8 kbit/s on this link
    world.Talk(Seconds(30));
    const auto statistics = world.b->GetStatistics();
    EXPECT_GT(statistics.lost, 50U);
    EXPECT_GT(statistics.delayMax, std::chrono::seconds(1));
    // Each packet takes 25.25 ms to send instead of 20 ms.
    EXPECT_NEAR(imsfw::ToMilliseconds(statistics.delayMin), 30 + 25.25, 0.001);
}

TEST(VoiceApplication, ForeignBytesAreCountedAndNothingElse)
{
    World world;
    world.b->Receive(imsfw::ByteView("GET / HTTP/1.1\r\n"));
    world.b->Receive({});
    EXPECT_EQ(world.b->GetStatistics().malformed, 2U);
    EXPECT_EQ(world.b->GetStatistics().received, 0U);
}

TEST(VoiceApplication, TwoRunsOfOneSeedAreEqual)
{
    imsfw::Bytes runs[2];
    for (imsfw::Bytes& run : runs)
    {
        World world(Attributes{{"Codec", "amr-wb-12.65"}});
        world.a->SetSender([&run](imsfw::ByteView bytes) { imsfw::Append(run, bytes); });
        world.Talk(Seconds(1));
    }
    EXPECT_EQ(runs[0].size(), 50U * (12 + 34));
    EXPECT_EQ(runs[0], runs[1]);
}

} // namespace tests
} // namespace imsmedia
} // namespace ns3
