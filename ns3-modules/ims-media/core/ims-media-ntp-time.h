// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Time as RTCP carries it (RFC 3550 4): NTP format, of which delays use the middle 32 bits, in units of 1/65536 s.
///
/// RFC 3550 6.4.1: "A sender that can keep track of elapsed time but has no notion of wallclock time MAY use the elapsed
/// time since joining the session instead"; here it is that since the start of the simulation.
#pragma once

#include "base/time.h"

#include <cstdint>

namespace imsfw::rtp
{

/// @return 32 bits of seconds and 32 of fraction.
inline uint64_t
ToNtp(TimePoint time)
{
    const auto nanoseconds = static_cast<uint64_t>(time.time_since_epoch().count());
    const uint64_t seconds = nanoseconds / 1'000'000'000;
    return seconds << 32 | ((nanoseconds % 1'000'000'000) << 32) / 1'000'000'000;
}

inline uint32_t
MiddleOfNtp(uint64_t ntp)
{
    return static_cast<uint32_t>(ntp >> 16);
}

inline uint32_t
ToShortNtp(Duration duration)
{
    return MiddleOfNtp(ToNtp(TimePoint(duration)));
}

inline Duration
FromShortNtp(uint32_t value)
{
    return Duration(static_cast<int64_t>(value) * 1'000'000'000 >> 16);
}

} // namespace imsfw::rtp
