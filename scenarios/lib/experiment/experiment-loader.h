// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// From YAML to an Experiment, in layers: built-in defaults, the named transport, the file, what was set by hand.
///
/// All that can be known to be wrong before anything runs is found here, and each finding names file, line and field.
#pragma once

#include "base/result.h"
#include "engine/config/checked-yaml.h"
#include "experiment.h"

#include <string>
#include <vector>

namespace imsfw::scenario
{

using Diagnostics = std::vector<config::Diagnostic>;

/// @param path the experiment's file; empty for the defaults alone
/// @param settings "section.key=value" from the command line, later ones win
Result<Experiment, Diagnostics> LoadExperiment(const std::string& path,
                                               const std::vector<std::string>& settings = {});

/// As LoadExperiment, for text that has no file; @p name stands for it in messages.
Result<Experiment, Diagnostics> LoadExperimentText(const std::string& name,
                                                   const std::string& yaml,
                                                   const std::vector<std::string>& settings = {});

} // namespace imsfw::scenario
