// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// What the engine itself counts of a flow that it looks into, beside the recognisers' findings.
#pragma once

#include "base/time.h"
#include "classify/findings.h"
#include "classify/recogniser.h"
#include "engine/rules/rule-number.h"

#include <vector>

namespace imsfw::engine
{

struct FlowFacts
{
    const classify::Findings& findings;
    uint64_t bytes{0};                      ///< of whole packets, both directions
    Duration age{0};                        ///< since the first packet
    const std::vector<RuleNumber>& matched; ///< rules of whose payload patterns one has been seen
    const classify::Recogniser* recogniser{nullptr}; ///< where some rule asks for its verdict
};

} // namespace imsfw::engine
