// SPDX-License-Identifier: GPL-2.0-only
#include "ims-dns-server-application.h"

#include "ns3/abort.h"
#include "ns3/inet-socket-address.h"
#include "ns3/node.h"
#include "ns3/string.h"
#include "ns3/udp-socket-factory.h"
#include "ns3/uinteger.h"

namespace ns3
{
namespace imsdns
{

NS_OBJECT_ENSURE_REGISTERED(DnsServerApplication);

namespace
{

constexpr uint16_t DNS_PORT = 53;

imsfw::dns::ServerFailure
FailureFrom(const std::string& word)
{
    using imsfw::dns::ServerFailure;
    const std::pair<const char*, ServerFailure> words[] = {
        {"none", ServerFailure::NONE},
        {"name-error", ServerFailure::NAME_ERROR},
        {"server-failure", ServerFailure::SERVER_FAILURE},
        {"silent", ServerFailure::SILENT},
    };
    for (const auto& [known, failure] : words)
    {
        if (word == known)
        {
            return failure;
        }
    }
    NS_ABORT_MSG("DnsServerApplication: Failure is none, name-error, server-failure or silent, not "
                 << word);
}

} // namespace

TypeId
DnsServerApplication::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::imsdns::DnsServerApplication")
            .SetParent<Application>()
            .SetGroupName("ImsDns")
            .AddConstructor<DnsServerApplication>()
            .AddAttribute("Delay",
                          "From a query to its answer: what asking others takes.",
                          TimeValue(Seconds(0)),
                          MakeTimeAccessor(&DnsServerApplication::m_delay),
                          MakeTimeChecker(Seconds(0)))
            .AddAttribute("Ttl",
                          "How long an answer may be remembered, in seconds.",
                          UintegerValue(300),
                          MakeUintegerAccessor(&DnsServerApplication::m_ttl),
                          MakeUintegerChecker<uint32_t>())
            .AddAttribute("Failure",
                          "What it says instead of an answer: none, name-error, server-failure or "
                          "silent.",
                          StringValue("none"),
                          MakeStringAccessor(&DnsServerApplication::m_failure),
                          MakeStringChecker());
    return tid;
}

DnsServerApplication::DnsServerApplication()
    : m_timer(
          [this]
          {
              m_core->HandleTimeout(imstls::CoreNow());
              Drain();
          })
{
}

DnsServerApplication::~DnsServerApplication() = default;

void
DnsServerApplication::DoDispose()
{
    StopApplication();
    Application::DoDispose();
}

void
DnsServerApplication::AddName(const std::string& name, const imsfw::IpAddress& address)
{
    m_names.emplace_back(name, address);
}

void
DnsServerApplication::StartApplication()
{
    m_core = std::make_unique<imsfw::dns::Server>(
        imsfw::dns::ServerConfig{imstls::ToCoreDuration(m_delay), m_ttl, FailureFrom(m_failure)});
    for (const auto& [name, address] : m_names)
    {
        m_core->Add(name, address);
    }
    m_socket = Socket::CreateSocket(GetNode(), UdpSocketFactory::GetTypeId());
    m_socket->Bind(InetSocketAddress(Ipv4Address::GetAny(), DNS_PORT));
    m_socket->SetRecvCallback(MakeCallback(&DnsServerApplication::HandleReadable, this));
}

void
DnsServerApplication::StopApplication()
{
    m_timer.Cancel();
    if (m_socket)
    {
        m_socket->SetRecvCallback(MakeNullCallback<void, Ptr<Socket>>());
        m_socket->Close();
        m_socket = nullptr;
    }
}

void
DnsServerApplication::HandleReadable(Ptr<Socket> socket)
{
    Address from;
    while (const Ptr<Packet> packet = socket->RecvFrom(from))
    {
        m_core->HandleInput(imstls::CoreNow(), imstls::ToEndpoint(from), imstls::ToBytes(packet));
    }
    Drain();
}

void
DnsServerApplication::Drain()
{
    while (const auto answer = m_core->PollTransmit())
    {
        m_socket->SendTo(imstls::ToPacket(answer->second), 0, imstls::ToNs3Address(answer->first));
    }
    m_timer.Arm(m_core->NextTimeout());
}

} // namespace imsdns
} // namespace ns3
