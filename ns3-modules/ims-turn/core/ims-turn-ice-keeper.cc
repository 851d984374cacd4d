// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// See ims-turn-ice-keeper.h.
#include "ims-turn-ice-keeper.h"

#include <algorithm>

namespace imsfw::ice
{

namespace
{

/// More checks than can be without an answer before consent expires, at the default times.
constexpr std::size_t MAX_PENDING = 16;

} // namespace

Keeper::Keeper(const AgentConfig& config, RandomSource& random, TimePoint now)
    : m_config(&config), m_random(&random), m_expires(now + config.consentTimeout)
{
    m_next = now + (config.hasConsent ? DrawInterval() : config.keepAlive);
}

Duration
Keeper::DrawInterval()
{
    // RFC 7675 5.1: "randomized from 0.8 to 1.2 times the basic interval"
    return m_config->consentInterval * (800 + m_random->Below(401)) / 1000;
}

Keeper::Action
Keeper::HandleTimeout(TimePoint now)
{
    if (m_config->hasConsent && now >= m_expires)
    {
        return Action::EXPIRED;
    }
    if (now < m_next)
    {
        return Action::NONE;
    }
    m_next = now + (m_config->hasConsent ? DrawInterval() : m_config->keepAlive);
    return m_config->hasConsent ? Action::CHECK : Action::INDICATION;
}

void
Keeper::NoteCheck(const stun::TransactionId& id)
{
    m_pending.push_back(id);
    if (m_pending.size() > MAX_PENDING)
    {
        m_pending.pop_front();
    }
}

void
Keeper::NoteSent(TimePoint now)
{
    if (!m_config->hasConsent)
    {
        m_next = now + m_config->keepAlive; // RFC 8445 11: only where nothing was sent for Tr
    }
}

bool
Keeper::HandleAnswer(TimePoint now, const stun::TransactionId& id)
{
    const auto pending = std::find(m_pending.begin(), m_pending.end(), id);
    if (pending == m_pending.end())
    {
        return false;
    }
    m_pending.erase(m_pending.begin(), pending + 1);
    m_expires = now + m_config->consentTimeout;
    return true;
}

TimePoint
Keeper::NextTimeout() const
{
    return m_config->hasConsent ? std::min(m_next, m_expires) : m_next;
}

} // namespace imsfw::ice
