// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// A callee's reliable provisional response (RFC 3262 3): repeated until its PRACK is there. One at a time, as 3 allows.
#pragma once

#include "base/time.h"
#include "ims-sip-message.h"
#include "ims-sip-timers.h"

#include <cstdint>
#include <optional>

namespace imsfw::sip
{

class ReliableProvisional
{
  public:
    enum class Action
    {
        NOTHING,
        REPEAT,  ///< send Response() once more
        GIVE_UP, ///< no PRACK in 64*T1: refuse the INVITE with a 5xx
    };

    /// Make @p response reliable (Require, RSeq) and begin to wait.
    /// @param number the RSeq, within [1, 2**31-1]. @param inviteNumber the CSeq of the INVITE.
    void Start(TimePoint now,
               SipMessage response,
               uint32_t number,
               uint32_t inviteNumber,
               const SipTimers& timers);

    /// @return whether @p prack is the one that was waited for; the waiting is over then.
    bool TakePrack(const SipMessage& prack);

    bool
    IsPending() const
    {
        return m_response.has_value();
    }

    /// @pre IsPending()
    const SipMessage&
    Response() const
    {
        return *m_response;
    }

    Action HandleTimeout(TimePoint now);
    std::optional<TimePoint> NextTimeout() const;
    void Stop();

  private:
    std::optional<SipMessage> m_response;
    std::string m_rack;
    Duration m_interval{0};
    std::optional<TimePoint> m_repeatAt;
    std::optional<TimePoint> m_giveUpAt;
};

} // namespace imsfw::sip
