// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// One voice stream going out: a packet each interval, from the moment it is started until it is stopped. Sans-IO.
///
/// Left out: silence suppression, RTCP.
#pragma once

#include "base/random.h"
#include "base/time.h"
#include "ims-media-codec.h"

#include <deque>
#include <optional>

namespace imsfw::rtp
{

/// How a receiver's side turns a stream's timestamps into times of sending (see RtpReceiver).
struct StreamOrigin
{
    uint32_t ssrc{0};
    uint32_t timestamp{0}; ///< of the first packet
    TimePoint time{};      ///< when that was sent
};

class RtpSender
{
  public:
    /// @param random SSRC, first sequence number and timestamp are drawn from it (RFC 3550 5.1)
    RtpSender(const Codec& codec, RandomSource& random);

    void Start(TimePoint now);
    void Stop();
    void HandleTimeout(TimePoint now);
    std::optional<Bytes> PollTransmit();
    std::optional<TimePoint> NextTimeout() const;

    uint64_t GetSent() const;
    /// @return nothing before Start.
    std::optional<StreamOrigin> GetOrigin() const;

  private:
    void SendOne();

    const Codec& m_codec;
    uint32_t m_ssrc;
    uint16_t m_sequence;
    uint32_t m_timestamp;
    Bytes m_payload;
    std::deque<Bytes> m_transmits;
    std::optional<TimePoint> m_next;
    std::optional<StreamOrigin> m_origin;
    bool m_isTalkspurtStart{false};
    uint64_t m_sent{0};
};

} // namespace imsfw::rtp
