// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// How loss comes: in single packets or in bursts. Fed with the numbers of the packets that were played; the gaps between
/// them are what a listener misses, whether the network lost it or it came too late.
#pragma once

#include <cstdint>
#include <optional>
#include <set>

namespace imsfw::rtp
{

class LossRuns
{
  public:
    struct Figures
    {
        uint64_t played{0};
        uint64_t missing{0};
        uint64_t runs{0}; ///< of missing packets, each between two that were played

        /// @return 0 to 100
        double LossPercent() const;

        /// @return the mean length of a run over the one that random loss of this share has (G.107 7.2, BurstR); 1 where
        /// nothing is missing.
        double BurstRatio() const;
    };

    /// @param extended sequence number, each at most once. A packet more than 100 behind the highest is left out.
    void Add(int64_t extended);

    Figures GetFigures() const;

  private:
    static void Count(Figures& figures, std::optional<int64_t>& last, int64_t extended);

    Figures m_figures;             ///< of the packets up to m_last
    std::optional<int64_t> m_last; ///< the last one that no reordering can precede any more
    std::set<int64_t> m_pending;
};

} // namespace imsfw::rtp
