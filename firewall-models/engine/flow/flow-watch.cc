// SPDX-License-Identifier: GPL-2.0-only
#include "engine/flow/flow-watch.h"

#include "engine/flow/tcp-state.h"

#include <algorithm>

namespace imsfw::engine
{

using classify::Direction;

FlowWatch::FlowWatch(const CompiledPolicy& policy,
                     Start start,
                     classify::RecogniserFactory* recognisers)
    : m_policy(policy),
      m_opening(std::move(start.opening)),
      m_since(start.now),
      m_weekTime(start.weekTime),
      m_isDecrypted(start.isDecrypted),
      m_taggers(std::move(start.taggers)),
      m_verdict(start.verdict)
{
    const Ip4Tuple& flow = m_opening.header.flow;
    const bool hasPorts = flow.protocol == IpProtocol::TCP || flow.protocol == IpProtocol::UDP;
    for (const RuleNumber number : m_opening.conditional)
    {
        const bool asks = policy.RuleOf(number)->recognised.IsAsked();
        if (asks && hasPorts && recognisers != nullptr && !m_recogniser)
        {
            m_recogniser = recognisers->Make(flow.ToFiveTuple());
        }
        m_hasPatterns = m_hasPatterns || !policy.RuleOf(number)->payload.empty();
        const MeterCondition& meter = policy.RuleOf(number)->meter;
        m_hasMeters = m_hasMeters || meter.IsMeasured();
        m_asksState = m_asksState || meter.state;
    }
}

Verdict
FlowWatch::Handle(Direction direction, const Arrival& arrival)
{
    m_bytes += arrival.bytes.size();
    m_rate.Add(arrival.now, arrival.bytes.size());
    const bool isFirstAnswer = direction == Direction::TO_CLIENT && !m_isAnswered;
    m_isAnswered = m_isAnswered || isFirstAnswer;
    const std::size_t before = m_matched.size();
    if (m_hasPatterns)
    {
        LookForPatterns(direction, arrival);
    }
    Inspect(direction, arrival);
    const bool isNamedAnew = Recognise(direction, arrival);
    const auto& findings = m_inspector.GetFindings();
    if (findings.generation != m_generation || m_matched.size() != before || m_hasMeters ||
        isNamedAnew || (m_asksState && isFirstAnswer))
    {
        m_generation = findings.generation;
        m_verdict =
            m_policy.Judge(m_opening.base, m_opening.conditional, Facts(arrival.now, m_taggers));
    }
    return m_verdict;
}

FlowFacts
FlowWatch::Facts(TimePoint now, std::vector<RuleNumber>& taggers) const
{
    return {m_inspector.GetFindings(),
            m_bytes,
            now - m_since,
            m_matched,
            m_recogniser.get(),
            m_rate.BitsPerSecond(now),
            m_weekTime,
            &taggers,
            m_isAnswered,
            m_isDecrypted};
}

bool
FlowWatch::HasHttpRequest() const
{
    return m_inspector.GetFindings().httpRequest.has_value();
}

Explanation
FlowWatch::Explain(TimePoint now) const
{
    std::vector<RuleNumber> taggers = m_taggers;
    return m_policy.Explain(m_opening, Facts(now, taggers));
}

void
FlowWatch::Inspect(Direction direction, const Arrival& arrival)
{
    const auto& packet = arrival.packet;
    if (packet.tuple.protocol == IpProtocol::TCP)
    {
        m_inspector.HandleSegment(
            direction, packet.sequence, packet.Has(TCP_SYN), arrival.Payload());
    }
    else if (packet.tuple.protocol == IpProtocol::UDP)
    {
        m_inspector.HandleDatagram(direction, arrival.Payload());
    }
}

bool
FlowWatch::Recognise(Direction direction, const Arrival& arrival)
{
    if (!m_recogniser || m_recogniser->IsSettled())
    {
        return false;
    }
    const auto& packet = arrival.packet;
    classify::FlowPacket shown;
    shown.at = arrival.now;
    shown.direction = direction;
    shown.payload = arrival.Payload();
    shown.sequence = packet.sequence;
    shown.acknowledgement = packet.acknowledgement;
    shown.tcpFlags = packet.flags;
    const uint32_t before = m_recogniser->GetVerdict().generation;
    m_recogniser->Handle(shown);
    return m_recogniser->GetVerdict().generation != before || m_recogniser->IsSettled();
}

ByteView
FlowWatch::Extend(Direction direction, const Arrival& arrival)
{
    const ByteView payload = arrival.Payload();
    const auto& packet = arrival.packet;
    if (packet.tuple.protocol != IpProtocol::TCP)
    {
        return payload.Sub(0, PayloadPattern::PREFIX);
    }
    Beginning& beginning = m_beginnings[Index(direction)];
    const uint32_t start = packet.sequence + packet.Has(TCP_SYN);
    if (start == beginning.next.value_or(start))
    {
        const std::size_t room = PayloadPattern::PREFIX - beginning.bytes.size();
        Append(beginning.bytes, payload.Sub(0, room));
        beginning.next = start + static_cast<uint32_t>(payload.Size());
    }
    return beginning.bytes;
}

void
FlowWatch::LookForPatterns(Direction direction, const Arrival& arrival)
{
    const ByteView text = Extend(direction, arrival);
    const auto isSeen = [&](const PayloadPattern& pattern)
    {
        const bool counts = direction == Direction::TO_SERVER ? pattern.toServer : pattern.toClient;
        return counts && pattern.IsIn(text);
    };
    for (const RuleNumber number : m_opening.conditional)
    {
        const auto& patterns = m_policy.RuleOf(number)->payload;
        const bool isKnown = std::count(m_matched.begin(), m_matched.end(), number) > 0;
        if (!isKnown && std::any_of(patterns.begin(), patterns.end(), isSeen))
        {
            m_matched.push_back(number);
        }
    }
}

bool
FlowWatch::IsSettled() const
{
    return !m_hasMeters && (!m_asksState || m_isAnswered) && !m_hasPatterns &&
           m_inspector.IsSettled() && (!m_recogniser || m_recogniser->IsSettled());
}

} // namespace imsfw::engine
