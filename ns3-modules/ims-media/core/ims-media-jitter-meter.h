// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The interarrival jitter of one RTP source (RFC 3550 6.4.1, A.8), in nanoseconds and as reports want it.
#pragma once

#include "base/time.h"

#include <cstdint>
#include <optional>

namespace imsfw::rtp
{

class JitterMeter
{
  public:
    /// @param clockRate of the RTP timestamp, Hz
    explicit JitterMeter(uint32_t clockRate);

    /// One packet came; in the order of arrival, not of sending (6.4.1).
    void Add(TimePoint arrival, uint32_t timestamp);

    Duration Get() const;
    /// @return in timestamp units.
    uint32_t GetForReport() const;

  private:
    struct Arrival
    {
        TimePoint time;
        uint32_t timestamp;
    };

    uint32_t m_clockRate;
    std::optional<Arrival> m_previous;
    double m_jitter{0}; ///< nanoseconds
};

} // namespace imsfw::rtp
