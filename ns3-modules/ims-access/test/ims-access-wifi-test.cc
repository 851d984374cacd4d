// SPDX-License-Identifier: GPL-2.0-only
// Wi-Fi links: stations are associated when they should be, and carry IP both ways.
#include "ims-access-wifi.h"

#include "ns3/inet-socket-address.h"
#include "ns3/internet-stack-helper.h"
#include "ns3/ipv4.h"
#include "ns3/packet.h"
#include "ns3/rng-seed-manager.h"
#include "ns3/simulator.h"
#include "ns3/udp-socket-factory.h"

#include <gtest/gtest.h>

#include <vector>

namespace ns3
{
namespace imsaccess
{
namespace
{

constexpr uint16_t PORT = 5000;

/// Stations and a router with an access point for each.
class Room
{
  public:
    explicit Room(unsigned stations)
    {
        RngSeedManager::SetSeed(1);
        RngSeedManager::SetRun(1);
        InternetStackHelper stack;
        router = CreateObject<Node>();
        stack.Install(router);
        for (unsigned i = 0; i < stations; ++i)
        {
            nodes.push_back(CreateObject<Node>());
            stack.Install(nodes[i]);
            const auto pair =
                medium.Connect(nodes[i], router, "access-" + std::to_string(i), 1000 * i);
            const std::string net = "10.0." + std::to_string(i);
            SetAddress(nodes[i], pair.Get(0), net + ".2");
            SetAddress(router, pair.Get(1), net + ".1");
            devices.Add(pair.Get(0));
        }
    }

    ~Room()
    {
        Simulator::Destroy();
    }

    Room(const Room&) = delete;
    Room& operator=(const Room&) = delete;

    Ptr<Socket>
    Open(Ptr<Node> node) const
    {
        const auto socket = Socket::CreateSocket(node, UdpSocketFactory::GetTypeId());
        socket->Bind(InetSocketAddress(Ipv4Address::GetAny(), PORT));
        return socket;
    }

    WifiMedium medium;
    Ptr<Node> router;
    std::vector<Ptr<Node>> nodes;
    NetDeviceContainer devices; ///< of the stations

  private:
    static void
    SetAddress(Ptr<Node> node, Ptr<NetDevice> device, const std::string& address)
    {
        const auto ipv4 = node->GetObject<Ipv4>();
        const auto interface = ipv4->AddInterface(device);
        ipv4->AddAddress(interface, {Ipv4Address(address.c_str()), Ipv4Mask("/30")});
        ipv4->SetUp(interface);
    }
};

TEST(WifiMediumTest, NothingSettlesWhereNothingIs)
{
    EXPECT_EQ(WifiMedium().GetSettleTime(), Time(0));
    EXPECT_FALSE(WifiMedium::IsAssociated(nullptr));
}

TEST(WifiMediumTest, EveryStationIsAssociatedWhenTheRunBegins)
{
    for (const unsigned stations : {1U, 8U})
    {
        Room room(stations);
        EXPECT_GT(room.medium.GetSettleTime(), Time(0));
        EXPECT_FALSE(WifiMedium::IsAssociated(room.devices.Get(0)));
        Simulator::Stop(room.medium.GetSettleTime());
        Simulator::Run();
        for (uint32_t i = 0; i < stations; ++i)
        {
            EXPECT_TRUE(WifiMedium::IsAssociated(room.devices.Get(i))) << i << " of " << stations;
        }
    }
}

TEST(WifiMediumTest, CarriesDatagramsBothWaysWithinMilliseconds)
{
    Room room(1);
    const auto up = room.Open(room.nodes[0]);
    const auto down = room.Open(room.router);
    std::vector<double> delays;
    Time sent;
    const auto note = [&](Ptr<Socket> socket)
    {
        while (socket->Recv())
        {
            delays.push_back((Simulator::Now() - sent).GetSeconds() * 1000);
        }
    };
    up->SetRecvCallback(Callback<void, Ptr<Socket>>(note));
    down->SetRecvCallback(Callback<void, Ptr<Socket>>(note));
    for (int i = 0; i < 100; ++i)
    {
        const bool isUp = i % 2 == 0;
        Simulator::Schedule(
            room.medium.GetSettleTime() + MilliSeconds(20 * i),
            [&, isUp]
            {
                sent = Simulator::Now();
                const char* to = isUp ? "10.0.0.1" : "10.0.0.2";
                (isUp ? up : down)
                    ->SendTo(Create<Packet>(200), 0, InetSocketAddress(Ipv4Address(to), PORT));
            });
    }
    Simulator::Stop(Seconds(10));
    Simulator::Run();
    ASSERT_EQ(delays.size(), 100U);
    for (std::size_t i = 2; i < delays.size(); ++i) // the first ones wait for ARP
    {
        // DIFS (34 us), preamble and frame: tens of microseconds at the least; nobody else wants the channel but beacons.
        EXPECT_GT(delays[i], 0.05) << i;
        EXPECT_LT(delays[i], 5) << i;
    }
}

} // namespace
} // namespace imsaccess
} // namespace ns3
