// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// A video stream coming in, measured: packets as for voice, and frames, of which one lost packet spoils a whole one and
/// one spoilt frame all that follow up to the next key frame.
///
/// A frame is given up when packets of a frame two later have come. Left out: a playout clock; a frame that comes whole
/// counts however late it is (its delay is measured).
#pragma once

#include "base/bytes.h"
#include "base/time.h"
#include "ims-media-delay-distribution.h"
#include "ims-media-jitter-meter.h"
#include "ims-media-rtp-sender.h"
#include "ims-media-sequence-tracker.h"
#include "ims-media-video-sender.h"

#include <cstdint>
#include <map>
#include <optional>

namespace imsfw::rtp
{

struct Packet;
struct H264Piece;

struct VideoStatistics
{
    uint64_t packets{0};
    uint64_t lost{0};
    uint64_t duplicates{0};
    uint64_t malformed{0};  ///< not RTP, of another stream or payload
    uint64_t outdated{0};   ///< packets of a frame that was counted before they came
    uint64_t complete{0};   ///< frames of which every packet came
    uint64_t keyFrames{0};  ///< among them
    uint64_t incomplete{0}; ///< frames given up; several that are missing in a row count once
    uint64_t decodable{0};  ///< complete ones with an unbroken chain to a key frame
    uint64_t octets{0};     ///< of coded video in complete frames
    Duration jitter{};
    TimePoint last{}; ///< when a packet of the stream came last
};

class VideoReceiver
{
  public:
    explicit VideoReceiver(uint8_t payloadType);

    /// @param origin of the stream, where it is known
    void HandleInput(TimePoint now, ByteView bytes, const std::optional<StreamOrigin>& origin);

    /// Frames still on their way when it is called are not counted.
    VideoStatistics GetStatistics() const;

    /// @return the delays of complete frames, from sending to the arrival of their last packet.
    const DelayDistribution&
    GetFrameDelays() const
    {
        return m_delays;
    }

    /// @return nothing before the first packet.
    std::optional<uint32_t>
    GetSsrc() const
    {
        return m_ssrc;
    }

    /// @return true once after each loss of the picture: a key frame is wanted.
    bool TakeKeyFrameRequest();

  private:
    struct Frame
    {
        std::optional<int64_t> first; ///< number of the packet that begins it
        std::optional<int64_t> last;
        std::size_t packets{0};
        std::size_t octets{0};
        bool isKey{false};
        TimePoint arrival{}; ///< of its last packet so far
    };

    int64_t ExtendTimestamp(uint32_t timestamp);
    void AddPiece(TimePoint now, const Packet& packet, const H264Piece& piece);
    void HandleOutdated(uint32_t timestamp);
    void Settle(const std::optional<StreamOrigin>& origin);
    bool IsComplete(const Frame& frame) const;
    void Finish(int64_t timestamp, const Frame& frame, const std::optional<StreamOrigin>& origin);
    void GiveUp();

    uint8_t m_payloadType;
    std::optional<uint32_t> m_ssrc;
    SequenceTracker m_sequence;
    JitterMeter m_jitter{VideoSender::CLOCK_RATE};
    std::map<int64_t, Frame> m_frames;   ///< by timestamp without wraps
    std::optional<int64_t> m_newest;     ///< timestamp
    std::optional<int64_t> m_settled;    ///< the last frame that was counted
    std::optional<int64_t> m_nextNumber; ///< of the packet that the next frame begins with
    unsigned m_outdatedInARow{0};
    bool m_hasPicture{false};
    bool m_wantsKey{false};
    VideoStatistics m_statistics;
    DelayDistribution m_delays;
};

} // namespace imsfw::rtp
