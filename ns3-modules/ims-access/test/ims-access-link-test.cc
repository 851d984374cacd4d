// SPDX-License-Identifier: GPL-2.0-only
// Links in the simulator: rates, queues, losses, jitter and cross traffic against their formulas.
#include "ims-access-helper.h"

#include "ns3/inet-socket-address.h"
#include "ns3/internet-stack-helper.h"
#include "ns3/ipv4.h"
#include "ns3/packet.h"
#include "ns3/rng-seed-manager.h"
#include "ns3/simulator.h"
#include "ns3/udp-socket-factory.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <vector>

namespace ns3
{
namespace imsaccess
{
namespace
{

constexpr uint16_t PORT = 5000;
constexpr uint32_t PAYLOAD = 970;
constexpr double BITS = 8.0 * (PAYLOAD + 30); // with UDP, IPv4 and PPP: 1000 bytes on the link

/// A host and a router on one link; UDP from either to the other, delays written down.
class World
{
  public:
    explicit World(const AccessLink& link)
    {
        RngSeedManager::SetSeed(1);
        RngSeedManager::SetRun(1);
        InternetStackHelper stack;
        for (auto& node : m_nodes)
        {
            node = CreateObject<Node>();
            stack.Install(node);
        }
        const auto devices = InstallAccessLink(link, m_nodes[0], m_nodes[1], "access");
        for (uint32_t i = 0; i < 2; ++i)
        {
            const auto ipv4 = m_nodes[i]->GetObject<Ipv4>();
            const auto interface = ipv4->AddInterface(devices.Get(i));
            m_addresses[i] = i == 0 ? Ipv4Address("10.0.0.1") : Ipv4Address("10.0.0.2");
            ipv4->AddAddress(interface, {m_addresses[i], Ipv4Mask("255.255.255.252")});
            ipv4->SetUp(interface);
        }
        InstallCrossTraffic(link,
                            m_nodes[0],
                            InetSocketAddress(m_addresses[0], CrossTraffic::PORT),
                            m_nodes[1],
                            InetSocketAddress(m_addresses[1], CrossTraffic::PORT),
                            "access");
        for (uint32_t i = 0; i < 2; ++i)
        {
            m_sockets[i] = Socket::CreateSocket(m_nodes[i], UdpSocketFactory::GetTypeId());
            m_sockets[i]->Bind(InetSocketAddress(Ipv4Address::GetAny(), PORT));
            m_sockets[i]->SetRecvCallback(MakeCallback(&World::Receive, this));
        }
    }

    ~World()
    {
        Simulator::Destroy();
    }

    World(const World&) = delete;
    World& operator=(const World&) = delete;

    /// @param from 0: the host, 1: the router
    void
    SendAt(Time at, uint32_t from)
    {
        Simulator::Schedule(at, &World::Send, this, from);
    }

    void
    Run(Time until = Seconds(100000))
    {
        Simulator::Stop(until);
        Simulator::Run();
    }

    double
    MeanDelayMs() const
    {
        double sum = 0;
        for (const double delay : delaysMs)
        {
            sum += delay;
        }
        return sum / static_cast<double>(delaysMs.size());
    }

    std::vector<double> delaysMs; ///< of the packets that arrived, in that order
    std::vector<uint32_t> order;  ///< their numbers
    std::vector<Time> sentAt;

  private:
    void
    Send(uint32_t from)
    {
        const auto number = static_cast<uint32_t>(sentAt.size());
        sentAt.push_back(Simulator::Now());
        std::vector<uint8_t> payload(PAYLOAD);
        for (int i = 0; i < 4; ++i)
        {
            payload[i] = static_cast<uint8_t>(number >> (8 * i));
        }
        m_sockets[from]->SendTo(Create<Packet>(payload.data(), PAYLOAD),
                                0,
                                InetSocketAddress(m_addresses[1 - from], PORT));
    }

    void
    Receive(Ptr<Socket> socket)
    {
        while (const auto packet = socket->Recv())
        {
            uint8_t bytes[4];
            packet->CopyData(bytes, sizeof(bytes));
            const uint32_t number =
                bytes[0] | bytes[1] << 8 | bytes[2] << 16 | static_cast<uint32_t>(bytes[3]) << 24;
            order.push_back(number);
            delaysMs.push_back((Simulator::Now() - sentAt[number]).GetSeconds() * 1000);
        }
    }

    Ptr<Node> m_nodes[2];
    Ipv4Address m_addresses[2];
    Ptr<Socket> m_sockets[2];
};

AccessLink
Link(const char* down, const char* up)
{
    AccessLink link;
    link.rateDown = DataRate(down);
    link.rateUp = DataRate(up);
    link.delay = MilliSeconds(10);
    return link;
}

TEST(AccessLinkTest, EachDirectionHasItsRate)
{
    World world(Link("8Mbps", "1Mbps"));
    world.SendAt(Seconds(1), 0);
    world.SendAt(Seconds(2), 1);
    world.Run();
    ASSERT_EQ(world.delaysMs.size(), 2U);
    EXPECT_NEAR(world.delaysMs[0], 10 + BITS / 1e6 * 1e3, 1e-6);
    EXPECT_NEAR(world.delaysMs[1], 10 + BITS / 8e6 * 1e3, 1e-6);
}

TEST(AccessLinkTest, AQueueHoldsWhatItHolds)
{
    for (const uint32_t size : {5U, 50U, 1000U})
    {
        AccessLink link = Link("1Mbps", "1Mbps");
        link.queueSize = size;
        World world(link);
        for (int i = 0; i < 200; ++i)
        {
            world.SendAt(Seconds(1), 0);
        }
        world.Run();
        // One is being sent while the others wait.
        EXPECT_EQ(world.delaysMs.size(), std::min<std::size_t>(200, size + 1));
        EXPECT_NEAR(
            world.delaysMs.back(), 10 + 8.0 * static_cast<double>(world.delaysMs.size()), 1e-6);
    }
}

TEST(AccessLinkTest, EveryDisciplineCarriesALightLoadAsFifoDoes)
{
    for (const auto kind :
         {QueueKind::FIFO, QueueKind::PFIFO_FAST, QueueKind::CODEL, QueueKind::FQ_CODEL})
    {
        AccessLink link = Link("1Mbps", "1Mbps");
        link.queue = kind;
        World world(link);
        for (int i = 0; i < 100; ++i)
        {
            world.SendAt(Seconds(1) + MilliSeconds(20 * i), 0);
        }
        world.Run();
        EXPECT_EQ(world.delaysMs.size(), 100U);
        EXPECT_NEAR(world.MeanDelayMs(), 18, 1e-6);
    }
}

/// 1.5 times the rate for ten seconds. @return the mean delay of what arrived
double
OverloadedDelayMs(QueueKind kind)
{
    AccessLink link = Link("1Mbps", "1Mbps");
    link.queue = kind;
    World world(link);
    for (int i = 0; i < 1875; ++i)
    {
        world.SendAt(Seconds(1) + MicroSeconds(5333 * i), 0);
    }
    world.Run();
    return world.MeanDelayMs();
}

TEST(AccessLinkTest, CodelKeepsDelaysShortWhereFifoDoesNot)
{
    const double fifo = OverloadedDelayMs(QueueKind::FIFO);
    const double codel = OverloadedDelayMs(QueueKind::CODEL);
    const double fqCodel = OverloadedDelayMs(QueueKind::FQ_CODEL);
    EXPECT_GT(fifo, 1500) << "the queue grows by a third of what is sent";
    EXPECT_LT(codel, fifo / 2);
    EXPECT_LT(fqCodel, fifo / 2);
}

TEST(AccessLinkTest, LosesItsShareEachWayAloneOrInBursts)
{
    constexpr int PACKETS = 20000;
    for (const double burst : {1.0, 6.0})
    {
        for (const uint32_t from : {0U, 1U})
        {
            AccessLink link = Link("100Mbps", "100Mbps");
            link.loss = 0.1;
            link.burst = burst;
            World world(link);
            for (int i = 0; i < PACKETS; ++i)
            {
                world.SendAt(Seconds(1) + MilliSeconds(i), from);
            }
            world.Run();
            const double loss = 1 - static_cast<double>(world.delaysMs.size()) / PACKETS;
            EXPECT_NEAR(loss, 0.1, 4 * std::sqrt(2 * burst * 0.09 / PACKETS)) << burst << from;
            std::size_t runs = 0;
            for (std::size_t i = 1; i < world.order.size(); ++i)
            {
                runs += world.order[i] != world.order[i - 1] + 1 ? 1 : 0;
            }
            const double meanRun = loss * PACKETS / static_cast<double>(runs);
            EXPECT_NEAR(meanRun, burst > 1 ? burst : 1 / 0.9, 0.1 * burst);
        }
    }
}

TEST(AccessLinkTest, JitterSpreadsAndReordersOnlyWhereItMay)
{
    for (const bool reorders : {false, true})
    {
        AccessLink link = Link("100Mbps", "100Mbps");
        link.jitter = MilliSeconds(12);
        link.reorders = reorders;
        World world(link);
        for (int i = 0; i < 20000; ++i)
        {
            world.SendAt(Seconds(1) + MilliSeconds(20 * i), 0);
            world.SendAt(Seconds(1) + MilliSeconds(20 * i + 2), 0);
        }
        world.Run();
        ASSERT_EQ(world.delaysMs.size(), 40000U);
        EXPECT_EQ(std::is_sorted(world.order.begin(), world.order.end()), !reorders);
        if (reorders)
        {
            EXPECT_NEAR(world.MeanDelayMs(), 10.08 + 6, 0.1);
        }
    }
}

TEST(AccessLinkTest, CrossTrafficMakesOthersWaitAsQueueingTheorySays)
{
    for (const double load : {0.3, 0.7})
    {
        AccessLink link = Link("10Mbps", "10Mbps");
        link.crossTraffic = load;
        link.delay = Time(0);
        World world(link);
        constexpr int PACKETS = 1500;
        const Time gap = MilliSeconds(50);
        for (int i = 0; i < PACKETS; ++i)
        {
            world.SendAt(Seconds(1) + gap * i, 0);
        }
        world.Run(Seconds(1) + gap * PACKETS);
        // Ours load the link by 1.6 %; the others' 1200 bytes take 0.96 ms. M/D/1, seen by a stranger: half the load times a
        // service time over what is idle.
        const double service = 1200 * 8 / 10e3;
        const double expected = load * service / (2 * (1 - load));
        const double wait = world.MeanDelayMs() - BITS / 10e6 * 1e3;
        EXPECT_NEAR(wait, expected, 0.15 * expected + 0.01) << load;
    }
}

TEST(AccessLinkTest, AnotherLinkMovesNobodysDraws)
{
    const auto run = [](bool hasMore)
    {
        AccessLink link = Link("10Mbps", "10Mbps");
        link.jitter = MilliSeconds(5);
        link.loss = 0.1;
        link.burst = 3;
        World world(link);
        const auto one = CreateObject<Node>();
        const auto other = CreateObject<Node>();
        if (hasMore)
        {
            InstallAccessLink(link, one, other, "another");
        }
        for (int i = 0; i < 1000; ++i)
        {
            world.SendAt(Seconds(1) + MilliSeconds(7 * i), 0);
        }
        world.Run();
        return world.delaysMs;
    };
    EXPECT_EQ(run(false), run(true));
}

} // namespace
} // namespace imsaccess
} // namespace ns3
