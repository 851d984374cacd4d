// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// A video stream going out: frames at a rate, key frames among them, each cut into RTP packets. No video is coded.
///
/// The payload is H.264 in packetization mode 1 (RFC 6184 6.3): a frame is one NAL unit, sent alone where it fits into a
/// packet, in fragmentation units (FU-A) where it does not. What is in a NAL unit is random bytes. Left out: parameter
/// sets, aggregation packets, B frames (an IMS call has none), rate adaptation.
#pragma once

#include "base/random.h"
#include "base/time.h"
#include "ims-media-rtp-sender.h"

#include <deque>
#include <optional>

namespace imsfw::rtp
{

struct VideoOptions
{
    double bitRate{384'000};  ///< bit/s of coded video, RTP and NAL headers not counted; above 0
    double frameRate{25};     ///< frames/s; above 0
    uint32_t keyInterval{50}; ///< frames from one key frame to the next; above 0
    double keyRatio{6};       ///< size of a key frame over that of another; above 0
    double variation{
        0.2}; ///< frames' sizes are uniform in 1 - variation to 1 + variation times the mean; 0 to 1
    std::size_t largestPayload{1200}; ///< bytes after the RTP header; above 2
    uint8_t payloadType{102};
};

/// @return the mean size in bytes of a key frame or of another, so that the mean rate is `bitRate`.
double MeanFrameSize(const VideoOptions& options, bool isKey);

class VideoSender
{
  public:
    static constexpr uint32_t CLOCK_RATE = 90'000; // RFC 6184 8.2.1

    /// @param random must outlive this
    VideoSender(const VideoOptions& options, RandomSource& random);

    void Start(TimePoint now);
    void Stop();
    void HandleTimeout(TimePoint now);

    /// The receiver lost a picture and asks for a key frame (RFC 5104 4.3.1, full intra request): the next frame is one.
    void RequestKeyFrame();

    std::optional<Bytes> PollTransmit();
    std::optional<TimePoint> NextTimeout() const;

    const SenderCounts&
    GetCounts() const
    {
        return m_counts;
    }

    uint64_t
    GetFrames() const
    {
        return m_frames;
    }

    uint32_t
    GetSsrc() const
    {
        return m_ssrc;
    }

    /// @return nothing before Start.
    std::optional<StreamOrigin>
    GetOrigin() const
    {
        return m_origin;
    }

  private:
    void SendFrame(bool isKey);
    void SendFragments(uint8_t nalHeader, ByteView coded);
    void Send(ByteView payload, bool isLast);
    TimePoint FrameTime() const;

    VideoOptions m_options;
    RandomSource& m_random;
    uint32_t m_ssrc;
    uint16_t m_sequence;
    uint32_t m_timestamp;
    std::optional<StreamOrigin> m_origin;
    std::optional<TimePoint> m_started; ///< while running
    uint64_t m_framesSinceStart{0};
    uint32_t m_untilKey{0};
    std::deque<Bytes> m_transmits;
    SenderCounts m_counts;
    uint64_t m_frames{0};
};

} // namespace imsfw::rtp
