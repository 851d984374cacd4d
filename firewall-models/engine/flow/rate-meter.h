// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// How fast a flow is: bits over the last second, from two counters (a sliding window without a list of packets).
///
/// The present second counts whole, the one before by the share of it that lies within the window; the error is that of
/// a flow that is uneven within that second.
#pragma once

#include "base/time.h"

#include <cstddef>

namespace imsfw::engine
{

class RateMeter
{
  public:
    void
    Add(TimePoint now, std::size_t bytes)
    {
        const auto second = SecondOf(now);
        if (second != m_second)
        {
            m_before = second == m_second + 1 ? m_present : 0;
            m_present = 0;
            m_second = second;
        }
        m_present += 8 * bytes;
    }

    /// @param now not before the latest Add
    uint64_t
    BitsPerSecond(TimePoint now) const
    {
        const auto second = SecondOf(now);
        const uint64_t present = second == m_second ? m_present : 0;
        const uint64_t before = second == m_second       ? m_before
                                : second == m_second + 1 ? m_present
                                                         : 0;
        const auto passed = (now.time_since_epoch() - SECOND * second).count();
        const auto left = static_cast<uint64_t>(SECOND.count() - passed) / 1000; // microseconds
        return present + before * left / 1'000'000;
    }

  private:
    static constexpr Duration SECOND = std::chrono::seconds(1);

    static Duration::rep
    SecondOf(TimePoint now)
    {
        return now.time_since_epoch() / SECOND;
    }

    Duration::rep m_second{0};
    uint64_t m_present{0}; ///< bits in m_second
    uint64_t m_before{0};  ///< bits in the second before
};

} // namespace imsfw::engine
