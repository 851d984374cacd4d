// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// How a refusal looks on the wire: silence, a TCP RST or an ICMP error, to whom, and when none may be sent.
#pragma once

#include "engine/outbox.h"

namespace imsfw::engine
{

class Refuser
{
  public:
    /// @param externalAddress the source of ICMP errors
    Refuser(uint32_t externalAddress, Outbox& outbox);

    /// Refuse a packet that belongs to no flow: answered as @p action says, but never to outside, where nobody is to be
    /// helped, and never a fragment.
    /// @param to where it wanted to go
    void RefuseStray(const Arrival& arrival, Action action, Reason reason, Zone to);

    /// Answer the sender of a packet that @p flow's verdict refuses.
    void Answer(const Flow& flow, const Arrival& arrival);

    /// Tell the other side of a connection that has just been cut: it gets the RST that it would take for its peer's.
    void ResetReceiver(const Flow& flow, classify::Direction direction, const Arrival& arrival);

  private:
    void Send(Action action, const Arrival& arrival);

    uint32_t m_externalAddress;
    Outbox& m_outbox;
};

} // namespace imsfw::engine
