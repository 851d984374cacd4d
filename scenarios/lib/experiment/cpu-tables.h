// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// CPU tables: YAML files that say what operations cost, and tables made of others by factors.
#pragma once

#include "base/result.h"
#include "engine/config/checked-yaml.h"
#include "ims-cpu-table.h"

#include <string>

namespace imsfw::scenario
{

/// @return where tables are that experiments call by name.
std::string CpuDirectory();

/// @param nameOrPath "phone", or a path (anything with a slash, or ending in .yaml)
/// @return the table with all that it is based on worked in; diagnostics with file, line and field otherwise. An unknown
/// name gives one with line 0 and the nearest names.
Result<cpu::CostTable, config::Diagnostics> LoadCpuTable(const std::string& nameOrPath);

/// As LoadCpuTable, for text that has no file; @p name stands for it in messages.
Result<cpu::CostTable, config::Diagnostics> LoadCpuTableText(const std::string& name,
                                                             const std::string& yaml);

} // namespace imsfw::scenario
