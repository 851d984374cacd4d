// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Registration and calls between ns-3 nodes, over UDP and over TCP.
#include "ims-sip-helper.h"

#include "ns3/boolean.h"
#include "ns3/global-value.h"
#include "ns3/inet-socket-address.h"
#include "ns3/internet-stack-helper.h"
#include "ns3/ipv4-address-helper.h"
#include "ns3/ipv4-global-routing-helper.h"
#include "ns3/point-to-point-helper.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/tcp-socket-factory.h"

#include <gtest/gtest.h>

#include <functional>
#include <memory>

namespace ns3
{
namespace imssip
{
namespace tests
{

using Type = imsfw::sip::UserAgentEvent::Type;

namespace
{

imsfw::sip::SdpSession
Offer(const std::string& address, uint16_t port)
{
    imsfw::sip::SdpSession session;
    session.sessionId = 1;
    session.version = 1;
    session.audio = {*imsfw::IpAddress::Parse(address), port};
    session.codecs = {imsfw::sip::SdpCodec::Pcma()};
    return session;
}

/// UE --- 20 ms --- P-CSCF --- 1 ms --- callee.
struct World
{
    explicit World(bool isTcp, const std::string& password = "secret")
    {
        GlobalValue::Bind("ChecksumEnabled", BooleanValue(true));
        nodes.Create(3);
        InternetStackHelper().Install(nodes);
        PointToPointHelper link;
        link.SetDeviceAttribute("DataRate", StringValue("100Mbps"));
        link.SetChannelAttribute("Delay", StringValue("20ms"));
        Ipv4AddressHelper addresses("10.0.0.0", "255.255.255.0");
        addresses.Assign(link.Install(nodes.Get(1), nodes.Get(0))); // P-CSCF .1, UE .2
        link.SetChannelAttribute("Delay", StringValue("1ms"));
        addresses.SetBase("10.0.1.0", "255.255.255.0");
        addresses.Assign(link.Install(nodes.Get(1), nodes.Get(2)));
        Ipv4GlobalRoutingHelper::PopulateRoutingTables();

        pCscf = PCscfHelper().Install(nodes.Get(1));
        pCscf->AddStreamListener(nodes.Get(1)->GetObject<TcpSocketFactory>(), 5060, "TCP");
        pCscf->AddUser("alice@ims.test", "sip:alice@ims.test", "secret");
        pCscf->AddStaticRoute("sip:callee@ims.test", *imsfw::Endpoint::Parse("10.0.1.2:5060"));
        pCscf->SetEventHandler([this](const auto& event) { proxyEvents.push_back(event); });

        const InetSocketAddress proxy(Ipv4Address("10.0.0.1"), 5060);
        SipUaHelper helper(proxy);
        Ptr<SocketFactory> tcp = nodes.Get(0)->GetObject<TcpSocketFactory>();
        ue = helper.Install(nodes.Get(0), "alice", password, isTcp ? tcp : nullptr);
        ue->SetEventHandler(
            [this](const auto& event)
            {
                ueEvents.push_back(event);
                if (onUe)
                {
                    onUe(event);
                }
            });
        helper.SetAttribute("AutoRegister", BooleanValue(false));
        helper.SetAttribute("PCscf",
                            AddressValue(InetSocketAddress(Ipv4Address("10.0.1.1"), 5060)));
        callee = helper.Install(nodes.Get(2), "callee", "");
        callee->SetEventHandler(
            [this](const auto& event)
            {
                calleeEvents.push_back(event);
                if (event.type == Type::INCOMING_CALL)
                {
                    callee->Answer(Offer("10.0.1.2", 5000));
                }
            });
    }

    ~World()
    {
        Simulator::Destroy();
    }

    static const imsfw::sip::UserAgentEvent*
    Find(const std::vector<imsfw::sip::UserAgentEvent>& events, Type type)
    {
        for (const auto& event : events)
        {
            if (event.type == type)
            {
                return &event;
            }
        }
        return nullptr;
    }

    void
    Run(Time end)
    {
        Simulator::Stop(end);
        Simulator::Run();
    }

    NodeContainer nodes;
    Ptr<PCscfApplication> pCscf;
    Ptr<SipUaApplication> ue;
    Ptr<SipUaApplication> callee;
    std::vector<imsfw::sip::UserAgentEvent> ueEvents;
    std::vector<imsfw::sip::UserAgentEvent> calleeEvents;
    std::vector<imsfw::sip::PCscfEvent> proxyEvents;
    std::function<void(const imsfw::sip::UserAgentEvent&)> onUe;
};

} // namespace

class SipApplications : public testing::TestWithParam<bool>
{
};

INSTANTIATE_TEST_SUITE_P(BothTransports,
                         SipApplications,
                         testing::Bool(),
                         [](const auto& row) { return row.param ? "Tcp" : "Udp"; });

TEST_P(SipApplications, RegisterInTheRightTime)
{
    World world(GetParam());
    world.Run(Seconds(2));
    ASSERT_TRUE(World::Find(world.ueEvents, Type::REGISTERED));
    EXPECT_TRUE(world.ue->IsRegistered());
    EXPECT_TRUE(world.pCscf->IsRegistered("sip:alice@ims.test"));
    const auto& phases = world.ue->GetPhases();
    ASSERT_EQ(phases.size(), 2U);
    EXPECT_EQ(phases[0].name, "connect");
    EXPECT_EQ(phases[1].name, "register");
    // One round trip for TCP, none for UDP; two for the registration.
    const double connect = (phases[0].end - phases[0].start).GetSeconds();
    EXPECT_NEAR(connect, GetParam() ? 0.040 : 0.0, 0.001);
    EXPECT_NEAR((phases[1].end - phases[1].start).GetSeconds(), 0.080, 0.005);
    EXPECT_EQ(world.ue->GetLocalEndpoint().address.ToString(), "10.0.0.2");
    EXPECT_NE(world.ue->GetLocalEndpoint().port, 0);
}

TEST_P(SipApplications, CallFromAHandlerAndHangUp)
{
    World world(GetParam());
    world.onUe = [&](const auto& event)
    {
        if (event.type == Type::REGISTERED)
        {
            world.ue->Call("sip:callee@ims.test",
                           Offer("10.0.0.2", 4000)); // re-enters the application
        }
        if (event.type == Type::CALL_ANSWERED)
        {
            Simulator::Schedule(Seconds(2), &SipUaApplication::Hangup, world.ue);
        }
    };
    world.Run(Seconds(10));
    ASSERT_TRUE(World::Find(world.ueEvents, Type::CALL_ANSWERED));
    EXPECT_EQ(World::Find(world.ueEvents, Type::CALL_ANSWERED)->sdp->audio.ToString(),
              "10.0.1.2:5000");
    EXPECT_TRUE(World::Find(world.calleeEvents, Type::CALL_ESTABLISHED));
    ASSERT_TRUE(World::Find(world.calleeEvents, Type::CALL_ENDED));
    EXPECT_EQ(World::Find(world.calleeEvents, Type::CALL_ENDED)->reason, "remote");
    EXPECT_EQ(world.ue->GetPhases().size(), 4U);
}

TEST_P(SipApplications, ReceiveACallOverTheRegisteredFlow)
{
    World world(GetParam());
    world.onUe = [&](const auto& event)
    {
        if (event.type == Type::INCOMING_CALL)
        {
            world.ue->Answer(Offer("10.0.0.2", 4000));
        }
    };
    Simulator::Schedule(Seconds(1),
                        [&] { world.callee->Call("sip:alice@ims.test", Offer("10.0.1.2", 5000)); });
    Simulator::Schedule(Seconds(5), [&] { world.callee->Hangup(); });
    world.Run(Seconds(10));
    EXPECT_TRUE(World::Find(world.ueEvents, Type::CALL_ESTABLISHED));
    EXPECT_TRUE(World::Find(world.calleeEvents, Type::CALL_ANSWERED));
    ASSERT_TRUE(World::Find(world.ueEvents, Type::CALL_ENDED));
    EXPECT_EQ(World::Find(world.ueEvents, Type::CALL_ENDED)->reason, "remote");
}

TEST_P(SipApplications, NameAWrongPassword)
{
    World world(GetParam(), "wrong");
    world.Run(Seconds(2));
    const auto* failed = World::Find(world.ueEvents, Type::REGISTRATION_FAILED);
    ASSERT_TRUE(failed);
    EXPECT_EQ(failed->reason, "wrong-credentials");
    EXPECT_FALSE(world.pCscf->IsRegistered("sip:alice@ims.test"));
}

TEST_P(SipApplications, GiveTwoEqualRuns)
{
    std::string runs[2];
    for (std::string& run : runs)
    {
        World world(GetParam());
        world.ue->TraceConnectWithoutContext("Tx",
                                             Callback<void, imsfw::ByteView>(
                                                 [&run](imsfw::ByteView bytes) {
                                                     run += std::to_string(
                                                                Simulator::Now().GetNanoSeconds()) +
                                                            " " + std::string(bytes.AsText());
                                                 }));
        world.onUe = [&](const auto& event)
        {
            if (event.type == Type::REGISTERED)
            {
                world.ue->Call("sip:callee@ims.test", Offer("10.0.0.2", 4000));
            }
        };
        world.Run(Seconds(10));
    }
    EXPECT_GT(runs[0].size(), 2000U);
    EXPECT_EQ(runs[0], runs[1]);
}

TEST(SipApplicationFailures, AClosedPortIsNamed)
{
    World world(true);
    world.ue->SetAttribute("PCscf", AddressValue(InetSocketAddress(Ipv4Address("10.0.0.1"), 443)));
    world.Run(Seconds(300)); // ns-3 retries its SYN for 189 s, whatever comes back
    const auto* failed = World::Find(world.ueEvents, Type::FLOW_FAILED);
    ASSERT_TRUE(failed);
    ASSERT_TRUE(world.ue->GetFlowFailure());
    EXPECT_EQ(world.ue->GetFlowFailure()->layer, "tcp");
    EXPECT_FALSE(world.ue->IsRegistered());
}

TEST(SipApplicationFailures, AClosedUdpPortAnswersByIcmp)
{
    World world(false);
    world.ue->SetAttribute("PCscf", AddressValue(InetSocketAddress(Ipv4Address("10.0.0.1"), 5999)));
    world.Run(Seconds(60));
    ASSERT_TRUE(World::Find(world.ueEvents, Type::REGISTRATION_FAILED));
    ASSERT_TRUE(world.ue->GetFlowFailure());
    EXPECT_EQ(world.ue->GetFlowFailure()->reason, "icmp-unreachable");
}

TEST(SipApplicationFailures, AnApplicationMayReconnect)
{
    World world(true);
    world.ue->SetAttribute("PCscf", AddressValue(InetSocketAddress(Ipv4Address("10.0.0.1"), 443)));
    world.onUe = [&](const auto& event)
    {
        if (event.type == Type::FLOW_FAILED)
        {
            world.ue->SetAttribute("PCscf",
                                   AddressValue(InetSocketAddress(Ipv4Address("10.0.0.1"), 5060)));
            Simulator::Schedule(Seconds(1), &SipUaApplication::Register, world.ue);
        }
    };
    world.Run(Seconds(300));
    EXPECT_TRUE(world.ue->IsRegistered());
}

TEST(SipApplicationFailures, ABrokenFlowIsReplacedFromItsOwnHandler)
{
    World world(true);
    int failures = 0;
    world.onUe = [&](const auto& event)
    {
        if (event.type == Type::FLOW_FAILED)
        {
            ++failures;
            world.ue->Register();
        }
    };
    Simulator::Schedule(Seconds(2), [&] { world.pCscf->CloseStreams(); });
    world.Run(Seconds(30));
    EXPECT_EQ(failures, 1);
    EXPECT_TRUE(world.ue->IsRegistered());
    EXPECT_EQ(world.ue->GetPhases().size(), 4U);
}

} // namespace tests
} // namespace imssip
} // namespace ns3
