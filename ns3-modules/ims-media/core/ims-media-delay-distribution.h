// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Measured delays as a distribution: extremes, mean, percentiles, histogram.
#pragma once

#include "base/time.h"

#include <cstdint>
#include <vector>

namespace imsfw::rtp
{

class DelayDistribution
{
  public:
    void Add(Duration delay);

    std::size_t GetCount() const;
    /// The figures below are 0 where nothing was added.
    Duration GetMin() const;
    Duration GetMean() const;
    Duration GetMax() const;

    /// @param percent 0 to 100; nearest rank: the smallest delay that so many percent do not exceed
    Duration GetPercentile(unsigned percent) const;

    /// @return how many delays fell into [i, i + 1) times @p width for each of @p bins; negative ones count in the first,
    /// longer ones in the last. @pre width and bins above 0
    std::vector<uint64_t> GetHistogram(Duration width, std::size_t bins) const;

  private:
    const std::vector<Duration>& Sorted() const;

    mutable std::vector<Duration> m_delays;
    mutable bool m_isSorted{true};
    Duration m_sum{};
};

} // namespace imsfw::rtp
