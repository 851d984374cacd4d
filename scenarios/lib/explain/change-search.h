// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Looks for the smallest change that lets a failed run pass, and believes none that was not run.
#pragma once

#include "base/result.h"
#include "change-finder.h"
#include "verdict-finder.h"

#include <functional>
#include <string>
#include <vector>

namespace imsfw::scenario
{

/// Runs an experiment. @return its result, or why it could not be run
using Runner = std::function<Result<RunResult, std::string>(const Experiment&)>;

/// A change that was run.
struct TriedChange
{
    Change change;
    std::string
        outcome; ///< "control pass, media fail (nimsfw rule udp-blocked)", or why it cannot be tried
};

struct SearchResult
{
    std::vector<TriedChange> confirmed; ///< smallest first, at most one of each kind
    std::vector<TriedChange> failed;    ///< run, or not to be run, and of no help
    std::vector<Change> ruledOut;       ///< by evaluating the policy, without a run
};

/// What a search needs beside the run.
struct SearchTools
{
    Runner runner;
    Places places;
    workbench::Sides sides;
    std::string scratch; ///< an empty folder for policies that are tried
};

/// @return whether what failed passes now, and nothing that was tried fails.
bool LetsPass(const FinishedRun& before, const RunResult& now);

/// Each change is tried by running the experiment again with it; of each kind, up to a confirmed one.
SearchResult FindChanges(const FinishedRun& run, const SearchTools& tools);

} // namespace imsfw::scenario
