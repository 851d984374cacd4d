// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// One voice stream going out: a packet each interval, from the moment it is started until it is stopped; with
/// discontinuous transmission, comfort noise packets instead while nobody talks. Sans-IO.
#pragma once

#include "base/random.h"
#include "base/time.h"
#include "ims-media-codec.h"
#include "ims-media-talkspurt.h"

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

/// What RTCP's sender reports count (RFC 3550 6.4.1).
struct SenderCounts
{
    uint64_t packets{0};
    uint64_t octets{0}; ///< of payload
    uint64_t noise{0};  ///< comfort noise packets among them
};

class RtpSender
{
  public:
    /// @param random SSRC, first sequence number and timestamp are drawn from it (RFC 3550 5.1); it must outlive this
    RtpSender(const Codec& codec, RandomSource& random);

    /// Send comfort noise in the pauses that a talkspurt model makes. Before the first Start.
    void EnableDtx(const TalkspurtMeans& means);

    void Start(TimePoint now);
    void Stop();
    void HandleTimeout(TimePoint now);
    std::optional<Bytes> PollTransmit();
    std::optional<TimePoint> NextTimeout() const;

    uint64_t GetSent() const;

    const SenderCounts&
    GetCounts() const
    {
        return m_counts;
    }

    uint32_t
    GetSsrc() const
    {
        return m_ssrc;
    }

    /// @return nothing before Start.
    std::optional<StreamOrigin> GetOrigin() const;

    /// @return the timestamp that @p now corresponds to, for sender reports. @pre started
    uint32_t TimestampAt(TimePoint now) const;

  private:
    void HandleFrame(TimePoint now);
    bool IsNoiseDue() const;
    void Send(uint8_t payloadType, ByteView payload);

    const Codec& m_codec;
    RandomSource& m_random;
    uint32_t m_ssrc;
    uint16_t m_sequence;
    uint32_t m_timestamp;
    Bytes m_payload;
    Bytes m_noise;
    std::optional<TalkspurtMeans> m_dtx;
    std::optional<TalkspurtModel> m_talk;
    uint32_t m_silentFrames{0}; ///< since the end of the last talkspurt
    std::deque<Bytes> m_transmits;
    std::optional<TimePoint> m_next;
    std::optional<StreamOrigin> m_origin;
    bool m_isTalkspurtStart{false};
    SenderCounts m_counts;
};

} // namespace imsfw::rtp
