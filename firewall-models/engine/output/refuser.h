// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// How a refusal looks on the wire: silence, a TCP RST or an ICMP error, to whom, and when none may be sent.
#pragma once

#include "engine/output/outbox.h"

namespace imsfw::engine
{

class Refuser
{
  public:
    /// @param policy and @p outbox must outlive this object
    /// @param externalAddress the source of ICMP errors
    Refuser(const CompiledPolicy& policy, uint32_t externalAddress, Outbox& outbox);

    /// Refuse a packet that belongs to no flow: answered as @p action says, but never to outside, where nobody is to be
    /// helped, and never a fragment.
    /// @param to where it wanted to go
    void RefuseStray(const Arrival& arrival, Action action, Reason reason, Zone to);

    /// Answer the sender of a packet that @p flow's verdict refuses.
    void Answer(const Flow& flow, classify::Direction direction, const Arrival& arrival);

    /// Tell the other side of a connection that has just been cut: it gets the RST that it would take for its peer's.
    void ResetReceiver(const Flow& flow, classify::Direction direction, const Arrival& arrival);

  private:
    /// Show the page for a request, and help the client's closing along.
    void AnswerWithPage(const Arrival& arrival);
    void Send(Action action, uint8_t icmpCode, const Arrival& arrival);
    /// @return whether the rule behind the verdict tells this end of a connection.
    bool Tells(const Flow& flow, ResetSide side) const;

    const CompiledPolicy& m_policy;
    uint32_t m_externalAddress;
    Outbox& m_outbox;
};

} // namespace imsfw::engine
