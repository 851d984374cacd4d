// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// What is odd about a policy that its schema admits: rules that can never decide, a default that is not written down.
#pragma once

#include "engine/policy/policy.h"

#include <string>
#include <vector>

namespace imsfw::workbench
{

struct Remark
{
    std::string rule; ///< its id; empty for the policy as a whole
    std::string text; ///< for people
};

/// @return rules that an earlier one covers whole, in the order of the rules; then whether the default is not written down.
///
/// A rule covers another where each of its conditions holds for every flow of the other: exact for directions, protocols,
/// ports and addresses. Rules that look at bytes cover nothing here: when they decide is not known beforehand.
std::vector<Remark> Review(const engine::Policy& policy);

} // namespace imsfw::workbench
