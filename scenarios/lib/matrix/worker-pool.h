// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Runs numbered jobs in forked worker processes that stay warm: a worker that crashes costs its job and nothing else.
///
/// ns-3 keeps its world in process-wide state, so that two simulations at once need two processes.
#pragma once

#include <functional>
#include <string>

namespace imsfw::scenario
{

/// What came of one job.
struct JobOutcome
{
    std::size_t job{0};
    bool crashed{false};
    std::string output; ///< what the job returned; for a crash, how its worker ended
};

/// Run jobs 0 .. @p jobs-1 in @p workers processes.
/// @param work runs in a worker; must depend on nothing but its number and what was there at the fork
/// @param onDone runs here, in the order in which jobs end
void RunJobs(std::size_t jobs,
             unsigned workers,
             const std::function<std::string(std::size_t)>& work,
             const std::function<void(const JobOutcome&)>& onDone);

} // namespace imsfw::scenario
