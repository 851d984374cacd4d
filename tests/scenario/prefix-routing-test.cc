// SPDX-License-Identifier: GPL-2.0-only
// Which way a router with several links sends a packet, and what it keeps for itself.
#include "prefix-routing.h"

#include "ns3/boolean.h"
#include "ns3/internet-stack-helper.h"
#include "ns3/ipv4-route.h"
#include "ns3/ipv4-static-routing-helper.h"
#include "ns3/node.h"
#include "ns3/packet.h"
#include "ns3/simple-net-device.h"
#include "ns3/simulator.h"

#include <gtest/gtest.h>

namespace imsfw::scenario
{
namespace
{

using ns3::Ipv4Address;
using ns3::Ptr;

class PrefixRoutingTest : public testing::Test
{
  protected:
    PrefixRoutingTest()
    {
        ns3::InternetStackHelper stack;
        stack.SetIpv6StackInstall(false);
        stack.SetRoutingHelper(ns3::Ipv4StaticRoutingHelper());
        stack.Install(m_node);
        Ipv4()->SetRoutingProtocol(m_routing);
        Link("10.0.0.1", "/8");
        Link("10.1.0.1", "/16");
        Link("192.0.2.1", "/30");
    }

    ~PrefixRoutingTest() override
    {
        ns3::Simulator::Destroy();
    }

    Ptr<ns3::Ipv4>
    Ipv4()
    {
        return m_node->GetObject<ns3::Ipv4>();
    }

    void
    Link(const char* address, const char* mask)
    {
        const auto device = ns3::CreateObject<ns3::SimpleNetDevice>();
        m_node->AddDevice(device);
        const uint32_t interface = Ipv4()->AddInterface(device);
        Ipv4()->AddAddress(interface, {Ipv4Address(address), ns3::Ipv4Mask(mask)});
        Ipv4()->SetUp(interface);
    }

    /// @return "interface via gateway from source", "here", or "none": what becomes of a packet that came in by 1.
    std::string
    Routed(const char* destination)
    {
        ns3::Ipv4Header header;
        header.SetDestination(Ipv4Address(destination));
        std::string outcome;
        const auto forward =
            [&](Ptr<ns3::Ipv4Route> route, Ptr<const ns3::Packet>, const ns3::Ipv4Header&)
        { outcome = Told(route); };
        const auto deliver = [&](Ptr<const ns3::Packet>, const ns3::Ipv4Header&, uint32_t)
        { outcome = "here"; };
        const auto fail =
            [&](Ptr<const ns3::Packet>, const ns3::Ipv4Header&, ns3::Socket::SocketErrno)
        { outcome = "none"; };
        m_routing->RouteInput(ns3::Create<ns3::Packet>(),
                              header,
                              Ipv4()->GetNetDevice(1),
                              {forward},
                              {},
                              {deliver},
                              {fail});
        return outcome;
    }

    std::string
    Told(Ptr<ns3::Ipv4Route> route)
    {
        std::ostringstream text;
        text << Ipv4()->GetInterfaceForDevice(route->GetOutputDevice()) << " via "
             << route->GetGateway() << " from " << route->GetSource();
        return text.str();
    }

    Ptr<ns3::Node> m_node = ns3::CreateObject<ns3::Node>();
    Ptr<PrefixRouting> m_routing = ns3::CreateObject<PrefixRouting>();
};

TEST_F(PrefixRoutingTest, TheLongestPrefixWinsAndTheDefaultRouteTakesTheRest)
{
    EXPECT_EQ(Routed("10.9.9.9"), "1 via 0.0.0.0 from 10.0.0.1");
    EXPECT_EQ(Routed("10.1.9.9"), "2 via 0.0.0.0 from 10.1.0.1");
    EXPECT_EQ(Routed("192.0.2.2"), "3 via 0.0.0.0 from 192.0.2.1");
    EXPECT_EQ(Routed("198.51.100.1"), "none");
    PrefixRouting::Of(m_node)->SetDefaultRoute(Ipv4Address("192.0.2.2"));
    EXPECT_EQ(Routed("198.51.100.1"), "3 via 192.0.2.2 from 192.0.2.1");
}

TEST_F(PrefixRoutingTest, AHostRouteComesBeforeTheDefaultRoute)
{
    PrefixRouting::Of(m_node)->AddHostRoute(Ipv4Address("198.51.100.1"), Ipv4Address("10.1.0.2"));
    EXPECT_EQ(Routed("198.51.100.1"), "2 via 10.1.0.2 from 10.1.0.1");
    EXPECT_EQ(Routed("198.51.100.2"), "none");
    PrefixRouting::Of(m_node)->SetDefaultRoute(Ipv4Address("192.0.2.2"));
    EXPECT_EQ(Routed("198.51.100.1"), "2 via 10.1.0.2 from 10.1.0.1");
}

TEST_F(PrefixRoutingTest, ItsOwnAddressesAreItsOwnWhicheverWayAPacketCame)
{
    for (const bool isWeak : {true, false})
    {
        Ipv4()->SetAttribute("WeakEsModel", ns3::BooleanValue(isWeak));
        for (const char* own : {"10.0.0.1", "10.1.0.1", "192.0.2.1", "10.255.255.255"})
        {
            EXPECT_EQ(Routed(own), "here") << own;
        }
    }
}

TEST_F(PrefixRoutingTest, WhatIsDownOrGoneIsNoWay)
{
    Ipv4()->SetDown(2);
    EXPECT_EQ(Routed("10.1.9.9"), "1 via 0.0.0.0 from 10.0.0.1");
    Ipv4()->RemoveAddress(1, 0);
    EXPECT_EQ(Routed("10.9.9.9"), "none");
    m_routing->SetDefaultRoute(Ipv4Address("10.9.9.9")); // a gateway that cannot be reached
    EXPECT_EQ(Routed("198.51.100.1"), "none");
}

TEST_F(PrefixRoutingTest, AnInterfaceThatDoesNotForwardDoesNot)
{
    Ipv4()->SetForwarding(1, false);
    EXPECT_EQ(Routed("192.0.2.2"), "none");
    EXPECT_EQ(Routed("192.0.2.1"), "here");
}

TEST_F(PrefixRoutingTest, WhatTheNodeSendsGoesTheSameWay)
{
    ns3::Ipv4Header header;
    ns3::Socket::SocketErrno error = ns3::Socket::ERROR_NOTERROR;
    header.SetDestination(Ipv4Address("10.1.9.9"));
    const auto route = m_routing->RouteOutput(nullptr, header, nullptr, error);
    ASSERT_TRUE(route);
    EXPECT_EQ(Told(route), "2 via 0.0.0.0 from 10.1.0.1");
    EXPECT_FALSE(m_routing->RouteOutput(nullptr, header, Ipv4()->GetNetDevice(1), error));
    EXPECT_EQ(error, ns3::Socket::ERROR_NOROUTETOHOST);
}

} // namespace
} // namespace imsfw::scenario
