// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Loads a policy file, checks it against policy.schema.json and merges what it extends.
///
/// Merging: the file's own rules stand first, then the base's; a base rule of the same id is replaced, those listed
/// under `remove` are left out; `nat` and `proxy` are merged field by field.
#pragma once

#include "base/result.h"
#include "engine/config/checked-yaml.h"
#include "engine/policy/policy.h"

#include <string>

namespace imsfw::engine
{

/// @return true for anything with a slash or ending in .yaml.
bool IsPolicyPath(const std::string& idOrPath);

/// @param idOrPath "symmetric-nat", or a path
/// @param directory with policy.schema.json and the files that ids and `extends` name
/// @return diagnostics with file, line and field; an unknown id gives one with line 0 and the nearest names.
Result<Policy, config::Diagnostics> LoadPolicy(const std::string& idOrPath,
                                               const std::string& directory);

} // namespace imsfw::engine
