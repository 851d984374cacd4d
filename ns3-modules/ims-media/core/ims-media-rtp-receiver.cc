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
    if (origin && origin->ssrc == packet->ssrc)
    {
        MeasureDelay(now, packet->timestamp, *origin);
    }
}

bool
RtpReceiver::IsOurs(const std::optional<Packet>& packet) const
{
    return packet && packet->payloadType == m_codec.payloadType &&
           packet->payload.Size() == m_codec.payload &&
           m_ssrc.value_or(packet->ssrc) == packet->ssrc;
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

void
RtpReceiver::MeasureDelay(TimePoint now, uint32_t timestamp, const StreamOrigin& origin)
{
    const uint32_t ticks = timestamp - origin.timestamp; // wraps as the timestamps do
    const TimePoint sent =
        origin.time + Duration(static_cast<int64_t>(ticks) * 1'000'000'000 / m_codec.clockRate);
    m_delays.Add(now - sent);
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
