// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// What a rule may ask of a recogniser's verdict.
#pragma once

#include "classify/recogniser.h"

#include <string>
#include <vector>

namespace imsfw::classify
{

/// Lists that are empty hold for every flow; of each other one, some entry must hold.
struct RecogniserCondition
{
    std::vector<std::string> applications; ///< that the flow is, or is carried by
    std::vector<std::string> inside;       ///< in a NULL suite or a CONNECT tunnel
    std::vector<std::string> risks;
    /// What the name rests on. NONE holds for a flow that was given up without a name, not for one that is looked at.
    std::vector<Confidence> confidences;

    /// @return true where this asks for anything.
    bool IsAsked() const;

    /// @param isSettled the recogniser wants no more packets
    bool Holds(const RecogniserVerdict& verdict, bool isSettled) const;
};

/// @return for a policy's author: the first name in @p condition that @p factory's verdicts never have, with the nearest
/// ones that they do; empty where all is well.
std::string FindUnknownName(const RecogniserCondition& condition, const RecogniserFactory& factory);

} // namespace imsfw::classify
