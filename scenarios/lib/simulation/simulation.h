// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Runs one experiment in ns-3: topology, roles, call flow, result.
#pragma once

#include "base/result.h"
#include "experiment.h"
#include "result.h"
#include "timeline.h"

#include <string>
#include <vector>

namespace imsfw::scenario
{

/// What a run gives beside its result.
struct RunOutput
{
    RunResult result;
    std::string policyHash;
    std::vector<TimelineEvent> timeline; ///< empty where experiment.evidence.timeline is off
    std::string keyLog; ///< NSS key log lines; empty where experiment.evidence.keyLog is off
};

/// Run @p experiment from simulated time 0 to its end. ns-3's global state is used and left clean: one run at a time in
/// a process, any number one after another.
/// @param captureDirectory where pcap files go; empty for none
/// @return an error text where the experiment's files cannot be used (a policy or certificate that vanished)
Result<RunOutput, std::string> RunExperiment(const Experiment& experiment,
                                             const std::string& captureDirectory);

} // namespace imsfw::scenario
