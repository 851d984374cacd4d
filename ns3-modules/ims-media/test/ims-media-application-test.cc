// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Two parties on ns-3 nodes: what the link does to their packets is what their statistics say.
#include "ims-media-helper.h"

#include "ims-tls-core-driver.h"

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

TEST(VoiceApplicationOptions, ReportsTellTheRoundTripOfTheLink)
{
    World world(Attributes{{"Rtcp", "true"}});
    world.Lose({100, 101, 102});
    std::vector<imsfw::rtp::RtcpEvent> events;
    world.a->TraceConnectWithoutContext(
        "RtcpEvent",
        Callback<void, const imsfw::rtp::RtcpEvent&>([&](const imsfw::rtp::RtcpEvent& event)
                                                     { events.push_back(event); }));
    Simulator::Schedule(Seconds(40), &VoiceApplication::HangUp, world.b);
    world.Talk(Seconds(41));
    const auto rtcp = world.a->GetRtcp();
    ASSERT_TRUE(rtcp);
    EXPECT_GT(rtcp->roundTrips.GetCount(), 4U);
    EXPECT_NEAR(imsfw::ToMilliseconds(rtcp->roundTrips.GetMean()), 60, 0.2);
    ASSERT_TRUE(rtcp->lastReport);
    EXPECT_EQ(rtcp->lastReport->cumulativeLost, 3);
    ASSERT_FALSE(events.empty());
    EXPECT_EQ(events.back().type, imsfw::rtp::RtcpEvent::Type::BYE);
}

TEST(VoiceApplicationOptions, SrtpIsCountedInBytes)
{
    World world(Attributes{{"Srtp", "AEAD_AES_128_GCM"}});
    std::size_t largest = 0;
    world.a->TraceConnectWithoutContext(
        "Tx",
        Callback<void, imsfw::ByteView>([&](imsfw::ByteView bytes)
                                        { largest = std::max(largest, bytes.Size()); }));
    world.Talk(MilliSeconds(9990));
    EXPECT_EQ(largest, 12U + 160 + 16);
    EXPECT_EQ(world.b->GetStatistics().received, 500U);
    EXPECT_EQ(world.a->GetSrtp().sent.packets, 500U);
    EXPECT_EQ(world.b->GetSrtp().received.packets, 500U);
    EXPECT_EQ(world.a->GetSrtp().sent.protectedBytes - world.a->GetSrtp().sent.plainBytes,
              500U * 16);
}

TEST(VoiceApplicationOptions, SrtpTakesNothingItHasNoKeyFor)
{
    World world(Attributes{{"Srtp", "AEAD_AES_128_GCM"}});
    EXPECT_FALSE(world.b->SetPeerSrtpKey(imsfw::Bytes(3))) << "no key of this suite";
    EXPECT_TRUE(world.b->SetPeerSrtpKey(world.b->GetSrtpKey()->key)) << "its own, not the peer's";
    world.Talk(Seconds(1));
    EXPECT_EQ(world.b->GetStatistics().received, 0U);
    EXPECT_EQ(world.b->GetSrtp().received.refused, world.a->GetSent());
    EXPECT_EQ(world.a->GetStatistics().received, world.b->GetSent());
}

TEST(VoiceApplicationOptions, ThereIsNoSrtpKeyWithoutSrtp)
{
    World world;
    EXPECT_FALSE(world.a->GetSrtpKey());
    EXPECT_FALSE(world.a->SetPeerSrtpKey(imsfw::Bytes(30)));
}

/// Give both nodes a CPU on which SRTP alone costs something: microseconds to protect and open a packet, and for each byte.
void
InstallCpus(const World& world)
{
    imsfw::cpu::CostTable table;
    table.operations["protect/AEAD_AES_128_GCM"] = {101'000, 1'000'000};
    table.operations["unprotect/AEAD_AES_128_GCM"] = {211'000, 2'000'000};
    for (const uint32_t node : {0, 1})
    {
        imscpu::Processor::Install(world.nodes.Get(node), table);
    }
}

TEST(VoiceApplicationOptions, SrtpTakesTheTimeThatItComputes)
{
    World world(Attributes{{"Srtp", "AEAD_AES_128_GCM"}});
    InstallCpus(world);
    world.Talk(MilliSeconds(9990));
    constexpr int64_t PLAIN = 172;
    const std::chrono::microseconds protect(101 + PLAIN);
    const std::chrono::microseconds unprotect(211 + 2 * PLAIN);
    const auto statistics = world.b->GetStatistics();
    ASSERT_EQ(statistics.received, 500U);
    // The tag of 16 bytes is on the wire, beside what the link takes for a plain packet.
    const std::chrono::nanoseconds link(30'000'000 + (202 + 16) * 80);
    EXPECT_EQ(statistics.delayMin, protect + link + unprotect);
    EXPECT_EQ(statistics.delayMax, statistics.delayMin) << "each packet is done before the next";
    EXPECT_EQ(world.a->GetSrtpComputed().protect, 500 * protect);
    EXPECT_EQ(world.b->GetSrtpComputed().unprotect, 500 * unprotect);
    const auto& account = imscpu::Processor::Of(world.nodes.Get(0))->GetCpu().GetAccount();
    EXPECT_EQ(account.jobs, 1000U) << "500 sent, 500 received";
    EXPECT_EQ(account.operations.at("protect/AEAD_AES_128_GCM").bytes, 500U * PLAIN);
    EXPECT_EQ(account.operations.at("protect/AEAD_AES_128_GCM").time, 500 * protect);
}

TEST(VoiceApplicationOptions, ReportsAreProtectedAtACostToo)
{
    World world(Attributes{{"Srtp", "AEAD_AES_128_GCM"}, {"Rtcp", "true"}});
    InstallCpus(world);
    world.Talk(Seconds(20));
    const auto& account = imscpu::Processor::Of(world.nodes.Get(0))->GetCpu().GetAccount();
    const auto& sent = account.operations.at("protect/AEAD_AES_128_GCM");
    EXPECT_GT(world.a->GetRtcp()->sent, 2U);
    EXPECT_EQ(sent.times, world.a->GetSent() + world.a->GetRtcp()->sent);
    EXPECT_EQ(sent.bytes, world.a->GetSrtp().sent.plainBytes);
}

TEST(VoiceApplicationOptions, WithoutSrtpNothingIsCharged)
{
    World world;
    InstallCpus(world);
    world.Talk(Seconds(1));
    EXPECT_EQ(imscpu::Processor::Of(world.nodes.Get(0))->GetCpu().GetAccount().jobs, 0U);
    EXPECT_EQ(world.b->GetStatistics().delayMin.count(), 30'000'000 + 202 * 80);
}

TEST(VoiceApplicationOptions, WithoutACpuSrtpTakesNoTime)
{
    World world(Attributes{{"Srtp", "AEAD_AES_128_GCM"}});
    world.Talk(Seconds(1));
    EXPECT_EQ(world.a->GetSrtpComputed().protect, imsfw::Duration{});
    EXPECT_EQ(world.b->GetStatistics().delayMin.count(), 30'000'000 + (202 + 16) * 80);
}

TEST(VoiceApplicationOptions, DtxSavesMoreThanHalf)
{
    World world(Attributes{{"Dtx", "true"}, {"Codec", "evs-13.2"}});
    world.Talk(Seconds(120));
    EXPECT_LT(world.a->GetSent(), 3600U);
    EXPECT_GT(world.a->GetSenderCounts().noise, 100U);
    EXPECT_EQ(world.b->GetStatistics().received, world.a->GetSent());
}

TEST(VoiceApplicationOptions, QualityFollowsTheLinkAndTheBuffer)
{
    struct Row
    {
        const char* name;
        Attributes attributes;
        double mos;
    };

    for (const Row& row : {Row{"default", {}, 4.409},
                           // 30 + 250 + 20 ms: an impairment of 14.8 by delay
                           Row{"deep buffer", {{"PlayoutDelay", "250ms"}}, 3.964},
                           Row{"wideband", {{"Codec", "amr-wb-12.65"}}, 4.182}})
    {
        World world(row.attributes);
        world.Talk(Seconds(10));
        const auto quality = world.b->GetQuality();
        ASSERT_TRUE(quality) << row.name;
        EXPECT_NEAR(quality->mos, row.mos, 0.001) << row.name;
    }
    World none(Attributes{{"Playout", "none"}});
    none.Talk(Seconds(1));
    EXPECT_FALSE(none.b->GetQuality());
}

TEST(VoiceApplicationOptions, ACongestedLinkMakesPacketsLateBeforeItLosesThem)
{
    const auto playout = [](const std::string& kind)
    {
        World world(Attributes{{"Playout", kind}}, "79kbps"); // the stream needs a little more
        world.Talk(Seconds(20));
        EXPECT_EQ(world.b->GetStatistics().lost, 0U);
        return world.b->GetPlayout();
    };
    const auto fixed = playout("fixed");
    const auto adaptive = playout("adaptive");
    EXPECT_GT(fixed.late, 500U);
    EXPECT_LT(adaptive.late, fixed.late);
    EXPECT_GT(adaptive.moves, 5U);
}

/// World's link with one video stream each way beside the voice.
struct VideoWorld : World
{
    explicit VideoWorld(const Attributes& attributes = {}, const std::string& rate = "100Mbps")
        : World({}, rate)
    {
        VideoHelper helper;
        for (const auto& [name, value] : attributes)
        {
            helper.SetAttribute(name, StringValue(value));
        }
        cameraA = helper.Install(nodes.Get(0), "a");
        cameraB = helper.Install(nodes.Get(1), "b");
        VideoHelper::ConnectByUdp(cameraA,
                                  InetSocketAddress(Ipv4Address("10.0.0.1"), 4002),
                                  cameraB,
                                  InetSocketAddress(Ipv4Address("10.0.0.2"), 4002));
    }

    void
    Film(Time length)
    {
        for (const auto& party : {cameraA, cameraB})
        {
            Simulator::Schedule(Time(0), &VideoApplication::StartSending, party);
            Simulator::Schedule(length, &VideoApplication::StopSending, party);
        }
    }

    Ptr<VideoApplication> cameraA;
    Ptr<VideoApplication> cameraB;
};

TEST(VideoApplication, EveryFrameComesBesideTheVoice)
{
    VideoWorld world;
    world.Film(MilliSeconds(9990));
    world.Talk(MilliSeconds(9990));
    const auto statistics = world.cameraB->GetStatistics();
    EXPECT_EQ(world.cameraA->GetFramesSent(), 250U);
    EXPECT_EQ(statistics.decodable, 250U);
    EXPECT_EQ(statistics.keyFrames, 5U);
    EXPECT_NEAR(static_cast<double>(statistics.octets) * 8 / 10, 384'000, 10'000);
    EXPECT_GT(world.cameraB->GetFrameDelays().GetMin(), std::chrono::milliseconds(30));
    EXPECT_EQ(world.b->GetStatistics().received, 500U);
    EXPECT_EQ(world.cameraA->GetFeedback().indicationsReceived, 0U);
}

TEST(VideoApplication, ALostPictureIsRepairedByAskingForAKeyFrame)
{
    const auto film = [](bool asks)
    {
        VideoWorld world(Attributes{{"KeyInterval", "10000"},
                                    {"PictureLossIndication", asks ? "true" : "false"}});
        world.Lose({200});
        world.Film(Seconds(20));
        world.Talk(Time(0));
        Simulator::Stop(Seconds(21));
        Simulator::Run();
        EXPECT_EQ(world.cameraA->GetFeedback().indicationsReceived, asks ? 1U : 0U);
        return world.cameraB->GetStatistics();
    };
    const auto asked = film(true);
    EXPECT_EQ(asked.incomplete, 1U);
    EXPECT_EQ(asked.keyFrames, 2U);
    EXPECT_GT(asked.decodable, 490U); // without a picture for a round trip
    const auto silent = film(false);
    EXPECT_EQ(silent.keyFrames, 1U);
    EXPECT_LT(silent.decodable, 150U); // and never again
}

TEST(VideoApplication, VoiceSuffersBehindVideoOnANarrowLink)
{
    const auto jitter = [](bool hasVideo)
    {
        VideoWorld world({}, "1Mbps");
        if (hasVideo)
        {
            world.Film(Seconds(10));
        }
        world.Talk(Seconds(10));
        return world.b->GetStatistics().jitter;
    };
    EXPECT_EQ(jitter(false), imsfw::Duration{});
    EXPECT_GT(jitter(true), std::chrono::milliseconds(3));
}

TEST(VideoApplication, SrtpTakesTheTimeThatItComputes)
{
    const auto film = [](bool hasCpu)
    {
        VideoWorld world(Attributes{{"Srtp", "AEAD_AES_128_GCM"}});
        if (hasCpu)
        {
            InstallCpus(world);
        }
        world.Film(Seconds(4));
        world.Talk(Seconds(4));
        const auto sent = world.cameraA->GetSrtp().sent;
        const auto computed = world.cameraA->GetSrtpComputed();
        const std::chrono::microseconds expected(sent.packets * 101 + sent.plainBytes);
        EXPECT_EQ(computed.protect, hasCpu ? imsfw::Duration(expected) : imsfw::Duration{});
        EXPECT_EQ(world.cameraB->GetStatistics().decodable, 100U);
        return world.cameraB->GetFrameDelays().GetMin();
    };
    EXPECT_GT(film(true), film(false) + std::chrono::microseconds(101 + 211));
}

TEST(VideoApplication, TellsItsPacketsFromTheVoices)
{
    VideoWorld world;
    unsigned mine = 0;
    unsigned others = 0;
    const auto count = [&](imsfw::ByteView bytes)
    { (world.cameraB->IsMine(bytes) ? mine : others) += 1; };
    world.a->TraceConnectWithoutContext("Tx", Callback<void, imsfw::ByteView>(count));
    world.cameraA->TraceConnectWithoutContext("Tx", Callback<void, imsfw::ByteView>(count));
    world.Film(Seconds(1));
    world.Talk(Seconds(1));
    EXPECT_EQ(others, world.a->GetSent());
    EXPECT_EQ(mine, world.cameraA->GetSenderCounts().packets);
    EXPECT_FALSE(world.cameraB->IsMine({}));
}

} // namespace tests
} // namespace imsmedia
} // namespace ns3
