// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// An AttemptPlan in simulated time: one timer, and its commands as calls.
#pragma once

#include "attempt-plan.h"

#include "ims-tls-core-driver.h"

#include <functional>

namespace imsfw::scenario
{

class AttemptRace
{
  public:
    /// None is called before the call that caused it has finished with the plan.
    struct Handlers
    {
        std::function<void(std::size_t)> start;
        std::function<void(std::size_t)> cancel;
        std::function<void(std::size_t)> onWon;
        /// All have failed; the failure is that of the last one.
        std::function<void(const StreamFailure&)> onLost;
    };

    AttemptRace(const AttemptPlan::Settings& settings, Handlers handlers);
    AttemptRace(const AttemptRace&) = delete;
    AttemptRace& operator=(const AttemptRace&) = delete;

    void Start();
    void Succeed(std::size_t index);
    void Fail(std::size_t index, const StreamFailure& failure);

    const std::vector<Attempt>&
    GetAttempts() const
    {
        return m_plan.GetAttempts();
    }

  private:
    void Drain();
    void Carry(const AttemptPlan::Command& command);

    AttemptPlan m_plan;
    Handlers m_handlers;
    ns3::imstls::CoreTimer m_timer;
    bool m_isDraining{false};
};

} // namespace imsfw::scenario
