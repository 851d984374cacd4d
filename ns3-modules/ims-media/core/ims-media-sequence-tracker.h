// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The sequence numbers of one RTP source: extended over the wrap, with loss, duplicates and reordering (RFC 3550 A.1, A.3).
///
/// Other than in A.1, a packet that comes before the first one received moves the beginning back, and duplicates are told
/// from reordered packets. Left out: the probation of new sources (MIN_SEQUENTIAL); signalling has told them already.
#pragma once

#include <cstdint>
#include <optional>
#include <set>

namespace imsfw::rtp
{

class SequenceTracker
{
  public:
    enum class Verdict
    {
        FRESH,     ///< first of its number; GetExtended() tells the number
        REORDERED, ///< fresh, after one of a higher number
        DUPLICATE, ///< came before
        JUMPED,    ///< too far from the others to be believed before a second one follows it
    };

    Verdict Add(uint16_t sequence);

    /// @return the extended number of the last fresh packet; it counts on where the source restarted.
    int64_t
    GetExtended() const
    {
        return m_last;
    }

    uint64_t GetExpected() const; ///< packets from the first to the highest number
    uint64_t GetReceived() const; ///< different ones
    uint64_t GetLost() const;
    uint64_t GetDuplicates() const;
    uint64_t GetReordered() const;
    uint64_t GetJumped() const;

    /// RFC 3550 6.4.1, "extended highest sequence number received": 16 bits of wraps, 16 of number.
    uint32_t GetHighestForReport() const;

    /// RFC 3550 6.4.1, "cumulative number of packets lost": late and duplicate packets count as received, so it may be
    /// negative; held within 24 bits as A.3 does.
    int32_t GetLostForReport() const;

    /// @return the loss since the last call in 1/256, 0 where duplicates outweigh it (A.3).
    uint8_t TakeFractionLost();

  private:
    Verdict HandleJump(uint16_t sequence);
    void Restart(uint16_t sequence);

    bool m_isStarted{false};
    int64_t m_highest{0};
    int64_t m_lowest{0};
    int64_t m_last{0};
    std::set<int64_t> m_seen; ///< within MAX_MISORDER of the highest
    std::optional<uint16_t> m_expectedAfterJump;
    uint64_t m_expectedBefore{0}; ///< of the time before a restart
    uint64_t m_received{0};
    uint64_t m_duplicates{0};
    uint64_t m_reordered{0};
    uint64_t m_jumped{0};
    uint64_t m_expectedPrior{0};
    uint64_t m_receivedPrior{0};
};

} // namespace imsfw::rtp
