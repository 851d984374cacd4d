// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Time as the cores see it: handed in, never read from a clock.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

namespace imsfw
{

using Duration = std::chrono::nanoseconds;

/// The clock of the simulation (or of whoever drives a core). It has no now(): a core cannot ask.
struct SimulationClock
{
    using rep = Duration::rep;
    using period = Duration::period;
    using duration = Duration;
    using time_point = std::chrono::time_point<SimulationClock>;
    static constexpr bool is_steady = true;
};

/// Nanoseconds since the start of the simulation.
using TimePoint = SimulationClock::time_point;

/// @return the earlier of two deadlines, where none means never.
std::optional<TimePoint> Earlier(std::optional<TimePoint> a, std::optional<TimePoint> b);

/// @return @p duration in milliseconds, fractions included.
double ToMilliseconds(Duration duration);

} // namespace imsfw
