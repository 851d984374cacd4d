// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// One party of a voice call, as one sans-IO machine: speech out and in, its playout, RTCP beside it on the same port
/// (RFC 5761), and SRTP around both.
#pragma once

#include "ims-media-rtcp-session.h"
#include "ims-media-rtcp-voice.h"
#include "ims-media-rtp-receiver.h"
#include "ims-media-rtp-sender.h"
#include "ims-media-srtp-pair.h"

#include <deque>
#include <memory>
#include <optional>

namespace imsfw::rtp
{

struct VoiceOptions
{
    std::optional<TalkspurtMeans> dtx;
    std::optional<PlayoutOptions> playout;
    std::optional<RtcpOptions> rtcp;
    std::optional<SrtpKeys> srtp;
};

class VoiceEndpoint
{
  public:
    /// @param media, timing sources that must outlive this: the first for the stream, the second for RTCP's intervals, so
    /// that reports do not change what is said
    /// @return the party, or why SRTP cannot be as it is asked for.
    static Result<std::unique_ptr<VoiceEndpoint>, SrtpError> Create(const Codec& codec,
                                                                    const VoiceOptions& options,
                                                                    RandomSource& media,
                                                                    RandomSource& timing);
    VoiceEndpoint(const VoiceEndpoint&) = delete;
    VoiceEndpoint& operator=(const VoiceEndpoint&) = delete;

    void StartTalking(TimePoint now);
    void StopTalking();

    /// Stop talking and say goodbye.
    void Leave(TimePoint now);

    /// @param origin of the peer's stream, where it is known
    void HandleInput(TimePoint now, ByteView bytes, const std::optional<StreamOrigin>& origin);
    void HandleTimeout(TimePoint now);
    std::optional<Bytes> PollTransmit();
    std::optional<RtcpEvent> PollEvent();
    std::optional<TimePoint> NextTimeout() const;

    const RtpSender&
    GetSender() const
    {
        return m_sender;
    }

    const RtpReceiver&
    GetReceiver() const
    {
        return m_receiver;
    }

    /// @return nullptr without RTCP.
    const RtcpStatistics* GetRtcp() const;

    /// The peer has told its SRTP key. @return whether it is one; false without SRTP
    bool SetPeerKey(ByteView key);

    /// @return all zero without SRTP.
    SrtpPairStatistics GetSrtp() const;

  private:
    VoiceEndpoint(const Codec& codec,
                  const VoiceOptions& options,
                  RandomSource& media,
                  RandomSource& timing);
    void Collect(TimePoint now);
    void Transmit(const Bytes& bytes, bool isRtcp);
    /// @return nothing where SRTP refuses @p bytes; it counts that.
    std::optional<Bytes> Unprotect(ByteView bytes, bool isRtcp);

    RtpSender m_sender;
    RtpReceiver m_receiver;
    VoiceRtcpMedia m_rtcpMedia;
    std::optional<RtcpSession> m_rtcp;
    std::unique_ptr<SrtpPair> m_srtp; ///< null without SRTP
    std::deque<Bytes> m_transmits;
};

} // namespace imsfw::rtp
