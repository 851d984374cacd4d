// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Which rule decides on a flow, from what is known of it now. What is not decidable yet does not match yet.
#pragma once

#include "classify/findings.h"
#include "engine/engine.h"

namespace imsfw::engine
{

struct Verdict
{
    Action action{Action::DROP}; ///< never REFUSE
    std::string ruleId;
    Reason reason{Reason::DEFAULT};
};

/// @param findings nullptr where nothing was looked at
Verdict Judge(const Policy& policy,
              const FiveTuple& flow,
              Zone from,
              Zone to,
              const classify::Findings* findings);

/// @return true where a rule that needs to see payload could concern this flow.
bool NeedsInspection(const Policy& policy, const FiveTuple& flow, Zone from, Zone to);

} // namespace imsfw::engine
