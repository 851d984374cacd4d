// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// When each packet of a stream is played: a jitter buffer of fixed or adaptive delay, as decisions about time only.
///
/// FIXED plays every packet `delay` after the first packet would have been, whatever comes. ADAPTIVE is the percentile
/// method of Moon, Kurose and Towsley (1998): it plays after the delay that a given share of the last 500 packets did not
/// exceed, and moves at the beginning of a talkspurt; where a talkspurt is long (no DTX) also within it, at a limited pace.
/// A late packet makes it wait longer at once: the buffer has run empty, so there is nothing to play anyway. Left out: what
/// a move within speech costs in sound.
#pragma once

#include "base/time.h"
#include "ims-media-delay-distribution.h"

#include <cstdint>
#include <deque>
#include <optional>

namespace imsfw::rtp
{

struct PlayoutOptions
{
    enum class Mode
    {
        FIXED,
        ADAPTIVE,
    };

    Mode mode{Mode::FIXED};
    Duration delay{
        std::chrono::milliseconds(60)}; ///< of the first packet in the buffer; FIXED keeps it
    Duration least{
        std::chrono::milliseconds(20)}; ///< ADAPTIVE: above the quickest packet of the window
    Duration most{std::chrono::milliseconds(400)}; ///< ADAPTIVE: the same, at most
    unsigned percentile{98};                ///< ADAPTIVE: share of packets that shall be in time
    Duration pace{std::chrono::seconds(1)}; ///< ADAPTIVE: between two moves within a talkspurt
};

struct PlayoutStatistics
{
    uint64_t played{0};
    uint64_t late{0}; ///< came after the moment at which they should have been played
    uint64_t early{
        0}; ///< would have waited for more than ten seconds: their timestamps are not credible
    uint64_t moves{0}; ///< changes of the delay, within talkspurts and between them
    Duration bufferingMean{};
    Duration bufferingMax{};
};

class JitterBuffer
{
  public:
    /// @param clockRate of the RTP timestamp, Hz
    JitterBuffer(const PlayoutOptions& options, uint32_t clockRate);

    /// A packet came that is no duplicate.
    /// @return when it is played; nothing where it is too late for that, or far too early.
    std::optional<TimePoint> HandlePacket(TimePoint now, uint32_t timestamp, bool isSpurtStart);

    PlayoutStatistics GetStatistics() const;

  private:
    Duration SinceFirst(uint32_t timestamp);
    void Move(TimePoint now);
    void Lengthen(Duration transit);
    void SetOffset(Duration wanted, Duration quickest);

    PlayoutOptions m_options;
    uint32_t m_clockRate;
    TimePoint m_first{};                 ///< arrival of the first packet
    std::optional<uint32_t> m_timestamp; ///< the last one
    int64_t m_ticks{0};                  ///< it, from the first packet's on, without wraps
    Duration
        m_offset{}; ///< from a packet's time to its playout; the first packet's time is its arrival
    std::deque<Duration> m_transits; ///< of the last packets, above the first one's
    TimePoint m_moved{};
    uint64_t m_late{0};
    uint64_t m_early{0};
    uint64_t m_moves{0};
    DelayDistribution m_buffering;
};

} // namespace imsfw::rtp
