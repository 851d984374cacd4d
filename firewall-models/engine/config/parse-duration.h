// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Durations as they stand in YAML files: a number and a unit, such as 200ms, 30s, 1.5h.
///
/// A number without a unit is refused: half of all wrong experiments are milliseconds taken for seconds.
#pragma once

#include "base/result.h"
#include "base/time.h"

#include <string>
#include <string_view>

namespace imsfw::config
{

/// The pattern that a schema gives to a field holding a duration.
inline constexpr std::string_view DURATION_PATTERN = "^[0-9]+(\\.[0-9]+)?(ns|us|ms|s|min|h|d)$";

/// @return the duration, or what is wrong with @p text, for people. Units: ns us ms s min h d; never negative; at most
/// about 292 years.
Result<Duration, std::string> ParseDuration(std::string_view text);

/// @return the shortest text that ParseDuration reads back as @p duration ("30s", "1500ms").
std::string FormatDuration(Duration duration);

} // namespace imsfw::config
