// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// One voice stream coming in, measured: loss and jitter after RFC 3550 (A.1, A.3, A.8), one-way delay.
///
/// Delay needs the sender's clock. In a simulation there is one clock: the sender's origin (which timestamp left when) is
/// handed in, and each packet's timestamp then tells when it left, whatever relayed it.
#pragma once

#include "base/bytes.h"
#include "base/time.h"
#include "ims-media-codec.h"
#include "ims-media-delay-distribution.h"
#include "ims-media-jitter-buffer.h"
#include "ims-media-jitter-meter.h"
#include "ims-media-loss-runs.h"
#include "ims-media-rtp-sender.h"
#include "ims-media-sequence-tracker.h"
#include "ims-media-voice-quality.h"

#include <cstdint>
#include <optional>

namespace imsfw::rtp
{

struct Packet;

struct ReceiverStatistics
{
    uint64_t received{0};   ///< different packets of the stream
    uint64_t lost{0};       ///< gaps in the sequence, up to the highest number seen
    uint64_t duplicates{0}; ///< came before
    uint64_t reordered{0};  ///< packets that came after one of a higher number
    uint64_t jumped{0}; ///< numbers too far from the others to be believed at once (RFC 3550 A.1)
    uint64_t malformed{0}; ///< not RTP, or of another stream or codec
    uint64_t misdated{0};  ///< with timestamps of the future: counted as received, without a delay
    Duration jitter{};     ///< interarrival jitter, RFC 3550 6.4.1
    Duration delayMin{};   ///< the delays are 0 where no origin was handed in
    Duration delayMean{};
    Duration delayP95{};
    Duration delayMax{};
    Duration longestGap{}; ///< between two arrivals
    TimePoint first{};
    TimePoint last{};
};

class RtpReceiver
{
  public:
    explicit RtpReceiver(const Codec& codec);

    /// Put a jitter buffer behind the measurement. Before the first packet.
    void EnablePlayout(const PlayoutOptions& options);

    /// @param origin of the stream that this packet belongs to, where it is known
    void HandleInput(TimePoint now, ByteView bytes, const std::optional<StreamOrigin>& origin);

    ReceiverStatistics GetStatistics() const;

    const DelayDistribution&
    GetDelays() const
    {
        return m_delays;
    }

    /// @return nothing before the first packet.
    std::optional<uint32_t>
    GetSsrc() const
    {
        return m_ssrc;
    }

    SequenceTracker&
    GetSequence()
    {
        return m_sequence;
    }

    const JitterMeter&
    GetJitter() const
    {
        return m_jitter;
    }

    /// @return all zero without a jitter buffer.
    PlayoutStatistics GetPlayout() const;

    /// @return the time from sending to playout of the packets played, where their origin is known.
    const DelayDistribution&
    GetMouthToEar() const
    {
        return m_mouthToEar;
    }

    /// @return nothing without a jitter buffer and known origins, or without figures of the codec.
    std::optional<VoiceQuality> GetQuality() const;

  private:
    bool IsOurs(const std::optional<Packet>& packet) const;
    void NoteArrival(TimePoint now, uint32_t ssrc);
    TimePoint SentAt(uint32_t timestamp, const StreamOrigin& origin) const;
    void Play(TimePoint now, const Packet& packet, const std::optional<TimePoint>& sent);

    const Codec& m_codec;
    ReceiverStatistics m_statistics;
    std::optional<uint32_t> m_ssrc;
    SequenceTracker m_sequence;
    JitterMeter m_jitter;
    DelayDistribution m_delays;
    std::optional<JitterBuffer> m_buffer;
    LossRuns m_lossAtEar;
    DelayDistribution m_mouthToEar;
};

} // namespace imsfw::rtp
