// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Whether what is known of a flow's bytes satisfies a rule. What cannot be decided yet does not hold yet.
#pragma once

#include "classify/findings.h"
#include "engine/verdict.h"

namespace imsfw::engine
{

/// @return true where all that @p rule asks of payload holds.
bool PayloadHolds(const Rule& rule, const classify::Findings& findings);

/// @return the most telling of the conditions of @p rule.
Reason ReasonOf(const Rule& rule);

} // namespace imsfw::engine
