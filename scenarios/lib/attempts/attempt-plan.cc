// SPDX-License-Identifier: GPL-2.0-only
#include "attempt-plan.h"

#include <algorithm>
#include <utility>

namespace imsfw::scenario
{

std::string
ToString(AttemptState state)
{
    switch (state)
    {
    case AttemptState::WAITING:
        return "not-started";
    case AttemptState::RUNNING:
        return "running";
    case AttemptState::WON:
        return "won";
    case AttemptState::FAILED:
        return "failed";
    case AttemptState::CANCELLED:
        return "cancelled";
    }
    return {};
}

AttemptPlan::AttemptPlan(Settings settings)
    : m_settings(std::move(settings)), m_attempts(m_settings.count)
{
}

void
AttemptPlan::Start(TimePoint now)
{
    StartNext(now);
}

bool
AttemptPlan::StartNext(TimePoint now)
{
    m_nextStart.reset();
    while (m_next < m_attempts.size() && m_settings.isTried && !m_settings.isTried(m_next))
    {
        ++m_next;
    }
    if (m_next == m_attempts.size())
    {
        return false;
    }
    m_attempts[m_next].state = AttemptState::RUNNING;
    m_attempts[m_next].started = now;
    m_commands.Push({Command::Type::START, m_next});
    ++m_next;
    if (m_settings.order == AttemptOrder::RACE && m_next < m_attempts.size())
    {
        m_nextStart = now + m_settings.stagger;
    }
    return true;
}

void
AttemptPlan::HandleSuccess(TimePoint now, std::size_t index)
{
    if (m_isOver || m_attempts[index].state != AttemptState::RUNNING)
    {
        return;
    }
    m_isOver = true;
    m_attempts[index].state = AttemptState::WON;
    m_attempts[index].ended = now;
    for (std::size_t i = 0; i < m_attempts.size(); ++i)
    {
        if (m_attempts[i].state == AttemptState::RUNNING)
        {
            m_attempts[i].state = AttemptState::CANCELLED;
            m_attempts[i].ended = now;
            m_commands.Push({Command::Type::CANCEL, i});
        }
    }
    m_commands.Push({Command::Type::WON, index});
}

void
AttemptPlan::HandleFailure(TimePoint now, std::size_t index, const StreamFailure& failure)
{
    if (!m_isOver && m_attempts[index].state == AttemptState::RUNNING)
    {
        Fail(now, index, failure);
    }
}

void
AttemptPlan::Fail(TimePoint now, std::size_t index, const StreamFailure& failure)
{
    Attempt& attempt = m_attempts[index];
    attempt.state = AttemptState::FAILED;
    attempt.ended = now;
    attempt.failure = failure;
    m_commands.Push({Command::Type::CANCEL, index});
    if (IsAnyRunning() || StartNext(now))
    {
        return;
    }
    m_isOver = true;
    m_commands.Push({Command::Type::LOST, index});
}

void
AttemptPlan::HandleTimeout(TimePoint now)
{
    for (std::size_t i = 0; i < m_attempts.size() && !m_isOver; ++i)
    {
        const Attempt& attempt = m_attempts[i];
        if (attempt.state == AttemptState::RUNNING && attempt.started + m_settings.cap <= now)
        {
            Fail(now, i, {"user", "timeout", "gave up: the attempt had used up its time"});
        }
    }
    if (!m_isOver && m_nextStart && *m_nextStart <= now)
    {
        StartNext(now);
    }
}

std::optional<AttemptPlan::Command>
AttemptPlan::PollCommand()
{
    return m_commands.Poll();
}

std::optional<TimePoint>
AttemptPlan::NextTimeout() const
{
    if (m_isOver)
    {
        return std::nullopt;
    }
    std::optional<TimePoint> next = m_nextStart;
    for (const Attempt& attempt : m_attempts)
    {
        if (attempt.state == AttemptState::RUNNING)
        {
            next = Earlier(next, attempt.started + m_settings.cap);
        }
    }
    return next;
}

bool
AttemptPlan::IsAnyRunning() const
{
    return std::any_of(m_attempts.begin(),
                       m_attempts.end(),
                       [](const Attempt& a) { return a.state == AttemptState::RUNNING; });
}

} // namespace imsfw::scenario
