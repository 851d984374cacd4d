// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The table test of a policy: scripts that pass beside scripts that do not, and the rule that decides on each.
#pragma once

#include "flow-scripts.h"

namespace imsfw::engine
{

struct PolicyRow
{
    Script script;
    bool passes;
    std::string verdict;          ///< "rule/reason", which decided last
    Action refusal{Action::DROP}; ///< how, where it does not pass
};

inline Policy
LoadOrFail(const std::string& id)
{
    const auto policy = LoadPolicy(id, POLICIES);
    EXPECT_TRUE(policy.IsOk()) << config::ToString(policy.Error());
    return policy.IsOk() ? *policy : Policy{};
}

inline void
CheckTable(const std::string& id, const std::vector<PolicyRow>& rows)
{
    const Policy policy = LoadOrFail(id);
    for (const PolicyRow& row : rows)
    {
        SCOPED_TRACE(id + ": " + row.script.name);
        const Outcome outcome = Play(policy, row.script);
        EXPECT_EQ(outcome.passes, row.passes) << "after " << outcome.said << " things said";
        EXPECT_EQ(outcome.verdict, row.verdict);
        EXPECT_EQ(outcome.action, row.passes ? Action::ALLOW : row.refusal);
    }
}

} // namespace imsfw::engine
