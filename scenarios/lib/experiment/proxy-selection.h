// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// How a UE chooses between the web proxy and the direct way, by rules as those of proxy auto-configuration.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace imsfw::scenario
{

/// @param rules "PATTERN DIRECT" or "PATTERN PROXY"; in a pattern * stands for any text and ? for any character
/// @param host the server's name, or its address where it has none
/// @return whether the first rule that fits sends it through the proxy; nothing where none fits.
std::optional<bool> SelectsProxy(const std::vector<std::string>& rules, const std::string& host);

} // namespace imsfw::scenario
