// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// All that was found about why a run failed, and its form for programs.
#pragma once

#include "change-search.h"
#include "run-reader.h"
#include "verdict-finder.h"

#include <map>
#include <optional>
#include <string>

namespace imsfw::scenario
{

struct ExplainedRun
{
    FinishedRun run;
    std::map<std::string, ReplayedDecision>
        decisions;                       ///< by failed plane; those that the captures showed again
    std::optional<SearchResult> changes; ///< where they were looked for
};

/// @return JSON, with a line end behind it.
std::string ToJson(const ExplainedRun& explained);

} // namespace imsfw::scenario
