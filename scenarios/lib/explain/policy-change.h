// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// A policy with the least taken out of it, or put into it, that a refused flow needs.
#pragma once

#include "base/address.h"
#include "base/result.h"
#include "engine/policy/policy.h"

#include <string>
#include <vector>

namespace imsfw::scenario
{

/// A flow to be let through where no rule allows it.
struct Opening
{
    FiveTuple flow;
    engine::Zone from{engine::Zone::INSIDE};
    engine::Zone to{engine::Zone::OUTSIDE};
};

/// Edits of one policy file, in the language of policies, so that the result loads as any other does.
struct PolicyEdit
{
    std::vector<std::string> without; ///< ids of rules that are left out
    std::vector<Opening> openings;    ///< each becomes a rule that allows its protocol and port
    std::string behind{}; ///< a file to take for the policy further out; empty: as it is

    std::size_t
    Size() const
    {
        return without.size() + openings.size();
    }

    /// @return "without rule a, with a rule that allows udp to port 4000", for people
    std::string ToString() const;
};

/// @param policy as experiments name it: an id or a path
/// @return the edited policy's YAML, or what stands in the way
Result<std::string, std::string> EditPolicy(const std::string& policy, const PolicyEdit& edit);

} // namespace imsfw::scenario
