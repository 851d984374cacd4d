// SPDX-License-Identifier: GPL-2.0-only
#include "ims-access-keep-alive.h"

namespace imsfw::access
{

KeepAlive::KeepAlive(const KeepAliveSettings& settings, TimePoint now)
    : m_settings(settings), m_heard(now), m_next(now + settings.time)
{
}

void
KeepAlive::HandleSegment(TimePoint now)
{
    m_heard = now;
    m_unanswered = 0;
}

KeepAlive::Action
KeepAlive::HandleTimeout(TimePoint now, bool isWaiting)
{
    if (!m_next || now < *m_next)
    {
        return Action::NONE;
    }
    if (isWaiting)
    {
        m_next = now + m_settings.time;
        return Action::NONE;
    }
    // The timer is not set anew with every segment: it looks when it runs out, as Linux's does.
    if (now - m_heard < m_settings.time)
    {
        m_next = m_heard + m_settings.time;
        return Action::NONE;
    }
    if (m_unanswered >= m_settings.probes)
    {
        m_next.reset();
        return Action::GIVE_UP;
    }
    ++m_unanswered;
    m_next = now + m_settings.interval;
    return Action::PROBE;
}

std::optional<TimePoint>
KeepAlive::NextTimeout() const
{
    return m_next;
}

} // namespace imsfw::access
