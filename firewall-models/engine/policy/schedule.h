// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Days and hours: when a rule is in force, and where in the week a moment of the simulation is.
#pragma once

#include "base/result.h"
#include "base/time.h"

#include <array>
#include <string>

namespace imsfw::engine
{

/// Names of the days as policies have them, Monday first.
inline constexpr std::array<const char*, 7> DAYS = {
    "mon", "tue", "wed", "thu", "fri", "sat", "sun"};

/// Days of the week and a span of hours. A span that ends before it begins runs over midnight and belongs to the day on
/// which it began.
struct Schedule
{
    uint8_t days{0}; ///< bit 0: Monday; no bit: the rule has no schedule
    Duration begin{0};
    Duration end{std::chrono::hours(24)};

    bool
    IsAsked() const
    {
        return days != 0;
    }

    /// @param weekTime since Monday 00:00; may be more than a week
    bool Holds(Duration weekTime) const;

    /// @return such as "mon,tue 08:00-18:00"
    std::string ToString() const;
};

/// @param text "HH:MM", up to 24:00
Result<Duration, std::string> ParseTimeOfDay(const std::string& text);
/// @param text "08:00-18:00"
/// @return @p schedule with these hours
Result<Schedule, std::string> ParseHours(const std::string& text, Schedule schedule);
/// @param text "mon 08:00"
/// @return the time since Monday 00:00
Result<Duration, std::string> ParseWeekTime(const std::string& text);
/// @return such as "mon 08:00:00"
std::string WeekTimeText(Duration weekTime);

} // namespace imsfw::engine
