// SPDX-License-Identifier: GPL-2.0-only
#include "ims-dns-resolver-application.h"

#include "base/text.h"

#include "ns3/inet-socket-address.h"
#include "ns3/node.h"
#include "ns3/simulator.h"
#include "ns3/udp-socket-factory.h"
#include "ns3/uinteger.h"

#include <utility>

namespace ns3
{
namespace imsdns
{

NS_OBJECT_ENSURE_REGISTERED(DnsResolverApplication);

TypeId
DnsResolverApplication::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::imsdns::DnsResolverApplication")
            .SetParent<Application>()
            .SetGroupName("ImsDns")
            .AddConstructor<DnsResolverApplication>()
            .AddAttribute("Timeout",
                          "How long an answer is waited for before the query is sent again.",
                          TimeValue(Seconds(5)),
                          MakeTimeAccessor(&DnsResolverApplication::m_timeout),
                          MakeTimeChecker())
            .AddAttribute("Attempts",
                          "How often a query is sent at most.",
                          UintegerValue(2),
                          MakeUintegerAccessor(&DnsResolverApplication::m_attempts),
                          MakeUintegerChecker<uint32_t>(1));
    return tid;
}

DnsResolverApplication::DnsResolverApplication()
    : m_timer(
          [this]
          {
              m_core->HandleTimeout(imstls::CoreNow());
              Drain();
          })
{
}

DnsResolverApplication::~DnsResolverApplication() = default;

void
DnsResolverApplication::DoDispose()
{
    StopApplication();
    Application::DoDispose();
}

void
DnsResolverApplication::SetServer(const imsfw::Endpoint& server)
{
    m_server = server;
}

void
DnsResolverApplication::SetRandom(std::shared_ptr<imsfw::RandomSource> random)
{
    m_random = std::move(random);
}

void
DnsResolverApplication::StartApplication()
{
    m_core = std::make_unique<imsfw::dns::Resolver>(
        imsfw::dns::ResolverConfig{imstls::ToCoreDuration(m_timeout), m_attempts}, *m_random);
    m_socket = Socket::CreateSocket(GetNode(), UdpSocketFactory::GetTypeId());
    m_socket->Bind();
    m_socket->SetRecvCallback(MakeCallback(&DnsResolverApplication::HandleReadable, this));
}

void
DnsResolverApplication::StopApplication()
{
    m_timer.Cancel();
    m_waiting.clear();
    if (m_socket)
    {
        m_socket->SetRecvCallback(MakeNullCallback<void, Ptr<Socket>>());
        m_socket->Close();
        m_socket = nullptr;
    }
}

void
DnsResolverApplication::Resolve(const std::string& name, Answer answer)
{
    m_waiting.emplace(imsfw::ToLower(name), std::move(answer));
    // Not here: the answer may be at hand, and the caller is not ready for it.
    Simulator::ScheduleNow(&DnsResolverApplication::Begin, Ptr<DnsResolverApplication>(this), name);
}

void
DnsResolverApplication::Begin(const std::string& name)
{
    if (m_socket)
    {
        m_core->Resolve(imstls::CoreNow(), name);
        Drain();
    }
}

void
DnsResolverApplication::HandleReadable(Ptr<Socket> socket)
{
    Address from;
    while (const Ptr<Packet> packet = socket->RecvFrom(from))
    {
        if (imstls::ToEndpoint(from) == m_server) // RFC 5452 9.1
        {
            m_core->HandleInput(imstls::CoreNow(), imstls::ToBytes(packet));
        }
    }
    Drain();
}

void
DnsResolverApplication::Drain()
{
    while (const auto query = m_core->PollTransmit())
    {
        m_socket->SendTo(imstls::ToPacket(*query), 0, imstls::ToNs3Address(m_server));
    }
    std::vector<std::pair<Answer, imsfw::dns::ResolverEvent>> told;
    while (const auto event = m_core->PollEvent())
    {
        const auto [first, last] = m_waiting.equal_range(event->name);
        for (auto waiting = first; waiting != last; ++waiting)
        {
            told.emplace_back(std::move(waiting->second), *event);
        }
        m_waiting.erase(first, last);
    }
    m_timer.Arm(m_core->NextTimeout());
    for (const auto& [answer, event] : told)
    {
        answer(event);
    }
}

} // namespace imsdns
} // namespace ns3
