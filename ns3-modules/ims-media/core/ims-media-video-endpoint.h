// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// One party of a video stream, as one sans-IO machine: frames out and in, and picture loss indications (RFC 4585 6.3.1):
/// who lost a picture asks for a key frame by RTCP, who is asked sends one.
///
/// Left out: regular reports (the voice stream's tell loss and round trip), RFC 4585's timing of early feedback (here an
/// indication leaves at once, but not within half a second of the last one), SRTP.
#pragma once

#include "ims-media-rtcp-packet.h"
#include "ims-media-video-receiver.h"
#include "ims-media-video-sender.h"

#include <deque>
#include <optional>
#include <string>

namespace imsfw::rtp
{

struct VideoEndpointStatistics
{
    uint64_t indicationsSent{0};
    uint64_t indicationsReceived{0};
    uint64_t malformedRtcp{0};
};

class VideoEndpoint
{
  public:
    /// @param asksForKeyFrames whether a lost picture is told to the peer
    /// @param random must outlive this
    VideoEndpoint(const VideoOptions& options,
                  bool asksForKeyFrames,
                  const std::string& cname,
                  RandomSource& random);
    VideoEndpoint(const VideoEndpoint&) = delete;
    VideoEndpoint& operator=(const VideoEndpoint&) = delete;

    void Start(TimePoint now);
    void Stop();
    /// @param origin of the peer's stream, where it is known
    void HandleInput(TimePoint now, ByteView bytes, const std::optional<StreamOrigin>& origin);
    void HandleTimeout(TimePoint now);
    std::optional<Bytes> PollTransmit();
    std::optional<TimePoint> NextTimeout() const;

    const VideoSender&
    GetSender() const
    {
        return m_sender;
    }

    const VideoReceiver&
    GetReceiver() const
    {
        return m_receiver;
    }

    const VideoEndpointStatistics&
    GetStatistics() const
    {
        return m_statistics;
    }

  private:
    void HandleRtcp(ByteView bytes);
    void AskForKeyFrame(TimePoint now);

    bool m_asksForKeyFrames;
    std::string m_cname;
    VideoSender m_sender;
    VideoReceiver m_receiver;
    bool m_isAskPending{false};
    std::optional<TimePoint> m_asked;
    std::deque<Bytes> m_feedback;
    VideoEndpointStatistics m_statistics;
};

} // namespace imsfw::rtp
