// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Whether what is known of a flow beyond its addresses satisfies a rule. What cannot be decided yet does not hold yet.
#pragma once

#include "engine/rules/condition.h"
#include "engine/rules/flow-facts.h"
#include "engine/rules/verdict.h"

namespace imsfw::engine
{

/// @return the first of the conditions of @p rule, of this number, beyond addresses that does not hold (yet); NONE where
/// all do.
Condition FindObstacle(const Rule& rule, RuleNumber number, const FlowFacts& facts);

/// @return the most telling of the conditions of @p rule.
Reason ReasonOf(const Rule& rule);

} // namespace imsfw::engine
