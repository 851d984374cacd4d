// SPDX-License-Identifier: GPL-2.0-only
#include "ims-access-cross-traffic.h"

#include "ns3/inet-socket-address.h"
#include "ns3/node.h"
#include "ns3/nstime.h"
#include "ns3/packet.h"
#include "ns3/simulator.h"
#include "ns3/udp-socket-factory.h"
#include "ns3/uinteger.h"

#include <cmath>
#include <utility>

namespace ns3
{
namespace imsaccess
{

NS_OBJECT_ENSURE_REGISTERED(CrossTraffic);

namespace
{

/// PPP (2), IPv4 (20), UDP (8): what the link carries beside the payload.
constexpr uint32_t HEADERS = 30;

} // namespace

TypeId
CrossTraffic::GetTypeId()
{
    static TypeId tid = TypeId("ns3::imsaccess::CrossTraffic")
                            .SetParent<Application>()
                            .SetGroupName("ImsAccess")
                            .AddConstructor<CrossTraffic>()
                            .AddAttribute("PacketSize",
                                          "Payload of each packet, in bytes.",
                                          UintegerValue(1170),
                                          MakeUintegerAccessor(&CrossTraffic::m_packetSize),
                                          MakeUintegerChecker<uint32_t>(1, 1472));
    return tid;
}

CrossTraffic::CrossTraffic() = default;
CrossTraffic::~CrossTraffic() = default;

void
CrossTraffic::Configure(const Address& remote,
                        double load,
                        DataRate rate,
                        std::shared_ptr<imsfw::RandomSource> random)
{
    m_remote = remote;
    m_load = load;
    m_rate = rate;
    m_random = std::move(random);
}

void
CrossTraffic::StartApplication()
{
    m_socket = Socket::CreateSocket(GetNode(), UdpSocketFactory::GetTypeId());
    m_socket->Bind(InetSocketAddress(Ipv4Address::GetAny(), PORT));
    m_socket->SetRecvCallback(MakeCallback(&CrossTraffic::Receive, this));
    if (m_load > 0)
    {
        ScheduleNext();
    }
}

void
CrossTraffic::StopApplication()
{
    m_next.Cancel();
    if (m_socket)
    {
        m_socket->Close();
    }
}

void
CrossTraffic::ScheduleNext()
{
    const double bits = 8.0 * (m_packetSize + HEADERS);
    const double mean = bits / (m_load * static_cast<double>(m_rate.GetBitRate()));
    // Exponential gaps, by inversion of a number in (0, 1].
    const double drawn = (static_cast<double>(m_random->U32()) + 1) / 4294967296.0;
    m_next = Simulator::Schedule(Seconds(-mean * std::log(drawn)), &CrossTraffic::Send, this);
}

void
CrossTraffic::Send()
{
    m_socket->SendTo(Create<Packet>(m_packetSize), 0, m_remote);
    ++m_sent;
    ScheduleNext();
}

void
CrossTraffic::Receive(Ptr<Socket> socket)
{
    while (socket->Recv())
    {
        ++m_received;
    }
}

uint64_t
CrossTraffic::GetSent() const
{
    return m_sent;
}

uint64_t
CrossTraffic::GetReceived() const
{
    return m_received;
}

void
CrossTraffic::DoDispose()
{
    m_next.Cancel();
    m_socket = nullptr;
    Application::DoDispose();
}

} // namespace imsaccess
} // namespace ns3
