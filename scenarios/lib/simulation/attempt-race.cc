// SPDX-License-Identifier: GPL-2.0-only
#include "attempt-race.h"

#include <utility>

namespace imsfw::scenario
{

using ns3::imstls::CoreNow;

AttemptRace::AttemptRace(const AttemptPlan::Settings& settings, Handlers handlers)
    : m_plan(settings),
      m_handlers(std::move(handlers)),
      m_timer(
          [this]
          {
              m_plan.HandleTimeout(CoreNow());
              Drain();
          })
{
}

void
AttemptRace::Start()
{
    m_plan.Start(CoreNow());
    Drain();
}

void
AttemptRace::Succeed(std::size_t index)
{
    m_plan.HandleSuccess(CoreNow(), index);
    Drain();
}

void
AttemptRace::Fail(std::size_t index, const StreamFailure& failure)
{
    m_plan.HandleFailure(CoreNow(), index, failure);
    Drain();
}

void
AttemptRace::Drain()
{
    // A handler may call back in here: the loop that is running takes its commands too.
    if (std::exchange(m_isDraining, true))
    {
        return;
    }
    while (const auto command = m_plan.PollCommand())
    {
        Carry(*command);
    }
    m_timer.Arm(m_plan.NextTimeout());
    m_isDraining = false;
}

void
AttemptRace::Carry(const AttemptPlan::Command& command)
{
    switch (command.type)
    {
    case AttemptPlan::Command::Type::START:
        m_handlers.start(command.index);
        return;
    case AttemptPlan::Command::Type::CANCEL:
        m_handlers.cancel(command.index);
        return;
    case AttemptPlan::Command::Type::WON:
        m_handlers.onWon(command.index);
        return;
    case AttemptPlan::Command::Type::LOST:
        m_handlers.onLost(*GetAttempts()[command.index].failure);
        return;
    }
}

} // namespace imsfw::scenario
