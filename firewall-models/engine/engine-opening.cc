// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The engine's way of a flow's first packet: rules, NAT, and a place in the table.
#include "engine/engine-core.h"

#include <utility>

namespace imsfw::engine
{

using classify::Direction;

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

std::optional<WholeFlow>
Engine::Core::MakeFlow(const Arrival& arrival)
{
    const auto& packet = arrival.packet;
    if (packet.tuple.protocol == IpProtocol::ICMP && packet.icmp != IcmpKind::QUERY)
    {
        const bool isReply = packet.icmp == IcmpKind::REPLY;
        RefuseStray(arrival, isReply ? Reason::NO_STATE : Reason::UNSUPPORTED);
        return std::nullopt;
    }
    if (packet.tuple.protocol == IpProtocol::TCP && !packet.IsFirstSyn())
    {
        RefuseStray(arrival, Reason::NO_STATE);
        return std::nullopt;
    }
    WholeFlow flow;
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
Engine::Core::Judge(WholeFlow& flow,
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
Engine::Core::JudgeConditions(WholeFlow& flow, CompiledPolicy::Opening opening, TimePoint now)
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
        flow.details.watch =
            std::make_unique<FlowWatch>(m_policy, std::move(start), m_recognisers.get());
        flow.isWatched = true;
    }
}

void
Engine::Core::BindOutbound(WholeFlow& flow)
{
    if (m_policy.Get().nat.enabled && flow.IsAllowed() && !m_nat.BindOutbound(flow))
    {
        RefuseForLackOfPorts(flow);
    }
}

NatTable::Inbound
Engine::Core::BindInbound(WholeFlow& flow, TimePoint now)
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
Engine::Core::BindHairpin(WholeFlow& flow, TimePoint now)
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
Engine::Core::RefuseForLackOfPorts(WholeFlow& flow)
{
    flow.verdict = {m_policy.Get().refusal, Reason::NO_PORT, flow.verdict.rule};
    flow.details.watch.reset();
    flow.isWatched = false;
}

Flow&
Engine::Core::Remember(WholeFlow flow)
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

} // namespace imsfw::engine
