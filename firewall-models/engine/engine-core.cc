// SPDX-License-Identifier: GPL-2.0-only
#include "engine/engine-core.h"

#include "classify/probe-recogniser.h"
#include "engine/packet/packet-rewriter.h"

#include <algorithm>
#include <utility>

namespace imsfw::engine
{

using classify::Direction;

namespace
{

/// @return true where a packet is of the kind that may travel in this direction of a flow with its addresses.
bool
FitsDirection(const IpPacket& packet, Direction direction)
{
    // The identifier alone does not tell an echo from its reply.
    return packet.tuple.protocol != IpProtocol::ICMP ||
           packet.icmp == (direction == Direction::TO_SERVER ? IcmpKind::QUERY : IcmpKind::REPLY);
}

bool
IsFirstSyn(const IpPacket& packet)
{
    return (packet.flags & (TCP_SYN | TCP_ACK | TCP_RST)) == TCP_SYN;
}

/// @return true where a SYN begins another connection on the addresses of one that is over.
bool
IsReopened(const Flow& flow, const IpPacket& packet)
{
    return packet.tuple.protocol == IpProtocol::TCP && packet.tuple == flow.original &&
           IsFirstSyn(packet) && (flow.wasCut || (flow.IsAllowed() && flow.tcp.IsOver()));
}

} // namespace

namespace
{

/// @return who names flows: our own probes, or what the program brought; null where it brought nothing fitting.
std::shared_ptr<classify::RecogniserFactory>
ChooseRecognisers(const Policy& policy, const EngineConfig& config)
{
    const bool isOther = policy.recogniser != Policy{}.recogniser;
    if (!isOther)
    {
        return std::make_shared<classify::ProbeRecogniserFactory>();
    }
    const bool fits = config.recogniser && config.recogniser->GetName() == policy.recogniser;
    return fits ? config.recogniser : nullptr;
}

} // namespace

std::string
FindConfigProblem(const Policy& policy, const EngineConfig& config)
{
    const auto recognisers = ChooseRecognisers(policy, config);
    if (!recognisers)
    {
        return "policy " + policy.id + " needs the recogniser \"" + policy.recogniser +
               "\", which is not there";
    }
    for (const Rule& rule : policy.rules)
    {
        const auto problem = classify::FindUnknownName(rule.recognised, *recognisers);
        if (!problem.empty())
        {
            return "policy " + policy.id + ", rule " + rule.id + ": " + problem;
        }
    }
    return {};
}

Engine::Core::Core(Policy policy, EngineConfig config, RandomSource& random)
    : m_policy(std::move(policy)),
      m_recognisers(ChooseRecognisers(m_policy.Get(), config)),
      m_external(config.externalAddress.ToV4()),
      m_zones(std::move(config.inside), std::move(config.dmz)),
      m_nat(m_policy.Get().nat, m_external, random),
      m_flows(config.maxFlows),
      m_outbox(m_policy),
      m_refuser(m_policy, m_external, m_outbox),
      m_explains(config.explains),
      m_weekStart(config.weekStart)
{
}

void
Engine::Core::HandlePacket(TimePoint now, Zone from, Bytes bytes)
{
    HandleTimeout(now);
    const auto packet = ParseIp(bytes);
    if (!packet)
    {
        ++m_outbox.counters.malformed;
        return;
    }
    Arrival arrival{now, from, *packet, std::move(bytes)};
    if (packet->isFragment)
    {
        ++m_outbox.counters.fragments;
        RefuseStray(arrival, Reason::FRAGMENT);
        return;
    }
    if (packet->icmp == IcmpKind::ERROR)
    {
        HandleIcmpError(arrival);
        return;
    }
    auto found = m_flows.Find(packet->tuple);
    if (found.flow != nullptr && IsReopened(*found.flow, *packet))
    {
        Forget(*found.flow);
        found.flow = nullptr;
    }
    if (found.flow == nullptr)
    {
        OpenFlow(arrival);
        return;
    }
    if (from != found.flow->Origin(found.direction) || !FitsDirection(*packet, found.direction))
    {
        RefuseStray(arrival, Reason::NO_STATE);
        return;
    }
    Pass(*found.flow, found.direction, arrival, false);
}

void
Engine::Core::HandleTimeout(TimePoint now)
{
    while (const auto flow = m_flows.TakeExpired(now))
    {
        ++m_outbox.counters.expired;
        m_nat.Release(*flow);
    }
}

void
Engine::Core::HandleIcmpError(Arrival& arrival)
{
    const auto subject = FindSubject(m_flows, arrival);
    if (!subject)
    {
        RefuseStray(arrival, Reason::NO_STATE);
        return;
    }
    TranslateIcmpError(arrival, *subject);
    m_outbox.Forward(subject->flow->Target(subject->direction), std::move(arrival.bytes));
}

void
Engine::Core::RefuseStray(const Arrival& arrival, Reason reason)
{
    const auto to = m_zones.Find(IpAddress::V4(arrival.packet.tuple.destination));
    m_refuser.RefuseStray(arrival, m_policy.Get().refusal, reason, to);
}

void
Engine::Core::OpenFlow(Arrival& arrival)
{
    m_explanation.reset();
    auto flow = MakeFlow(arrival);
    if (flow)
    {
        flow->expiry = arrival.now + LifetimeOf(*flow);
        Pass(Remember(std::move(*flow)), Direction::TO_SERVER, arrival, true);
    }
}

std::optional<Flow>
Engine::Core::MakeFlow(const Arrival& arrival)
{
    const auto& packet = arrival.packet;
    if (packet.tuple.protocol == IpProtocol::ICMP && packet.icmp != IcmpKind::QUERY)
    {
        const bool isReply = packet.icmp == IcmpKind::REPLY;
        RefuseStray(arrival, isReply ? Reason::NO_STATE : Reason::UNSUPPORTED);
        return std::nullopt;
    }
    if (packet.tuple.protocol == IpProtocol::TCP && !IsFirstSyn(packet))
    {
        RefuseStray(arrival, Reason::NO_STATE);
        return std::nullopt;
    }
    Flow flow;
    flow.original = flow.translated = packet.tuple;
    flow.from = arrival.from;
    if (m_nat.IsToExternal(packet.tuple))
    {
        const auto inbound = arrival.from == Zone::OUTSIDE ? BindInbound(flow, arrival.now)
                                                           : BindHairpin(flow, arrival.now);
        if (inbound != NatTable::Inbound::PASSES)
        {
            const bool isFiltered = inbound == NatTable::Inbound::FILTERED;
            RefuseStray(arrival, isFiltered ? Reason::FILTERED : Reason::NO_MAPPING);
            return std::nullopt;
        }
        return flow;
    }
    flow.to = m_zones.Find(IpAddress::V4(packet.tuple.destination));
    Judge(flow, packet.tuple, flow.to, arrival.now);
    if (flow.to == Zone::OUTSIDE && flow.from != Zone::OUTSIDE)
    {
        BindOutbound(flow);
    }
    return flow;
}

void
Engine::Core::Judge(Flow& flow,
                    const Ip4Tuple& asSeen,
                    Zone to,
                    TimePoint now,
                    const std::optional<Verdict>& fallback)
{
    auto opening = m_policy.Open(asSeen, flow.from, to);
    if (fallback && opening.base.reason == Reason::DEFAULT)
    {
        opening.base = *fallback;
    }
    flow.verdict = opening.base;
    if (m_explains || !opening.conditional.empty())
    {
        JudgeConditions(flow, std::move(opening), now);
    }
}

void
Engine::Core::JudgeConditions(Flow& flow, CompiledPolicy::Opening opening, TimePoint now)
{
    const classify::Findings none;
    const std::vector<RuleNumber> noPatterns;
    FlowWatch::Start start;
    start.now = now;
    start.weekTime = m_weekStart + now.time_since_epoch();
    const FlowFacts facts{
        none, 0, Duration(0), noPatterns, nullptr, 0, start.weekTime, &start.taggers};
    flow.verdict = m_policy.Judge(opening.base, opening.conditional, facts);
    if (m_explains)
    {
        m_explanation = std::make_shared<Explanation>(m_policy.Explain(opening, facts));
    }
    if (flow.IsAllowed() && !opening.conditional.empty())
    {
        start.opening = std::move(opening);
        start.verdict = flow.verdict;
        flow.watch = std::make_unique<FlowWatch>(m_policy, std::move(start), m_recognisers.get());
    }
}

void
Engine::Core::BindOutbound(Flow& flow)
{
    if (m_policy.Get().nat.enabled && flow.IsAllowed() && !m_nat.BindOutbound(flow))
    {
        RefuseForLackOfPorts(flow);
    }
}

NatTable::Inbound
Engine::Core::BindInbound(Flow& flow, TimePoint now)
{
    const auto inbound = m_nat.BindInbound(flow);
    if (inbound != NatTable::Inbound::PASSES)
    {
        return inbound;
    }
    flow.to = m_zones.Find(IpAddress::V4(flow.translated.destination));
    // As in a packet filter that stands behind the NAT, rules see where the packet really goes. A mapping that lets it
    // in stands for the answer that the policy's default would refuse.
    Judge(flow, flow.translated, flow.to, now, Verdict{Action::ALLOW, Reason::RULE, NAT_MAPPING});
    if (!flow.IsAllowed())
    {
        m_nat.Unbind(flow);
    }
    return inbound;
}

NatTable::Inbound
Engine::Core::BindHairpin(Flow& flow, TimePoint now)
{
    // ICMP identifiers belong to the source alone, so no echo request can name another host's mapping.
    if (!m_policy.Get().nat.hairpinning || flow.original.protocol == IpProtocol::ICMP)
    {
        return NatTable::Inbound::NO_MAPPING;
    }
    flow.to = Zone::OUTSIDE; // as the sender means it
    Judge(flow, flow.original, flow.to, now);
    if (!flow.IsAllowed())
    {
        return NatTable::Inbound::PASSES; // to be refused as any other flow of this verdict
    }
    if (!m_nat.BindOutbound(flow))
    {
        RefuseForLackOfPorts(flow);
        return NatTable::Inbound::PASSES;
    }
    const auto inbound = m_nat.BindInbound(flow);
    if (inbound == NatTable::Inbound::PASSES)
    {
        flow.to = m_zones.Find(IpAddress::V4(flow.translated.destination));
        return inbound;
    }
    m_nat.Unbind(flow);
    return inbound;
}

void
Engine::Core::RefuseForLackOfPorts(Flow& flow)
{
    flow.verdict = {m_policy.Get().refusal, Reason::NO_PORT, flow.verdict.rule};
    flow.watch.reset();
}

Flow&
Engine::Core::Remember(Flow flow)
{
    // A refused flow is remembered for its opener's packets; it must not swallow the answers to this one.
    const auto other = m_flows.Find(flow.translated.Reversed());
    if (flow.IsAllowed() && other.flow != nullptr)
    {
        Forget(*other.flow);
    }
    if (m_flows.IsFull())
    {
        ++m_outbox.counters.evicted;
        m_nat.Release(m_flows.TakeNearestToExpiry());
    }
    return m_flows.Insert(std::move(flow));
}

void
Engine::Core::Forget(Flow& flow)
{
    m_nat.Release(m_flows.Take(flow));
}

void
Engine::Core::Pass(Flow& flow, Direction direction, Arrival& arrival, bool isFirst)
{
    const bool wasAllowed = flow.IsAllowed();
    const bool hasChanged = wasAllowed && Inspect(flow, direction, arrival);
    if (isFirst || hasChanged || !flow.IsAllowed())
    {
        m_outbox.Report(arrival, flow, isFirst, std::exchange(m_explanation, nullptr));
    }
    if (flow.IsAllowed())
    {
        Refresh(flow, direction, arrival);
        Forward(flow, direction, arrival);
        return;
    }
    ++m_outbox.counters.refused;
    if (wasAllowed && flow.watch)
    {
        flow.showsPage = direction == Direction::TO_SERVER && flow.watch->HasHttpRequest();
    }
    m_refuser.Answer(flow, direction, arrival);
    if (wasAllowed)
    {
        Cut(flow, direction, arrival, isFirst);
    }
}

bool
Engine::Core::Inspect(Flow& flow, Direction direction, const Arrival& arrival)
{
    if (!flow.watch)
    {
        return false;
    }
    ++m_outbox.counters.inspected;
    m_outbox.counters.inspectedBytes += arrival.Payload().Size();
    const Verdict verdict = flow.watch->Handle(direction, arrival);
    const bool hasChanged = verdict != flow.verdict;
    if (m_explains && (hasChanged || m_explanation != nullptr))
    {
        m_explanation = std::make_shared<Explanation>(flow.watch->Explain(arrival.now));
    }
    flow.verdict = verdict;
    if (flow.IsAllowed() && flow.watch->IsSettled()) // else the refusal still asks it
    {
        flow.watch.reset();
    }
    return hasChanged;
}

void
Engine::Core::Cut(Flow& flow, Direction direction, const Arrival& arrival, bool isFirst)
{
    flow.wasCut = true;
    flow.watch.reset();
    m_flows.SetExpiry(flow, arrival.now + m_policy.Get().nat.timeouts.tcpTransitory);
    const bool isTcp = flow.original.protocol == IpProtocol::TCP;
    const bool isReset =
        flow.verdict.action == Action::RESET || flow.verdict.action == Action::HTTP_403;
    if (isTcp && !isFirst && isReset)
    {
        m_refuser.ResetReceiver(flow, direction, arrival);
    }
}

void
Engine::Core::Refresh(Flow& flow, Direction direction, const Arrival& arrival)
{
    const auto& packet = arrival.packet;
    if (packet.tuple.protocol == IpProtocol::TCP)
    {
        flow.tcp.Handle(direction, packet.flags);
        uint32_t& next = flow.next[Index(direction)];
        const uint32_t end = packet.sequence + packet.SegmentLength(arrival.bytes.size());
        if (packet.Has(TCP_SYN) || static_cast<int32_t>(end - next) > 0)
        {
            next = end;
        }
    }
    const auto& nat = m_policy.Get().nat;
    const bool isInboundUdp =
        packet.tuple.protocol == IpProtocol::UDP && arrival.from == Zone::OUTSIDE;
    if (!isInboundUdp || nat.inboundRefresh)
    {
        m_flows.SetExpiry(flow, arrival.now + LifetimeOf(flow));
    }
}

Duration
Engine::Core::LifetimeOf(const Flow& flow) const
{
    const auto& times = m_policy.Get().nat.timeouts;
    if (!flow.IsAllowed())
    {
        return times.tcpTransitory;
    }
    switch (flow.original.protocol)
    {
    case IpProtocol::TCP:
        return flow.tcp.IsEstablished() ? times.tcpEstablished : times.tcpTransitory;
    case IpProtocol::UDP:
        return times.udp;
    case IpProtocol::ICMP:
        return times.icmp;
    case IpProtocol::ESP:
    case IpProtocol::AH:
    case IpProtocol::ICMPV6:
        break;
    }
    return times.other;
}

bool
Engine::Core::Shape(Flow& flow, const Arrival& arrival, Duration& delay) const
{
    const Rule* rule = m_policy.RuleOf(flow.verdict.rule);
    if (rule == nullptr)
    {
        return true;
    }
    delay = rule->delay;
    if (!rule->bitsPerSecond)
    {
        return true;
    }
    constexpr Duration LONGEST_QUEUE = std::chrono::seconds(1);
    const TimePoint start = std::max(flow.sendsUntil, arrival.now);
    if (start - arrival.now > LONGEST_QUEUE)
    {
        return false;
    }
    const uint64_t bits = 8 * arrival.bytes.size();
    flow.sendsUntil = start + Duration(bits * 1'000'000'000 / *rule->bitsPerSecond);
    delay += flow.sendsUntil - arrival.now;
    return true;
}

void
Engine::Core::Forward(Flow& flow, Direction direction, Arrival& arrival)
{
    Duration delay(0);
    if (m_policy.HasShaping() && !Shape(flow, arrival, delay))
    {
        ++m_outbox.counters.throttled;
        return;
    }
    Rewrite(arrival.bytes, arrival.packet, flow.Leaving(direction));
    m_outbox.Forward(flow.Target(direction), std::move(arrival.bytes), delay);
}

} // namespace imsfw::engine
