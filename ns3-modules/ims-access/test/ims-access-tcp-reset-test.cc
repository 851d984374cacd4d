// SPDX-License-Identifier: GPL-2.0-only
// Resets of an open connection in the forms that middleboxes send them, which know nothing of timestamps.
#include "ims-access-tcp.h"

#include "ns3/inet-socket-address.h"
#include "ns3/internet-stack-helper.h"
#include "ns3/ipv4-address-helper.h"
#include "ns3/node-container.h"
#include "ns3/packet.h"
#include "ns3/point-to-point-helper.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/tcp-header.h"
#include "ns3/tcp-option-ts.h"
#include "ns3/tcp-socket-base.h"
#include "ns3/tcp-socket-factory.h"

#include <gtest/gtest.h>

namespace ns3
{
namespace imsaccess
{
namespace
{

constexpr uint16_t PORT = 5000;

/// A segment that the client gets in the server's name, at 1 s.
struct Segment
{
    const char* what;
    uint8_t flags;
    uint32_t ahead; ///< of the byte that the client waits for
    bool hasTimestamp;
    bool ends; ///< the connection
};

const Segment SEGMENTS[] = {
    {"RST", TcpHeader::RST, 0, false, true},
    {"RST and ACK", TcpHeader::RST | TcpHeader::ACK, 0, false, true},
    {"RST and ACK with a timestamp", TcpHeader::RST | TcpHeader::ACK, 0, true, true},
    {"RST and ACK from far outside the window",
     TcpHeader::RST | TcpHeader::ACK,
     1U << 30,
     false,
     false},
    {"ACK without a timestamp", TcpHeader::ACK, 0, false, false},
};

/// A connection over which ten bytes went, and then that segment.
class ForgedSegment
{
  public:
    explicit ForgedSegment(const Segment& segment) : m_segment(segment)
    {
        InternetStackHelper stack;
        stack.SetTcp("ns3::imsaccess::HostTcp");
        stack.Install(m_nodes);
        PointToPointHelper link;
        link.SetDeviceAttribute("DataRate", StringValue("100Mbps"));
        link.SetChannelAttribute("Delay", TimeValue(MilliSeconds(20)));
        Ipv4AddressHelper("10.0.0.0", "255.255.255.252").Assign(link.Install(m_nodes));
        m_listener = m_nodes.Get(1)->GetObject<TcpSocketFactory>()->CreateSocket();
        m_listener->Bind(InetSocketAddress(Ipv4Address::GetAny(), PORT));
        m_listener->Listen();
        m_client = m_nodes.Get(0)->GetObject<TcpSocketFactory>()->CreateSocket();
        m_client->Bind(InetSocketAddress("10.0.0.1", PORT));
        m_client->SetCloseCallbacks(MakeCallback(&ForgedSegment::HandleEnd, this),
                                    MakeCallback(&ForgedSegment::HandleEnd, this));
        m_client->TraceConnectWithoutContext("Tx", MakeCallback(&ForgedSegment::HandleSent, this));
        Simulator::Schedule(Seconds(0), &ForgedSegment::Connect, this);
        Simulator::Schedule(Seconds(1), &ForgedSegment::Forge, this);
        Simulator::Stop(Seconds(2));
        Simulator::Run();
        m_listener = m_client = nullptr;
        Simulator::Destroy();
    }

    ForgedSegment(const ForgedSegment&) = delete;
    ForgedSegment& operator=(const ForgedSegment&) = delete;

    Time ended{};

  private:
    void
    Connect()
    {
        m_client->Connect(InetSocketAddress("10.0.0.2", PORT));
        m_client->Send(Create<Packet>(10));
    }

    void
    HandleSent(Ptr<const Packet>, const TcpHeader& header, Ptr<const TcpSocketBase>)
    {
        m_last = header;
    }

    void
    HandleEnd(Ptr<Socket>)
    {
        ended = Simulator::Now();
    }

    void
    Forge()
    {
        TcpHeader header;
        header.SetSourcePort(PORT);
        header.SetDestinationPort(PORT);
        header.SetFlags(m_segment.flags);
        header.SetSequenceNumber(m_last.GetAckNumber() + m_segment.ahead);
        header.SetAckNumber(m_last.GetSequenceNumber());
        if (m_segment.hasTimestamp)
        {
            header.AppendOption(Create<TcpOptionTS>());
        }
        m_nodes.Get(1)->GetObject<TcpL4Protocol>()->SendPacket(
            Create<Packet>(), header, Ipv4Address("10.0.0.2"), Ipv4Address("10.0.0.1"));
    }

    const Segment& m_segment;
    NodeContainer m_nodes{2};
    Ptr<Socket> m_listener;
    Ptr<Socket> m_client;
    TcpHeader m_last;
};

TEST(TcpResetTest, EndsAConnectionWhateverItAcknowledgesAndWithoutATimestamp)
{
    for (const auto& segment : SEGMENTS)
    {
        const ForgedSegment run(segment);
        if (segment.ends)
        {
            EXPECT_NEAR(run.ended.GetSeconds(), 1.02, 0.001) << segment.what;
        }
        else
        {
            EXPECT_EQ(run.ended, Time()) << segment.what;
        }
    }
}

} // namespace
} // namespace imsaccess
} // namespace ns3
