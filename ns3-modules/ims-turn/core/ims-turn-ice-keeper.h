// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Keeps a selected pair alive, and knows whether the peer still wants what is sent over it.
///
/// RFC 7675 5.1 (consent: a check about every 5 s, never repeated, good for 30 s), RFC 8445 11 (where consent is not used,
/// an indication after 15 s of silence).
#pragma once

#include "base/random.h"
#include "base/time.h"
#include "ims-turn-ice-agent-types.h"
#include "ims-turn-stun-message.h"

#include <deque>
#include <optional>

namespace imsfw::ice
{

class Keeper
{
  public:
    enum class Action
    {
        NONE,
        CHECK,      ///< send a consent check and tell NoteCheck of it
        INDICATION, ///< send a Binding indication
        EXPIRED,    ///< RFC 7675 5.1: "the consent has expired": stop sending
    };

    /// @param config, random must outlive the keeper
    /// @param now when consent was given: the check that selected the pair
    Keeper(const AgentConfig& config, RandomSource& random, TimePoint now);

    Action HandleTimeout(TimePoint now);
    void NoteCheck(const stun::TransactionId& id);
    /// Something was sent over the pair.
    void NoteSent(TimePoint now);
    /// An answer with a valid integrity came. @return whether it is to one of the checks.
    bool HandleAnswer(TimePoint now, const stun::TransactionId& id);
    TimePoint NextTimeout() const;

  private:
    Duration DrawInterval();

    const AgentConfig* m_config;
    RandomSource* m_random;
    TimePoint m_expires;
    TimePoint m_next;
    std::deque<stun::TransactionId> m_pending; ///< the checks that still count, oldest first
};

} // namespace imsfw::ice
