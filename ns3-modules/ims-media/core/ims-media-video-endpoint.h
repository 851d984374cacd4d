// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// One party of a video stream, as one sans-IO machine: frames out and in, SRTP around them, and picture loss indications
/// (RFC 4585 6.3.1): who lost a picture asks for a key frame by RTCP, who is asked sends one.
///
/// Left out: regular reports (the voice stream's tell loss and round trip), RFC 4585's timing of early feedback (here an
/// indication leaves at once, but not within half a second of the last one).
#pragma once

#include "ims-media-rtcp-packet.h"
#include "ims-media-srtp-pair.h"
#include "ims-media-video-receiver.h"
#include "ims-media-video-sender.h"

#include <deque>
#include <memory>
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
    /// @param srtp null without SRTP
    VideoEndpoint(const VideoOptions& options,
                  bool asksForKeyFrames,
                  const std::string& cname,
                  RandomSource& random,
                  std::unique_ptr<SrtpPair> srtp = nullptr);
    VideoEndpoint(const VideoEndpoint&) = delete;
    VideoEndpoint& operator=(const VideoEndpoint&) = delete;

    void Start(TimePoint now);
    void Stop();
    /// @return whether @p packet, which came over a transport that several streams share (RFC 9143 9.2), is one of this
    /// stream: RTP by its payload type, RTCP by who sent it. The fields stand in the clear under SRTP too.
    bool IsMine(ByteView packet) const;
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

    /// The peer has told its SRTP key. @return whether it is one; false without SRTP
    bool SetPeerKey(ByteView key);

    /// @return all zero without SRTP.
    SrtpPairStatistics GetSrtp() const;

  private:
    void HandleRtcp(ByteView bytes);
    void AskForKeyFrame(TimePoint now);

    uint8_t m_payloadType;
    bool m_asksForKeyFrames;
    std::string m_cname;
    VideoSender m_sender;
    VideoReceiver m_receiver;
    std::unique_ptr<SrtpPair> m_srtp;
    bool m_isAskPending{false};
    std::optional<TimePoint> m_asked;
    std::deque<Bytes> m_feedback;
    VideoEndpointStatistics m_statistics;
};

} // namespace imsfw::rtp
