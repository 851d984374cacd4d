// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Why a verdict fell: every rule of the policy in order, and what kept each of those before the deciding one from matching.
///
/// It is made by the conditions that decide (FindHeaderObstacle, FindObstacle), not by a second reading of the policy.
#pragma once

#include "engine/packet/ip4-tuple.h"
#include "engine/policy/policy.h"
#include "engine/rules/condition.h"
#include "engine/rules/flow-facts.h"

#include <string>
#include <vector>

namespace imsfw::engine
{

/// What became of one rule.
enum class RuleFate : uint8_t
{
    PASSED_OVER,
    MATCHED,     ///< it decided
    TAGGED,      ///< it matched, gave its tag, and the next rule was looked at
    NOT_REACHED, ///< a rule before it had decided
};

/// @return "passed over", "matched", "tagged" or "not reached"
std::string ToString(RuleFate fate);

struct RuleAccount
{
    std::string id;
    RuleFate fate{RuleFate::PASSED_OVER};
    Condition obstacle{Condition::NONE}; ///< of a rule that was passed over
    std::string why;                     ///< the obstacle for people: "port 5060 is not 80, 443"
};

struct Explanation
{
    std::vector<RuleAccount> rules; ///< all of them, in the policy's order
    std::string decidedBy;          ///< the deciding rule's id, or "default", "nat-mapping"
};

/// A flow as its first packet's headers show it.
struct FlowHeader
{
    Ip4Tuple flow;
    Zone from{Zone::INSIDE};
    Zone to{Zone::OUTSIDE};
};

/// @return for people, why @p obstacle keeps @p rule from matching; empty for NONE.
std::string Describe(Condition obstacle,
                     const Rule& rule,
                     const FlowHeader& header,
                     const FlowFacts& facts);

} // namespace imsfw::engine
