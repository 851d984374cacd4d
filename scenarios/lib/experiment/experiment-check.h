// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// What the schema cannot say: choices that are each allowed but make no sense together, and names that must exist.
#pragma once

#include "engine/config/checked-yaml.h"
#include "experiment.h"

#include <vector>

namespace imsfw::scenario
{

/// @param layers the documents that @p experiment came from, later ones win; findings point into them
/// @return every contradiction found; empty where the experiment can be run
std::vector<config::Diagnostic> CheckExperiment(const Experiment& experiment,
                                                const std::vector<config::Document>& layers);

} // namespace imsfw::scenario
