// SPDX-License-Identifier: GPL-2.0-only
#include "engine/output/outbox.h"

namespace imsfw::engine
{

namespace
{

constexpr std::size_t SHOWN = 16; ///< bytes of a packet's payload that an event shows

} // namespace

VerdictEvent
Outbox::MakeEvent(const Arrival& arrival, const Verdict& verdict) const
{
    VerdictEvent event;
    event.at = arrival.now;
    event.action = verdict.action;
    event.ruleId = m_policy.NameOf(verdict.rule);
    event.reason = verdict.reason;
    event.firstBytes = arrival.Payload().Sub(0, SHOWN).ToBytes();
    event.size = arrival.bytes.size();
    return event;
}

void
Outbox::Forward(Zone to, Bytes packet, Duration delay)
{
    ++counters.allowed;
    m_transmits.Push({to, std::move(packet), TransmitKind::FORWARDED, delay});
}

void
Outbox::Generate(Zone to, Bytes packet)
{
    ++counters.generated;
    m_transmits.Push({to, std::move(packet), TransmitKind::GENERATED, Duration(0)});
}

void
Outbox::Report(const Arrival& arrival,
               const Flow& flow,
               uint64_t flowId,
               bool isFirst,
               std::shared_ptr<const Explanation> explanation)
{
    VerdictEvent event = MakeEvent(arrival, flow.verdict);
    event.flow = flow.original.ToFiveTuple();
    event.from = flow.from;
    event.to = flow.to;
    event.flowId = flowId;
    event.firstOfFlow = isFirst;
    event.explanation = std::move(explanation);
    m_events.Push(std::move(event));
}

void
Outbox::ReportStray(const Arrival& arrival, const Verdict& verdict, Zone to)
{
    VerdictEvent event = MakeEvent(arrival, verdict);
    event.flow = arrival.packet.tuple.ToFiveTuple();
    event.from = arrival.from;
    event.to = to;
    m_events.Push(std::move(event));
}

} // namespace imsfw::engine
