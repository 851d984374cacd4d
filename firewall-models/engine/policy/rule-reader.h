// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Reads one rule of a policy file that its schema has accepted.
#pragma once

#include "engine/config/checked-yaml.h"
#include "engine/policy/policy.h"

namespace imsfw::engine
{

/// @param field where the rule stands, such as "rules[2]"
/// @param diagnostics what no schema can express is added here
Rule ReadRule(const config::Document& document,
              const YAML::Node& node,
              const std::string& field,
              config::Diagnostics& diagnostics);

/// @return the action of this name. @pre the schema knows it
Action ReadAction(const YAML::Node& node);

/// @return the range that "443" or "5060-5061" stands for, with ports from 1 on; nothing where it stands for none.
std::optional<PortRange> ParsePortRange(const std::string& text);

} // namespace imsfw::engine
