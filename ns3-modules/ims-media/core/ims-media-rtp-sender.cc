// SPDX-License-Identifier: GPL-2.0-only
#include "ims-media-rtp-sender.h"

#include "ims-media-rtp-packet.h"

namespace imsfw::rtp
{

namespace
{

/// @return a payload of this many octets: coded speech looks random to a middlebox, but for how each frame begins.
Bytes
DrawPayload(const Codec& codec, std::size_t octets, RandomSource& random)
{
    Bytes payload = random.Draw(octets);
    if (codec.firstOctet && !payload.empty())
    {
        payload.front() = *codec.firstOctet;
    }
    return payload;
}

} // namespace

RtpSender::RtpSender(const Codec& codec, RandomSource& random)
    : m_codec(codec),
      m_random(random),
      m_ssrc(random.U32()),
      m_sequence(static_cast<uint16_t>(random.U32())),
      m_timestamp(random.U32()),
      m_payload(DrawPayload(codec, codec.payload, random))
{
}

void
RtpSender::EnableDtx(const TalkspurtMeans& means)
{
    m_dtx = means;
    m_noise = DrawPayload(m_codec, m_codec.noise.payload, m_random);
}

void
RtpSender::Start(TimePoint now)
{
    if (m_next)
    {
        return;
    }
    if (!m_origin)
    {
        m_origin = StreamOrigin{m_ssrc, m_timestamp, now};
    }
    else
    {
        // RFC 3550 5.1: the timestamp "increments monotonically and linearly in time", in silence too.
        m_timestamp = TimestampAt(now);
    }
    if (m_dtx)
    {
        m_talk.emplace(*m_dtx, m_random, now);
    }
    m_isTalkspurtStart = true;
    m_silentFrames = 0;
    m_next = now;
    HandleTimeout(now);
}

uint32_t
RtpSender::TimestampAt(TimePoint now) const
{
    const int64_t elapsed = (now - m_origin->time).count();
    return m_origin->timestamp +
           static_cast<uint32_t>(elapsed / 1000 * m_codec.clockRate / 1'000'000);
}

void
RtpSender::Stop()
{
    m_next.reset();
}

void
RtpSender::HandleTimeout(TimePoint now)
{
    while (m_next && *m_next <= now)
    {
        HandleFrame(*m_next);
        m_timestamp += m_codec.TicksPerPacket();
        *m_next += m_codec.interval;
    }
}

void
RtpSender::HandleFrame(TimePoint now)
{
    if (!m_talk || m_talk->IsTalking(now))
    {
        m_isTalkspurtStart = m_isTalkspurtStart || m_silentFrames > 0;
        m_silentFrames = 0;
        Send(m_codec.payloadType, m_payload);
        return;
    }
    if (IsNoiseDue())
    {
        ++m_counts.noise;
        Send(m_codec.noise.payloadType, m_noise);
    }
    ++m_silentFrames;
}

bool
RtpSender::IsNoiseDue() const
{
    const ComfortNoise& noise = m_codec.noise;
    return m_silentFrames == 0 ||
           (m_silentFrames >= noise.second && (m_silentFrames - noise.second) % noise.every == 0);
}

void
RtpSender::Send(uint8_t payloadType, ByteView payload)
{
    // RFC 3551 4.1: the marker bit begins a talkspurt.
    m_transmits.push_back(
        WritePacket({m_isTalkspurtStart, payloadType, m_sequence, m_timestamp, m_ssrc, payload}));
    m_isTalkspurtStart = false;
    ++m_sequence;
    ++m_counts.packets;
    m_counts.octets += payload.Size();
}

std::optional<Bytes>
RtpSender::PollTransmit()
{
    if (m_transmits.empty())
    {
        return std::nullopt;
    }
    Bytes bytes = std::move(m_transmits.front());
    m_transmits.pop_front();
    return bytes;
}

std::optional<TimePoint>
RtpSender::NextTimeout() const
{
    return m_next;
}

uint64_t
RtpSender::GetSent() const
{
    return m_counts.packets;
}

std::optional<StreamOrigin>
RtpSender::GetOrigin() const
{
    return m_origin;
}

} // namespace imsfw::rtp
