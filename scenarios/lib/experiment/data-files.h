// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Where the project's data files are: policies, schemas, named transports, configs.
#pragma once

#include <string>
#include <vector>

namespace imsfw::scenario
{

/// @return the root of the data: the environment's IMSFW_DATA, else the source tree this was built from.
std::string DataRoot();

std::string PolicyDirectory();
std::string TransportDirectory();
std::string AccessDirectory();

/// @return the names (without .yaml) of the YAML files in @p directory, sorted.
std::vector<std::string> YamlNames(const std::string& directory);

/// @return the whole of a file, or nothing written and false where it cannot be read.
bool ReadFile(const std::string& path, std::string& content);

} // namespace imsfw::scenario
