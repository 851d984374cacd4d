// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// What `imsfw explain` found, and its two forms: for people and as JSON.
#pragma once

#include "change-search.h"
#include "report.h"
#include "run-reader.h"
#include "verdict-finder.h"

#include <map>
#include <optional>
#include <ostream>
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

void PrintText(std::ostream& out, const ExplainedRun& explained, const Paint& paint);
void PrintJson(std::ostream& out, const ExplainedRun& explained);

} // namespace imsfw::scenario
