// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Rules by their place in a policy, and the verdicts that stand behind none.
#pragma once

#include <cstdint>

namespace imsfw::engine
{

/// A rule's number in its policy; the smaller decides first.
using RuleNumber = uint32_t;

constexpr RuleNumber NO_RULE = UINT32_MAX; ///< the policy's default
constexpr RuleNumber NAT_MAPPING =
    UINT32_MAX - 1; ///< came in through a mapping that was open for it
constexpr RuleNumber UNSOLICITED = UINT32_MAX - 2; ///< belongs to no flow

} // namespace imsfw::engine
