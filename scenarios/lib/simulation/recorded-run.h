// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Runs one experiment and leaves all that was seen in its run folder.
#pragma once

#include "base/result.h"
#include "experiment.h"
#include "simulation.h"

#include <string>

namespace imsfw::scenario
{

/// Run @p experiment and write the folder @p path: experiment.yaml as run, result.json, and where the experiment wants
/// them a pcapng file for each link (with the TLS secrets in it) and keys.log. The folder is there when all of it is.
/// @return what RunExperiment gave, or why it could not be run or written
Result<RunOutput, std::string> RunIntoFolder(const Experiment& experiment, const std::string& path);

} // namespace imsfw::scenario
