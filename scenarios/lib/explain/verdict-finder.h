// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// From a recorded decision back to the rules: the run's captures are played to the policy again, which explains itself.
#pragma once

#include "base/address.h"
#include "run-reader.h"
#include "workbench/replay.h"

#include <optional>
#include <string>

namespace imsfw::scenario
{

/// Where the decision was found again.
struct ReplayedDecision
{
    std::string packet;  ///< "packet 12 of dmz.pcapng", in the run folder
    std::string section; ///< "firewall" or "callee": whose policy decided
    workbench::FlowVerdict verdict;
};

/// @return what FiveTuple::ToString wrote; nothing where @p text is not in its notation.
std::optional<FiveTuple> ParseFlow(const std::string& text);

/// @param event of a firewall
/// @param sides of the run's topology
/// @return nothing where the run has no captures, or none in which the same rule refuses the same flow (NAT state is not
/// played again)
std::optional<ReplayedDecision> FindDecision(const FinishedRun& run,
                                             const DecidingEvent& event,
                                             const workbench::Sides& sides);

} // namespace imsfw::scenario
