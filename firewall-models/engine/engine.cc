// SPDX-License-Identifier: GPL-2.0-only
#include "engine/engine.h"

#include "classify/stream-inspector.h"
#include "engine/ip-packet.h"
#include "engine/nat-table.h"
#include "engine/refusal-packets.h"
#include "engine/rule-match.h"

#include <algorithm>
#include <array>
#include <deque>
#include <map>
#include <set>

namespace imsfw::engine
{

using classify::Direction;

namespace
{

/// One flow. Packets to the server arrive as `original` and leave as `translated`; packets to the client arrive as
/// translated.Reversed() and leave as original.Reversed().
struct Flow
{
    uint64_t id{0};
    FiveTuple original;
    FiveTuple translated;
    Zone from{Zone::INSIDE};
    Zone to{Zone::OUTSIDE};
    Verdict verdict;
    std::optional<classify::StreamInspector> inspector;
    uint32_t generation{0};
    std::optional<NatTable::Key> mapping;
    bool openedMapping{false};
    TimePoint expiry{};
    std::array<bool, 2> spoke{}; ///< by direction
    std::array<bool, 2> finished{};
    bool wasReset{false};
    std::array<uint32_t, 2> next{}; ///< TCP: behind the last byte that was let through
};

std::size_t
Index(Direction direction)
{
    return direction == Direction::TO_SERVER ? 0 : 1;
}

} // namespace

std::string
ToString(Reason reason)
{
    switch (reason)
    {
    case Reason::RULE:
        return "rule";
    case Reason::DEFAULT:
        return "default";
    case Reason::FIRST_BYTES:
        return "first-bytes";
    case Reason::NULL_SUITE:
        return "null-suite";
    case Reason::CONTENT:
        return "content";
    case Reason::NO_STATE:
        return "no-state";
    case Reason::NO_MAPPING:
        return "no-mapping";
    case Reason::FILTERED:
        return "filtered";
    case Reason::NO_PORT:
        return "no-port";
    case Reason::FRAGMENT:
        return "fragment";
    case Reason::UNSUPPORTED:
        return "unsupported";
    }
    return "unknown";
}

class Engine::Core
{
  public:
    Core(Policy p, EngineConfig c, RandomSource& random)
        : policy(std::move(p)), config(std::move(c)), nat(policy.nat, random)
    {
    }

    void
    HandlePacket(TimePoint now, Zone from, Bytes bytes)
    {
        HandleTimeout(now);
        const auto packet = ParseIp(bytes);
        if (!packet)
        {
            ++counters.malformed;
            return;
        }
        const Arrival arrival{now, from, *packet, bytes};
        if (packet->isFragment)
        {
            ++counters.fragments;
            RefuseStray(arrival, Reason::FRAGMENT);
            return;
        }
        if (packet->isIcmpError)
        {
            HandleIcmpError(arrival);
            return;
        }
        auto found = byTuple.find(packet->tuple);
        if (found != byTuple.end() && IsReopened(flows.at(found->second.first), arrival))
        {
            Remove(found->second.first);
            found = byTuple.end();
        }
        if (found == byTuple.end())
        {
            OpenFlow(arrival);
            return;
        }
        Flow& flow = flows.at(found->second.first);
        const Direction direction = found->second.second;
        if (from != (direction == Direction::TO_SERVER ? flow.from : flow.to))
        {
            RefuseStray(arrival, Reason::NO_STATE);
            return;
        }
        Pass(flow, direction, arrival, false);
    }

    void
    HandleTimeout(TimePoint now)
    {
        while (!expiries.empty() && expiries.begin()->first <= now)
        {
            ++counters.expired;
            Remove(expiries.begin()->second);
        }
    }

    Policy policy;
    EngineConfig config;
    NatTable nat;
    std::map<uint64_t, Flow> flows;
    std::map<FiveTuple, std::pair<uint64_t, Direction>> byTuple;
    std::set<std::pair<TimePoint, uint64_t>> expiries;
    std::deque<OutPacket> transmits;
    std::deque<VerdictEvent> events;
    Counters counters;

  private:
    struct Arrival
    {
        TimePoint now;
        Zone from;
        const IpPacket& packet;
        const Bytes& bytes;

        ByteView
        Payload() const
        {
            return ByteView(bytes).Sub(packet.payloadOffset);
        }
    };

    Zone
    ZoneOf(const IpAddress& address) const
    {
        const auto contains = [&](const IpPrefix& p) { return p.Contains(address); };
        if (std::any_of(config.inside.begin(), config.inside.end(), contains))
        {
            return Zone::INSIDE;
        }
        const bool isDmz = std::any_of(config.dmz.begin(), config.dmz.end(), contains);
        return isDmz ? Zone::DMZ : Zone::OUTSIDE;
    }

    static bool
    IsReopened(const Flow& flow, const Arrival& a)
    {
        const bool ended = flow.wasReset || (flow.finished[0] && flow.finished[1]);
        return ended && flow.verdict.action == Action::ALLOW && a.packet.tuple == flow.original &&
               (a.packet.flags & (TCP_SYN | TCP_ACK)) == TCP_SYN;
    }

    void
    OpenFlow(const Arrival& a)
    {
        const auto& packet = a.packet;
        const bool isTcp = packet.tuple.protocol == IpProtocol::TCP;
        if (packet.tuple.protocol == IpProtocol::ICMP && !packet.isEcho)
        {
            RefuseStray(a, packet.isEchoReply ? Reason::NO_STATE : Reason::UNSUPPORTED);
            return;
        }
        if (isTcp && (packet.flags & (TCP_SYN | TCP_ACK | TCP_RST)) != TCP_SYN)
        {
            RefuseStray(a, Reason::NO_STATE);
            return;
        }
        Flow flow;
        flow.original = flow.translated = packet.tuple;
        flow.from = a.from;
        flow.to = ZoneOf(packet.tuple.destination.address);
        if (policy.nat.enabled && packet.tuple.destination.address == config.externalAddress)
        {
            if (!BindInbound(flow, a))
            {
                return;
            }
        }
        else
        {
            flow.verdict = Judge(policy, flow.original, flow.from, flow.to, nullptr);
            BindOutbound(flow);
        }
        if (NeedsInspection(policy, flow.original, flow.from, flow.to))
        {
            flow.inspector.emplace();
        }
        Pass(Insert(std::move(flow)), Direction::TO_SERVER, a, true);
    }

    /// A packet to the NAT's own address: it goes where its mapping points, if the filter lets it.
    bool
    BindInbound(Flow& flow, const Arrival& a)
    {
        Endpoint internal;
        const auto inbound = a.from == Zone::OUTSIDE ? nat.Accept(a.packet.tuple, internal)
                                                     : NatTable::Inbound::NO_MAPPING;
        if (inbound != NatTable::Inbound::PASSES)
        {
            RefuseStray(
                a, inbound == NatTable::Inbound::FILTERED ? Reason::FILTERED : Reason::NO_MAPPING);
            return false;
        }
        flow.mapping = {a.packet.tuple.protocol, a.packet.tuple.destination.port};
        flow.translated.destination = internal;
        flow.to = ZoneOf(internal.address);
        flow.verdict = {Action::ALLOW, "nat-mapping", Reason::RULE};
        return true;
    }

    void
    BindOutbound(Flow& flow)
    {
        if (flow.verdict.action != Action::ALLOW || !policy.nat.enabled ||
            flow.to != Zone::OUTSIDE || flow.from == Zone::OUTSIDE)
        {
            return;
        }
        const auto port = nat.Open(flow.original);
        if (!port)
        {
            flow.verdict = {policy.refusal, flow.verdict.ruleId, Reason::NO_PORT};
            return;
        }
        flow.mapping = {flow.original.protocol, *port};
        flow.openedMapping = true;
        flow.translated.source = {config.externalAddress, *port};
        if (flow.original.protocol == IpProtocol::ICMP)
        {
            flow.translated.destination.port = *port; // the one identifier of both directions
        }
    }

    Flow&
    Insert(Flow flow)
    {
        if (flows.size() >= std::max<std::size_t>(config.maxFlows, 1))
        {
            ++counters.evicted;
            Remove(expiries.begin()->second);
        }
        flow.id = ++counters.flows;
        const uint64_t id = flow.id;
        byTuple.emplace(flow.original, std::pair(id, Direction::TO_SERVER));
        if (flow.verdict.action == Action::ALLOW)
        {
            byTuple.emplace(flow.translated.Reversed(), std::pair(id, Direction::TO_CLIENT));
        }
        expiries.emplace(flow.expiry, id);
        return flows.emplace(id, std::move(flow)).first->second;
    }

    void
    Remove(uint64_t id)
    {
        const auto found = flows.find(id);
        const Flow& flow = found->second;
        for (const auto& tuple : {flow.original, flow.translated.Reversed()})
        {
            const auto entry = byTuple.find(tuple);
            if (entry != byTuple.end() && entry->second.first == id)
            {
                byTuple.erase(entry);
            }
        }
        if (flow.mapping)
        {
            nat.Close(*flow.mapping, flow.openedMapping ? &flow.original.destination : nullptr);
        }
        expiries.erase({flow.expiry, id});
        flows.erase(found);
    }

    /// A packet of a known flow: look at it, judge again where that told something, forward or refuse.
    void
    Pass(Flow& flow, Direction direction, const Arrival& a, bool isFirst)
    {
        const bool wasAllowed = flow.verdict.action == Action::ALLOW;
        const bool hasChanged = wasAllowed && Inspect(flow, direction, a);
        if (wasAllowed)
        {
            Refresh(flow, direction, a);
        }
        else if (isFirst)
        {
            Touch(flow, a.now + policy.nat.timeouts.tcpTransitory);
        }
        const bool isAllowed = flow.verdict.action == Action::ALLOW;
        if (isFirst || hasChanged || !isAllowed)
        {
            Report(a, flow.verdict, &flow, isFirst);
        }
        if (isAllowed)
        {
            ++counters.allowed;
            Forward(flow, direction, a);
            return;
        }
        ++counters.refused;
        SendRefusal(flow.verdict.action, a);
        if (wasAllowed && !isFirst && flow.verdict.action == Action::RESET &&
            flow.original.protocol == IpProtocol::TCP)
        {
            ResetReceiver(flow, direction, a);
        }
    }

    /// @return true where the verdict is another one now.
    bool
    Inspect(Flow& flow, Direction direction, const Arrival& a)
    {
        if (!flow.inspector || flow.inspector->IsSettled())
        {
            return false;
        }
        if (flow.original.protocol == IpProtocol::TCP)
        {
            flow.inspector->HandleSegment(
                direction, a.packet.sequence, (a.packet.flags & TCP_SYN) != 0, a.Payload());
        }
        else if (flow.original.protocol == IpProtocol::UDP)
        {
            flow.inspector->HandleDatagram(direction, a.Payload());
        }
        const auto& findings = flow.inspector->GetFindings();
        if (findings.generation == flow.generation)
        {
            return false;
        }
        flow.generation = findings.generation;
        Verdict verdict = Judge(policy, flow.original, flow.from, flow.to, &findings);
        const bool hasChanged =
            verdict.action != flow.verdict.action || verdict.ruleId != flow.verdict.ruleId;
        flow.verdict = std::move(verdict);
        return hasChanged;
    }

    void
    Refresh(Flow& flow, Direction direction, const Arrival& a)
    {
        const std::size_t index = Index(direction);
        flow.spoke[index] = true;
        const auto& times = policy.nat.timeouts;
        Duration lifetime = times.other;
        switch (flow.original.protocol)
        {
        case IpProtocol::TCP:
            flow.finished[index] = flow.finished[index] || (a.packet.flags & TCP_FIN) != 0;
            flow.wasReset = flow.wasReset || (a.packet.flags & TCP_RST) != 0;
            lifetime = flow.spoke[1] && !flow.wasReset && !(flow.finished[0] && flow.finished[1])
                           ? times.tcpEstablished
                           : times.tcpTransitory;
            break;
        case IpProtocol::UDP:
            lifetime = times.udp;
            break;
        case IpProtocol::ICMP:
            lifetime = times.icmp;
            break;
        case IpProtocol::ESP:
        case IpProtocol::AH:
        case IpProtocol::ICMPV6:
            break;
        }
        Touch(flow, a.now + lifetime);
    }

    void
    Touch(Flow& flow, TimePoint expiry)
    {
        expiries.erase({flow.expiry, flow.id});
        flow.expiry = expiry;
        expiries.emplace(expiry, flow.id);
    }

    void
    Forward(Flow& flow, Direction direction, const Arrival& a)
    {
        const bool toServer = direction == Direction::TO_SERVER;
        Bytes bytes = a.bytes;
        Rewrite(bytes, a.packet, toServer ? flow.translated : flow.original.Reversed());
        const std::size_t length = a.Payload().Size() + ((a.packet.flags & TCP_SYN) != 0) +
                                   ((a.packet.flags & TCP_FIN) != 0);
        flow.next[Index(direction)] = a.packet.sequence + static_cast<uint32_t>(length);
        transmits.push_back({toServer ? flow.to : flow.from,
                             std::move(bytes),
                             false,
                             TransmitKind::FORWARDED,
                             Duration(0)});
    }

    void
    Generate(Zone to, Bytes packet)
    {
        ++counters.generated;
        transmits.push_back({to, std::move(packet), true, TransmitKind::GENERATED, Duration(0)});
    }

    void
    SendRefusal(Action action, const Arrival& a)
    {
        if (action == Action::DROP || (a.packet.flags & TCP_RST) != 0 || a.packet.isIcmpError)
        {
            return;
        }
        if (action == Action::RESET && a.packet.tuple.protocol == IpProtocol::TCP)
        {
            Generate(a.from, MakeResetFor(a.packet, a.bytes.size()));
            return;
        }
        Generate(a.from,
                 MakeProhibited(config.externalAddress, a.packet.tuple.source.address, a.bytes));
    }

    /// The other side of a connection that is cut: it expects the first byte that was not let through.
    void
    ResetReceiver(const Flow& flow, Direction direction, const Arrival& a)
    {
        const bool toServer = direction == Direction::TO_SERVER;
        const auto tuple = toServer ? flow.translated : flow.original.Reversed();
        Generate(
            toServer ? flow.to : flow.from,
            MakeReset(
                tuple, flow.next[Index(direction)], a.packet.acknowledgement, TCP_RST | TCP_ACK));
    }

    /// A packet without a flow. Nothing is answered to outside: there may be nobody there to protect.
    void
    RefuseStray(const Arrival& a, Reason reason)
    {
        ++counters.refused;
        const Action action =
            a.from == Zone::OUTSIDE || a.packet.isFragment ? Action::DROP : policy.refusal;
        Report(a, {action, "unsolicited", reason}, nullptr, false);
        SendRefusal(action, a);
    }

    void
    Report(const Arrival& a, const Verdict& verdict, const Flow* flow, bool isFirst)
    {
        VerdictEvent event;
        event.at = a.now;
        event.action = verdict.action;
        event.ruleId = verdict.ruleId;
        event.reason = verdict.reason;
        event.flow = flow != nullptr ? flow->original : a.packet.tuple;
        event.from = flow != nullptr ? flow->from : a.from;
        event.to = flow != nullptr ? flow->to : ZoneOf(a.packet.tuple.destination.address);
        event.flowId = flow != nullptr ? flow->id : 0;
        event.firstBytes = a.Payload().Sub(0, 16).ToBytes();
        event.size = a.bytes.size();
        event.firstOfFlow = isFirst;
        events.push_back(std::move(event));
    }

    /// RFC 5508 REQ-4: an ICMP error about a flow's packet goes to whoever sent that packet.
    void
    HandleIcmpError(const Arrival& a)
    {
        const std::size_t quotedAt = a.packet.headerSize + 8;
        const auto quoted = ParseIp(ByteView(a.bytes).Sub(quotedAt), true);
        const auto found =
            quoted && !quoted->isFragment ? byTuple.find(quoted->tuple.Reversed()) : byTuple.end();
        if (found == byTuple.end() || flows.at(found->second.first).verdict.action != Action::ALLOW)
        {
            RefuseStray(a, Reason::NO_STATE);
            return;
        }
        const Flow& flow = flows.at(found->second.first);
        const bool toServer = found->second.second == Direction::TO_SERVER;
        if (a.from != (toServer ? flow.from : flow.to))
        {
            RefuseStray(a, Reason::NO_STATE);
            return;
        }
        const auto leaving = toServer ? flow.translated : flow.original.Reversed();
        Bytes inner = ByteView(a.bytes).Sub(quotedAt).ToBytes();
        Rewrite(inner, *quoted, leaving.Reversed());
        Bytes bytes = a.bytes;
        std::copy(inner.begin(), inner.end(), bytes.begin() + static_cast<long>(quotedAt));
        FiveTuple outer = a.packet.tuple;
        outer.destination.address = leaving.destination.address;
        // A host behind the NAT must not show its own address.
        outer.source.address =
            flow.mapping && toServer ? leaving.source.address : outer.source.address;
        Rewrite(bytes, a.packet, outer);
        const std::size_t sumAt = a.packet.headerSize + 2;
        bytes[sumAt] = bytes[sumAt + 1] = 0;
        const uint16_t sum = Checksum(ByteView(bytes).Sub(a.packet.headerSize));
        bytes[sumAt] = static_cast<uint8_t>(sum >> 8);
        bytes[sumAt + 1] = static_cast<uint8_t>(sum);
        ++counters.allowed;
        transmits.push_back({toServer ? flow.to : flow.from,
                             std::move(bytes),
                             false,
                             TransmitKind::FORWARDED,
                             Duration(0)});
    }
};

Engine::Engine(Policy policy, EngineConfig config, RandomSource& random)
    : m_core(std::make_unique<Core>(std::move(policy), std::move(config), random))
{
}

Engine::~Engine() = default;

void
Engine::HandlePacket(TimePoint now, Zone from, Bytes ipPacket)
{
    m_core->HandlePacket(now, from, std::move(ipPacket));
}

void
Engine::HandleTimeout(TimePoint now)
{
    m_core->HandleTimeout(now);
}

std::optional<TimePoint>
Engine::NextTimeout() const
{
    return m_core->expiries.empty() ? std::nullopt : std::optional(m_core->expiries.begin()->first);
}

std::optional<OutPacket>
Engine::PollTransmit()
{
    if (m_core->transmits.empty())
    {
        return std::nullopt;
    }
    OutPacket packet = std::move(m_core->transmits.front());
    m_core->transmits.pop_front();
    return packet;
}

std::optional<VerdictEvent>
Engine::PollEvent()
{
    if (m_core->events.empty())
    {
        return std::nullopt;
    }
    VerdictEvent event = std::move(m_core->events.front());
    m_core->events.pop_front();
    return event;
}

Counters
Engine::GetCounters() const
{
    return m_core->counters;
}

std::size_t
Engine::GetFlowCount() const
{
    return m_core->flows.size();
}

} // namespace imsfw::engine
