// SPDX-License-Identifier: GPL-2.0-only
#include "engine/output/refuser.h"

#include "engine/output/refusal-packets.h"

namespace imsfw::engine
{

Refuser::Refuser(const CompiledPolicy& policy, uint32_t externalAddress, Outbox& outbox)
    : m_policy(policy), m_externalAddress(externalAddress), m_outbox(outbox)
{
}

void
Refuser::RefuseStray(const Arrival& arrival, Action action, Reason reason, Zone to)
{
    const bool isSilent = arrival.from == Zone::OUTSIDE || arrival.packet.isFragment;
    const Verdict verdict{isSilent ? Action::DROP : action, reason, UNSOLICITED};
    ++m_outbox.counters.refused;
    m_outbox.ReportStray(arrival, verdict, to);
    Send(verdict.action, Rule{}.icmpCode, arrival);
}

bool
Refuser::Tells(const Flow& flow, ResetSide side) const
{
    const Rule* rule = m_policy.RuleOf(flow.verdict.rule);
    return rule == nullptr || rule->resetSide == ResetSide::BOTH || rule->resetSide == side;
}

void
Refuser::Answer(const Flow& flow, classify::Direction direction, const Arrival& arrival)
{
    const bool isClient = direction == classify::Direction::TO_SERVER;
    if (flow.verdict.action == Action::HTTP_403 && flow.showsPage && isClient)
    {
        AnswerWithPage(arrival);
        return;
    }
    if (flow.verdict.action == Action::RESET &&
        !Tells(flow, isClient ? ResetSide::CLIENT : ResetSide::SERVER))
    {
        return;
    }
    const Rule* rule = m_policy.RuleOf(flow.verdict.rule);
    Send(flow.verdict.action, rule != nullptr ? rule->icmpCode : Rule{}.icmpCode, arrival);
}

void
Refuser::AnswerWithPage(const Arrival& arrival)
{
    const auto& packet = arrival.packet;
    if (packet.Has(TCP_RST))
    {
        return;
    }
    if (!arrival.Payload().IsEmpty()) // the request, or a copy of it because the page was lost
    {
        m_outbox.Generate(arrival.from, MakeForbiddenPage(packet, arrival.bytes.size()));
    }
    else if (packet.Has(TCP_FIN))
    {
        m_outbox.Generate(arrival.from, MakeAcknowledgement(packet, arrival.bytes.size()));
    }
}

void
Refuser::Send(Action action, uint8_t icmpCode, const Arrival& arrival)
{
    const auto& packet = arrival.packet;
    // RFC 9293 3.5.2: no RST answers an RST. RFC 1122 3.2.2: no ICMP error is about an ICMP error.
    if (action == Action::DROP || packet.Has(TCP_RST) || packet.icmp == IcmpKind::ERROR)
    {
        return;
    }
    const bool isReset = action == Action::RESET || action == Action::HTTP_403;
    if (isReset && packet.tuple.protocol == IpProtocol::TCP)
    {
        m_outbox.Generate(arrival.from, MakeResetFor(packet, arrival.bytes.size()));
        return;
    }
    m_outbox.Generate(
        arrival.from,
        MakeUnreachable(m_externalAddress, packet.tuple.source, icmpCode, arrival.bytes));
}

void
Refuser::ResetReceiver(const Flow& flow, classify::Direction direction, const Arrival& arrival)
{
    const bool isServer = direction == classify::Direction::TO_SERVER;
    if (!Tells(flow, isServer ? ResetSide::SERVER : ResetSide::CLIENT))
    {
        return;
    }
    // It expects the first byte that was not let through.
    m_outbox.Generate(flow.Target(direction),
                      MakeReset(flow.Leaving(direction),
                                flow.next[Index(direction)],
                                arrival.packet.acknowledgement,
                                TCP_RST | TCP_ACK));
}

} // namespace imsfw::engine
