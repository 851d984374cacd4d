// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// STUN as the keep-alive of a SIP flow over UDP (RFC 5626 4.4.2 and 5.4): the flow has failed where no answer comes, and
/// where the answer says that the NAT has given it another address.
#pragma once

#include "base/address.h"
#include "base/random.h"
#include "base/stream-layer.h"
#include "ims-turn-binding-client.h"

#include <optional>

namespace imsfw::sip
{

/// The UE's side.
class StunKeepAlive
{
  public:
    /// @param random outlives this
    explicit StunKeepAlive(RandomSource& random);

    /// Ask again; nothing happens while an answer is awaited.
    void Send(TimePoint now);

    /// @return whether the datagram was the answer awaited; others are SIP's.
    bool HandleInput(TimePoint now, ByteView datagram);
    void HandleTimeout(TimePoint now);
    std::optional<Bytes> PollTransmit();
    std::optional<TimePoint> NextTimeout() const;

    /// @return why the flow has failed: "no-stun-answer" or "mapped-address-changed"; given out once.
    std::optional<StreamFailure> PollFailure();

    /// @return whether any answer has come.
    bool
    IsAnswered() const
    {
        return m_mapped.has_value();
    }

  private:
    void TakeEvents();

    stun::BindingClient m_client;
    std::optional<Endpoint> m_mapped;
    std::optional<StreamFailure> m_failure;
};

/// The proxy's side: STUN and SIP share the port, and tell each other apart by the first two bits (RFC 5626 5.4).
/// @return the answer to a Binding request from @p from; nothing for all else that is STUN.
std::optional<Bytes> AnswerStun(const Endpoint& from, ByteView datagram);

/// @return whether a datagram is meant to be STUN: its first two bits are zero, as in no SIP message.
bool LooksLikeStun(ByteView datagram);

} // namespace imsfw::sip
