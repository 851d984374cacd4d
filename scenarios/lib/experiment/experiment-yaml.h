// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Between an experiment's variables and YAML, field by field.
#pragma once

#include "experiment.h"

#include <yaml-cpp/yaml.h>

namespace imsfw::scenario
{

/// Lay what @p root says over @p experiment; fields that it does not name keep their values. @pre the schema admitted it
void Overlay(const YAML::Node& root, Experiment& experiment);

/// @return @p experiment with all defaults filled in. Left out is what is empty: an absent key means the same.
YAML::Node ToNode(const Experiment& experiment);

/// @return whether every key of @p section has the value that it has without being set.
bool IsDefaultSection(const Experiment& experiment, const std::string& section);

} // namespace imsfw::scenario
