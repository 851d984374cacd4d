// SPDX-License-Identifier: GPL-2.0-only
#include "ims-media-rtp-receiver.h"

#include "ims-media-rtp-packet.h"

#include <algorithm>

namespace imsfw::rtp
{

RtpReceiver::RtpReceiver(const Codec& codec) : m_codec(codec), m_jitter(codec.clockRate)
{
}

void
RtpReceiver::HandleInput(TimePoint now, ByteView bytes, const std::optional<StreamOrigin>& origin)
{
    const auto packet = ParsePacket(bytes);
    if (!IsOurs(packet))
    {
        ++m_statistics.malformed;
        return;
    }
    NoteArrival(now, packet->ssrc);
    const auto verdict = m_sequence.Add(packet->sequence);
    if (verdict == SequenceTracker::Verdict::DUPLICATE ||
        verdict == SequenceTracker::Verdict::JUMPED)
    {
        return;
    }
    m_jitter.Add(now, packet->timestamp);
    std::optional<TimePoint> sent;
    if (origin && origin->ssrc == packet->ssrc)
    {
        sent = SentAt(packet->timestamp, *origin);
    }
    if (sent && *sent > now)
    {
        ++m_statistics.misdated;
        sent.reset();
    }
    if (sent)
    {
        m_delays.Add(now - *sent);
    }
    Play(now, *packet, sent);
}

void
RtpReceiver::EnablePlayout(const PlayoutOptions& options)
{
    m_buffer.emplace(options, m_codec.clockRate);
}

void
RtpReceiver::Play(TimePoint now, const Packet& packet, const std::optional<TimePoint>& sent)
{
    if (!m_buffer)
    {
        return;
    }
    const auto playAt = m_buffer->HandlePacket(now, packet.timestamp, packet.marker);
    m_lossAtEar.Add(m_sequence.GetExtended(), playAt.has_value());
    if (playAt && sent)
    {
        m_mouthToEar.Add(*playAt - *sent);
    }
}

bool
RtpReceiver::IsOurs(const std::optional<Packet>& packet) const
{
    if (!packet || m_ssrc.value_or(packet->ssrc) != packet->ssrc)
    {
        return false;
    }
    const auto is = [&](uint8_t payloadType, std::size_t payload)
    { return packet->payloadType == payloadType && packet->payload.Size() == payload; };
    return is(m_codec.payloadType, m_codec.payload) ||
           is(m_codec.noise.payloadType, m_codec.noise.payload);
}

void
RtpReceiver::NoteArrival(TimePoint now, uint32_t ssrc)
{
    if (m_ssrc)
    {
        m_statistics.longestGap = std::max(m_statistics.longestGap, now - m_statistics.last);
    }
    else
    {
        m_ssrc = ssrc;
        m_statistics.first = now;
    }
    m_statistics.last = now;
}

TimePoint
RtpReceiver::SentAt(uint32_t timestamp, const StreamOrigin& origin) const
{
    const uint32_t ticks = timestamp - origin.timestamp; // wraps as the timestamps do
    return origin.time + Duration(static_cast<int64_t>(ticks) * 1'000'000'000 / m_codec.clockRate);
}

PlayoutStatistics
RtpReceiver::GetPlayout() const
{
    return m_buffer ? m_buffer->GetStatistics() : PlayoutStatistics{};
}

std::optional<VoiceQuality>
RtpReceiver::GetQuality() const
{
    if (m_mouthToEar.GetCount() == 0)
    {
        return std::nullopt;
    }
    return EstimateQuality(m_codec, m_mouthToEar.GetMean(), m_lossAtEar.GetFigures());
}

ReceiverStatistics
RtpReceiver::GetStatistics() const
{
    ReceiverStatistics statistics = m_statistics;
    statistics.received = m_sequence.GetReceived();
    statistics.lost = m_sequence.GetLost();
    statistics.duplicates = m_sequence.GetDuplicates();
    statistics.reordered = m_sequence.GetReordered();
    statistics.jumped = m_sequence.GetJumped();
    statistics.jitter = m_jitter.Get();
    statistics.delayMin = m_delays.GetMin();
    statistics.delayMean = m_delays.GetMean();
    statistics.delayP95 = m_delays.GetPercentile(95);
    statistics.delayMax = m_delays.GetMax();
    return statistics;
}

} // namespace imsfw::rtp
