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
    uint64_t bitsPerSecond{0};                       ///< over the last second, both directions
    Duration weekTime{0}; ///< at which the flow began, since Monday 00:00
    /// Rules that have tagged this flow with an earlier packet; null where none can have.
    std::vector<RuleNumber>* taggers{nullptr};
    bool isAnswered{false};          ///< something has come back
    bool isDecrypted{false};         ///< the bytes were decrypted by an intercepting proxy
    std::vector<std::string> tags{}; ///< of the rules gone through so far, in the policy's order
};

} // namespace imsfw::engine
