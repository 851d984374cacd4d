// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Where the parts of the engine put what is to be sent and told: transmits, verdict events, counters.
#pragma once

#include "engine/flow/flow.h"
#include "engine/flow/ring-queue.h"
#include "engine/output/out-packet.h"
#include "engine/packet/arrival.h"

namespace imsfw::engine
{

class Outbox
{
  public:
    /// @param policy knows the names of rules; must outlive this object
    explicit Outbox(const CompiledPolicy& policy) : m_policy(policy)
    {
    }

    void Forward(Zone to, Bytes packet, Duration delay = Duration(0));
    /// Send a packet of the engine's own.
    void Generate(Zone to, Bytes packet);

    /// Tell of a verdict on a packet of @p flow.
    /// @param explanation of a verdict that fell with this packet; may be null
    void Report(const Arrival& arrival,
                const Flow& flow,
                uint64_t flowId,
                bool isFirst,
                std::shared_ptr<const Explanation> explanation);
    /// Tell of a verdict on a packet that belongs to no flow.
    /// @param to where it wanted to go
    void ReportStray(const Arrival& arrival, const Verdict& verdict, Zone to);

    std::optional<OutPacket>
    PollTransmit()
    {
        return m_transmits.Pop();
    }

    std::optional<VerdictEvent>
    PollEvent()
    {
        return m_events.Pop();
    }

    Counters counters;

  private:
    VerdictEvent MakeEvent(const Arrival& arrival, const Verdict& verdict) const;

    const CompiledPolicy& m_policy;
    RingQueue<OutPacket> m_transmits;
    RingQueue<VerdictEvent> m_events;
};

} // namespace imsfw::engine
