// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// How loss comes: in single packets or in bursts. Fed with the numbers of the packets that came; those that came too late
/// and the gaps between them are what a listener misses.
#pragma once

#include <cstdint>
#include <map>
#include <optional>

namespace imsfw::rtp
{

class LossRuns
{
  public:
    struct Figures
    {
        uint64_t played{0};
        uint64_t missing{0};
        uint64_t runs{0}; ///< of missing packets

        /// @return 0 to 100
        double LossPercent() const;

        /// @return the mean length of a run over the one that random loss of this share has (G.107 7.2, BurstR); 1 where
        /// nothing is missing.
        double BurstRatio() const;
    };

    /// @param extended sequence number, each at most once. A packet more than 100 behind the highest is left out.
    /// @param isPlayed false where it came too late
    void Add(int64_t extended, bool isPlayed);

    Figures GetFigures() const;

  private:
    /// What was counted, up to a packet.
    struct Count
    {
        Figures figures;
        std::optional<int64_t> last;
        bool isInRun{false};

        void Add(int64_t extended, bool isPlayed);
        void AddMissing(uint64_t packets);
    };

    Count m_settled; ///< the packets that no reordering can precede any more
    std::map<int64_t, bool> m_pending;
};

} // namespace imsfw::rtp
