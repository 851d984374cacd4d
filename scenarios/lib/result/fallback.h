// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// What falling back cost: the time that went by on attempts before the one that won.
#pragma once

#include "result.h"

#include <optional>
#include <string>
#include <vector>

namespace imsfw::scenario
{

/// @param plane "control" or "media"
/// @return how much later the attempt of that plane that won began than the first one did; nothing where none won.
std::optional<Duration> FallbackCost(const std::vector<AttemptResult>& attempts,
                                     const std::string& plane);

} // namespace imsfw::scenario
