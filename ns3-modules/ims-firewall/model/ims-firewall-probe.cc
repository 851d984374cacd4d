// SPDX-License-Identifier: GPL-2.0-only
#include "ims-firewall-probe.h"

#include "ims-tls-core-driver.h"

#include "ns3/inet-socket-address.h"
#include "ns3/ipv4-raw-socket-factory.h"
#include "ns3/node.h"
#include "ns3/simulator.h"
#include "ns3/trace-source-accessor.h"
#include "ns3/udp-socket-factory.h"
#include "ns3/uinteger.h"

#include <algorithm>

namespace ns3
{
namespace imsfirewall
{

NS_OBJECT_ENSURE_REGISTERED(ProbeApplication);
NS_OBJECT_ENSURE_REGISTERED(ProbeResponder);

namespace
{

constexpr uint8_t UDP = 17;
constexpr uint8_t ESP = 50;
constexpr std::size_t NUMBER_OFFSET = 4;
constexpr std::size_t NUMBER_SIZE = 4;
constexpr std::size_t DEFAULT_PAYLOAD = 64;

Ptr<Socket>
MakeSocket(Ptr<Node> node, uint8_t protocol)
{
    if (protocol == UDP)
    {
        return Socket::CreateSocket(node, UdpSocketFactory::GetTypeId());
    }
    const auto socket = Socket::CreateSocket(node, Ipv4RawSocketFactory::GetTypeId());
    socket->SetAttribute("Protocol", UintegerValue(protocol));
    return socket;
}

/// A raw socket hands out packets with their IPv4 headers: RFC 791 3.1.
imsfw::ByteView
SkipIpHeader(imsfw::ByteView packet)
{
    return packet.IsEmpty() ? packet : packet.Sub((packet[0] & 0x0FU) * 4U);
}

void
CloseSocket(Ptr<Socket>& socket)
{
    if (socket)
    {
        socket->SetRecvCallback(MakeNullCallback<void, Ptr<Socket>>());
        socket->Close();
        socket = nullptr;
    }
}

} // namespace

TypeId
ProbeApplication::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::imsfirewall::ProbeApplication")
            .SetParent<Application>()
            .SetGroupName("ImsFirewall")
            .AddConstructor<ProbeApplication>()
            .AddAttribute("Remote",
                          "Where to send to; the port counts for UDP only.",
                          AddressValue(),
                          MakeAddressAccessor(&ProbeApplication::m_remote),
                          MakeAddressChecker())
            .AddAttribute("Protocol",
                          "IP protocol number: 17 is UDP, any other is sent raw (50 is ESP).",
                          UintegerValue(ESP),
                          MakeUintegerAccessor(&ProbeApplication::m_protocol),
                          MakeUintegerChecker<uint8_t>())
            .AddAttribute("LocalPort",
                          "UDP port to send from; 0 is any.",
                          UintegerValue(0),
                          MakeUintegerAccessor(&ProbeApplication::m_localPort),
                          MakeUintegerChecker<uint16_t>())
            .AddAttribute("Tries",
                          "How many packets to send.",
                          UintegerValue(3),
                          MakeUintegerAccessor(&ProbeApplication::m_tries),
                          MakeUintegerChecker<uint32_t>(1))
            .AddAttribute("Interval",
                          "Time between packets, and waited for an answer to the last.",
                          TimeValue(Seconds(1)),
                          MakeTimeAccessor(&ProbeApplication::m_interval),
                          MakeTimeChecker(NanoSeconds(1)))
            .AddTraceSource("Answered",
                            "A packet came back for the first time.",
                            MakeTraceSourceAccessor(&ProbeApplication::m_answeredTrace),
                            "ns3::imsfirewall::ProbeApplication::AnsweredCallback")
            .AddTraceSource("Finished",
                            "All tries are made and their time is over.",
                            MakeTraceSourceAccessor(&ProbeApplication::m_finishedTrace),
                            "ns3::imsfirewall::ProbeApplication::FinishedCallback");
    return tid;
}

ProbeApplication::ProbeApplication() : m_payload(DEFAULT_PAYLOAD)
{
}

ProbeApplication::~ProbeApplication() = default;

void
ProbeApplication::SetPayload(imsfw::ByteView payload)
{
    m_payload = payload.ToBytes();
    m_payload.resize(std::max(m_payload.size(), NUMBER_OFFSET + NUMBER_SIZE));
}

ProbeReport
ProbeApplication::GetReport() const
{
    return m_report;
}

bool
ProbeApplication::IsUdp() const
{
    return m_protocol == UDP;
}

void
ProbeApplication::StartApplication()
{
    m_socket = MakeSocket(GetNode(), m_protocol);
    const uint16_t port = IsUdp() ? m_localPort : 0;
    m_socket->Bind(InetSocketAddress(Ipv4Address::GetAny(), port));
    m_socket->SetRecvCallback(MakeCallback(&ProbeApplication::Receive, this));
    SendNext();
}

void
ProbeApplication::StopApplication()
{
    m_next.Cancel();
    CloseSocket(m_socket);
}

void
ProbeApplication::DoDispose()
{
    StopApplication();
    Application::DoDispose();
}

void
ProbeApplication::SendNext()
{
    const auto number = static_cast<uint32_t>(m_sentAt.size() + 1);
    m_sentAt.push_back(Simulator::Now());
    m_isAnswered.push_back(false);
    if (m_socket->SendTo(imstls::ToPacket(MakePacket(number)), 0, m_remote) < 0)
    {
        // A raw socket without a route fails and gives no reason.
        const auto error = m_socket->GetErrno();
        m_report.lastErrno = error == Socket::ERROR_NOTERROR ? Socket::ERROR_NOROUTETOHOST : error;
    }
    ++m_report.sent;
    const auto next = number < m_tries ? &ProbeApplication::SendNext : &ProbeApplication::Finish;
    m_next = Simulator::Schedule(m_interval, next, this);
}

void
ProbeApplication::Finish()
{
    m_report.finished = true;
    m_finishedTrace(m_report);
}

imsfw::Bytes
ProbeApplication::MakePacket(uint32_t number) const
{
    imsfw::ByteWriter writer;
    const imsfw::ByteView payload(m_payload);
    writer.Put(payload.Sub(0, NUMBER_OFFSET));
    writer.U32(number);
    writer.Put(payload.Sub(NUMBER_OFFSET + NUMBER_SIZE));
    return writer.Finish();
}

void
ProbeApplication::Receive(Ptr<Socket> socket)
{
    while (const auto packet = socket->Recv())
    {
        const auto bytes = imstls::ToBytes(packet);
        HandleAnswer(IsUdp() ? imsfw::ByteView(bytes) : SkipIpHeader(bytes));
    }
}

void
ProbeApplication::HandleAnswer(imsfw::ByteView packet)
{
    imsfw::ByteReader reader(packet.Sub(NUMBER_OFFSET));
    const auto number = reader.U32();
    const bool isOurs = number && *number >= 1 && *number <= m_sentAt.size();
    if (!isOurs || m_isAnswered[*number - 1])
    {
        return;
    }
    m_isAnswered[*number - 1] = true;
    const Time roundTrip = Simulator::Now() - m_sentAt[*number - 1];
    if (m_report.answered++ == 0)
    {
        m_report.firstRoundTrip = roundTrip;
    }
    m_answeredTrace(*number, roundTrip);
}

TypeId
ProbeResponder::GetTypeId()
{
    static TypeId tid = TypeId("ns3::imsfirewall::ProbeResponder")
                            .SetParent<Application>()
                            .SetGroupName("ImsFirewall")
                            .AddConstructor<ProbeResponder>()
                            .AddAttribute("Protocol",
                                          "IP protocol number: 17 is UDP, any other is raw.",
                                          UintegerValue(ESP),
                                          MakeUintegerAccessor(&ProbeResponder::m_protocol),
                                          MakeUintegerChecker<uint8_t>())
                            .AddAttribute("Port",
                                          "UDP port to listen on.",
                                          UintegerValue(500),
                                          MakeUintegerAccessor(&ProbeResponder::m_port),
                                          MakeUintegerChecker<uint16_t>());
    return tid;
}

ProbeResponder::ProbeResponder() = default;
ProbeResponder::~ProbeResponder() = default;

uint32_t
ProbeResponder::GetReceived() const
{
    return m_received;
}

void
ProbeResponder::StartApplication()
{
    m_socket = MakeSocket(GetNode(), m_protocol);
    m_socket->Bind(InetSocketAddress(Ipv4Address::GetAny(), m_protocol == UDP ? m_port : 0));
    m_socket->SetRecvCallback(MakeCallback(&ProbeResponder::Receive, this));
}

void
ProbeResponder::StopApplication()
{
    CloseSocket(m_socket);
}

void
ProbeResponder::DoDispose()
{
    StopApplication();
    Application::DoDispose();
}

void
ProbeResponder::Receive(Ptr<Socket> socket)
{
    Address from;
    while (const auto packet = socket->RecvFrom(from))
    {
        ++m_received;
        const auto bytes = imstls::ToBytes(packet);
        const imsfw::ByteView whole(bytes);
        socket->SendTo(imstls::ToPacket(m_protocol == UDP ? whole : SkipIpHeader(whole)), 0, from);
    }
}

} // namespace imsfirewall
} // namespace ns3
