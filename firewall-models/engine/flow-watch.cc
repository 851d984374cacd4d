// SPDX-License-Identifier: GPL-2.0-only
#include "engine/flow-watch.h"

namespace imsfw::engine
{

Verdict
FlowWatch::Handle(const CompiledPolicy& policy,
                  classify::Direction direction,
                  const IpPacket& packet,
                  ByteView payload)
{
    if (packet.tuple.protocol == IpProtocol::TCP)
    {
        m_inspector.HandleSegment(direction, packet.sequence, packet.Has(TCP_SYN), payload);
    }
    else if (packet.tuple.protocol == IpProtocol::UDP)
    {
        m_inspector.HandleDatagram(direction, payload);
    }
    const auto& findings = m_inspector.GetFindings();
    if (findings.generation != m_generation)
    {
        m_generation = findings.generation;
        m_verdict = policy.Judge(m_opening.base, m_opening.conditional, findings);
    }
    return m_verdict;
}

bool
FlowWatch::IsSettled() const
{
    return m_inspector.IsSettled();
}

} // namespace imsfw::engine
