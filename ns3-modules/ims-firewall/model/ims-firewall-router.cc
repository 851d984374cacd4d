// SPDX-License-Identifier: GPL-2.0-only
#include "ims-firewall-router.h"

#include "ns3/boolean.h"
#include "ns3/icmpv4.h"
#include "ns3/ipv4-l3-protocol.h"
#include "ns3/ipv4-route.h"
#include "ns3/net-device.h"
#include "ns3/simulator.h"
#include "ns3/trace-source-accessor.h"
#include "ns3/uinteger.h"

namespace ns3
{
namespace imsfirewall
{

NS_OBJECT_ENSURE_REGISTERED(FirewallRouter);

namespace
{

constexpr uint8_t ICMP = 1;

/// @return the packet with its header, its checksum filled in where the simulation has checksums.
Ptr<Packet>
WithHeader(Ptr<const Packet> payload, Ipv4Header header)
{
    if (Node::ChecksumEnabled())
    {
        header.EnableChecksum();
    }
    const auto whole = payload->Copy();
    whole->AddHeader(header);
    return whole;
}

} // namespace

TypeId
FirewallRouter::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::imsfirewall::FirewallRouter")
            .SetParent<Object>()
            .SetGroupName("ImsFirewall")
            .AddConstructor<FirewallRouter>()
            .AddAttribute(
                "AnswerEcho",
                "Whether the node answers ICMP echo requests to its NAT's external addresses.",
                BooleanValue(true),
                MakeBooleanAccessor(&FirewallRouter::m_answersEcho),
                MakeBooleanChecker())
            .AddAttribute("MaxBacklog",
                          "How many packets may wait for the node's CPU, where it has one; Linux's "
                          "net.core.netdev_max_backlog.",
                          UintegerValue(1000),
                          MakeUintegerAccessor(&FirewallRouter::m_maxBacklog),
                          MakeUintegerChecker<uint32_t>(1))
            .AddTraceSource("Overloaded",
                            "A packet was dropped unseen, as too many wait for the CPU.",
                            MakeTraceSourceAccessor(&FirewallRouter::m_overloadedTrace),
                            "ns3::imsfirewall::FirewallRouter::PacketCallback")
            .AddAttribute("RebootAt",
                          "When the node loses all state of its firewall; 0: never. After it, "
                          "flows that go on are new.",
                          TimeValue(Seconds(0)),
                          MakeTimeAccessor(&FirewallRouter::m_rebootAt),
                          MakeTimeChecker(Seconds(0)))
            .AddTraceSource("Verdict",
                            "The engine judged a packet or a flow.",
                            MakeTraceSourceAccessor(&FirewallRouter::m_verdictTrace),
                            "ns3::imsfirewall::FirewallRouter::VerdictCallback")
            .AddTraceSource("Offered",
                            "A packet came in for the engine.",
                            MakeTraceSourceAccessor(&FirewallRouter::m_offeredTrace),
                            "ns3::imsfirewall::FirewallRouter::PacketCallback")
            .AddTraceSource("Forwarded",
                            "A packet goes on, rewritten perhaps.",
                            MakeTraceSourceAccessor(&FirewallRouter::m_forwardedTrace),
                            "ns3::imsfirewall::FirewallRouter::PacketCallback")
            .AddTraceSource("Generated",
                            "The engine sends a packet of its own: an RST or an ICMP error.",
                            MakeTraceSourceAccessor(&FirewallRouter::m_generatedTrace),
                            "ns3::imsfirewall::FirewallRouter::PacketCallback")
            .AddTraceSource("Refused",
                            "A packet came in of which the engine let nothing through.",
                            MakeTraceSourceAccessor(&FirewallRouter::m_refusedTrace),
                            "ns3::imsfirewall::FirewallRouter::PacketCallback");
    return tid;
}

FirewallRouter::FirewallRouter() : m_timer([this] { HandleTimeout(); })
{
}

FirewallRouter::~FirewallRouter() = default;

void
FirewallRouter::Install(Ptr<Node> node,
                        std::vector<imsfw::engine::Chain::Stage> stages,
                        std::unique_ptr<imsfw::RandomSource> random)
{
    auto external = stages.back().config.morePoolAddresses;
    external.push_back(stages.back().config.externalAddress);
    for (const auto& address : external)
    {
        if (address.IsV4() && address != imsfw::IpAddress())
        {
            ClaimAddress(Ipv4Address(address.ToV4()));
        }
    }
    m_random = std::move(random);
    m_engine = std::make_unique<imsfw::engine::Chain>(std::move(stages), *m_random);
    if (!m_rebootAt.IsZero())
    {
        m_reboot = Simulator::Schedule(m_rebootAt, &FirewallRouter::Reboot, this);
    }
    m_node = node;
    m_lane.SetProcessor(imscpu::Processor::Of(node));
    m_ipv4 = node->GetObject<Ipv4>();
    m_routing = CreateObject<FirewallRouting>();
    const auto handler = [this](Ptr<const Packet> packet,
                                const Ipv4Header& header,
                                uint32_t interface,
                                const Forward& forward)
    { return HandlePacket(packet, header, interface, forward); };
    const auto isClaimed = [this](Ipv4Address address) { return m_claimed.count(address) > 0; };
    m_routing->Wrap(m_ipv4, handler, isClaimed);
    node->AggregateObject(this);
}

void
FirewallRouter::SetZone(uint32_t interface, imsfw::engine::Zone zone)
{
    m_zones[interface] = zone;
}

void
FirewallRouter::ClaimAddress(Ipv4Address address)
{
    m_claimed.insert(address);
}

const imsfw::engine::Chain*
FirewallRouter::GetEngine() const
{
    return m_engine.get();
}

Ptr<FirewallRouting>
FirewallRouter::GetRouting() const
{
    return m_routing;
}

FirewallRouting::Outcome
FirewallRouter::HandlePacket(Ptr<const Packet> packet,
                             const Ipv4Header& header,
                             uint32_t incomingInterface,
                             const Forward& forward)
{
    if (IsEchoToNode(packet, header))
    {
        return FirewallRouting::Outcome::LOCAL;
    }
    const auto whole = WithHeader(packet, header);
    m_offeredTrace(whole);
    if (m_lane.GetPending() >= m_maxBacklog)
    {
        ++m_overloadDrops;
        m_overloadedTrace(whole);
        return FirewallRouting::Outcome::TAKEN;
    }
    m_forward = forward;
    m_forwardedByDrain = 0;
    const auto zone = m_zones.find(incomingInterface);
    if (zone != m_zones.end())
    {
        m_engine->HandlePacket(imstls::CoreNow(), zone->second, imstls::ToBytes(whole));
        m_work = TakeWork(whole->GetSize());
        Drain();
    }
    if (m_forwardedByDrain == 0)
    {
        m_refusedTrace(whole);
    }
    return FirewallRouting::Outcome::TAKEN;
}

bool
FirewallRouter::IsEchoToNode(Ptr<const Packet> packet, const Ipv4Header& header) const
{
    if (!m_answersEcho || header.GetProtocol() != ICMP ||
        m_claimed.count(header.GetDestination()) == 0)
    {
        return false;
    }
    uint8_t type = 0;
    return packet->CopyData(&type, sizeof(type)) == sizeof(type) &&
           type == Icmpv4Header::ICMPV4_ECHO;
}

imsfw::WorkList
FirewallRouter::TakeWork(std::size_t packetSize)
{
    imsfw::WorkList work;
    if (!m_lane.HasProcessor())
    {
        return work;
    }
    imsfw::AddWork(work, "firewall/packet", 1, packetSize);
    const auto counters = m_engine->GetCounters();
    if (counters.inspected > m_inspected)
    {
        imsfw::AddWork(work,
                       "firewall/inspect",
                       counters.inspected - m_inspected,
                       counters.inspectedBytes - m_inspectedBytes);
    }
    m_inspected = counters.inspected;
    m_inspectedBytes = counters.inspectedBytes;
    return work;
}

uint64_t
FirewallRouter::GetOverloadDrops() const
{
    return m_overloadDrops;
}

void
FirewallRouter::HandleTimeout()
{
    m_engine->HandleTimeout(imstls::CoreNow());
    Drain();
}

void
FirewallRouter::Reboot()
{
    m_engine->Reboot(imstls::CoreNow());
    Drain();
}

void
FirewallRouter::Drain()
{
    if (m_lane.HasProcessor())
    {
        TransmitWhenDone();
    }
    while (const auto out = m_engine->PollTransmit())
    {
        m_forwardedByDrain += out->kind == imsfw::engine::TransmitKind::FORWARDED ? 1 : 0;
        Transmit(*out, m_forward);
    }
    while (const auto verdict = m_engine->PollEvent())
    {
        m_verdictTrace(*verdict);
    }
    m_timer.Arm(m_engine->NextTimeout());
}

void
FirewallRouter::TransmitWhenDone()
{
    std::vector<imsfw::engine::OutPacket> packets;
    while (auto out = m_engine->PollTransmit())
    {
        m_forwardedByDrain += out->kind == imsfw::engine::TransmitKind::FORWARDED ? 1 : 0;
        packets.push_back(std::move(*out));
    }
    const auto send = [this, forward = m_forward, packets = std::move(packets)]
    {
        for (const auto& packet : packets)
        {
            Transmit(packet, forward);
        }
    };
    m_lane.Do(std::exchange(m_work, {}), send);
}

void
FirewallRouter::Transmit(const imsfw::engine::OutPacket& out, const Forward& forward)
{
    const auto packet = imstls::ToPacket(out.packet);
    if (out.delay == imsfw::Duration::zero())
    {
        SendOut(out.kind, packet, forward);
        return;
    }
    const Time delay = imstls::ToNs3Time(out.delay);
    Simulator::Schedule(delay, &FirewallRouter::SendOut, this, out.kind, packet, forward);
}

void
FirewallRouter::SendOut(imsfw::engine::TransmitKind kind,
                        Ptr<Packet> packet,
                        const Forward& forward)
{
    const bool isForwarded = kind == imsfw::engine::TransmitKind::FORWARDED;
    (isForwarded ? m_forwardedTrace : m_generatedTrace)(packet);
    const auto payload = packet->Copy();
    Ipv4Header header;
    payload->RemoveHeader(header);
    if (Node::ChecksumEnabled())
    {
        header.EnableChecksum();
    }
    Socket::SocketErrno error = Socket::ERROR_NOTERROR;
    const auto route = m_routing->RouteOutput(payload, header, nullptr, error);
    if (!route)
    {
        return; // as for any packet without a route; the engine's verdict stands
    }
    if (isForwarded)
    {
        forward(route, payload, header);
        return;
    }
    m_ipv4->SendWithHeader(payload, header, route);
}

void
FirewallRouter::DoDispose()
{
    m_timer.Cancel();
    m_lane.Clear();
    m_reboot.Cancel();
    m_forward = Forward();
    m_engine.reset();
    m_routing = nullptr;
    m_ipv4 = nullptr;
    m_node = nullptr;
    Object::DoDispose();
}

} // namespace imsfirewall
} // namespace ns3
