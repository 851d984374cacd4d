// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// When the next choice of a rule by which the UE selects proxies is tried: as browsers do, only where the one before could
/// not be reached. A proxy that was reached and said no has decided.
#pragma once

#include "attempt-plan.h"
#include "party.h"

#include <functional>
#include <utility>
#include <vector>

namespace imsfw::scenario
{

/// @return whether @p attempt, over @p end, failed before a connection to where it went first.
inline bool
CouldNotReach(const WayEnd& end, const Attempt& attempt)
{
    if (!attempt.failure || (end.viaProxy && end.HasReachedProxy()))
    {
        return false;
    }
    return attempt.failure->layer == "tcp" || attempt.failure->layer == "user";
}

/// @param ends one for each way. @param attempts likewise. @param way whose turn it is
/// @return whether it is to be tried.
template <typename End>
bool
IsNextChoice(const std::vector<End>& ends, const std::vector<Attempt>& attempts, std::size_t way)
{
    if (ends[way].way.choice == 0 || !ends[way].isChoice)
    {
        return ends[way].isChoice;
    }
    std::size_t before = way - 1;
    while (ends[before].way.choice > 0 && attempts[before].state == AttemptState::WAITING)
    {
        --before;
    }
    // Where none before it was begun, another plane has found this one to work.
    return attempts[before].state == AttemptState::WAITING ||
           CouldNotReach(ends[before], attempts[before]);
}

/// @param isTried asked of an attempt when its turn comes
inline AttemptPlan::Settings
SettingsOf(const Experiment& experiment,
           std::size_t count,
           std::function<bool(std::size_t)> isTried)
{
    return {experiment.attempts.order,
            count,
            experiment.AttemptCap(),
            experiment.attempts.stagger,
            std::move(isTried)};
}

} // namespace imsfw::scenario
