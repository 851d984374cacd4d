// SPDX-License-Identifier: GPL-2.0-only
#include "ims-media-rtp-receiver.h"

#include "ims-media-rtp-packet.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace imsfw::rtp
{

namespace
{

/// How far behind the highest number a packet is still told from a duplicate.
constexpr int64_t REORDER_REACH = 3000; // RFC 3550 A.1 MAX_DROPOUT

} // namespace

RtpReceiver::RtpReceiver(const Codec& codec) : m_codec(codec)
{
}

void
RtpReceiver::HandleInput(TimePoint now, ByteView bytes, const std::optional<StreamOrigin>& origin)
{
    const auto packet = ParsePacket(bytes);
    const bool isOurs = packet && packet->payloadType == m_codec.payloadType &&
                        packet->payload.Size() == m_codec.payload &&
                        m_ssrc.value_or(packet->ssrc) == packet->ssrc;
    if (!isOurs)
    {
        ++m_statistics.malformed;
        return;
    }
    if (!m_ssrc)
    {
        m_ssrc = packet->ssrc;
        m_statistics.first = now;
        m_highest = m_lowest = packet->sequence;
    }
    else
    {
        m_statistics.longestGap = std::max(m_statistics.longestGap, now - m_statistics.last);
    }
    m_statistics.last = now;
    if (!Accept(packet->sequence))
    {
        ++m_statistics.duplicates;
        return;
    }
    ++m_statistics.received;
    MeasureJitter(now, packet->timestamp);
    if (origin && origin->ssrc == packet->ssrc)
    {
        MeasureDelay(now, packet->timestamp, *origin);
    }
}

bool
RtpReceiver::Accept(uint16_t sequence)
{
    // The nearest extended number to the highest one: the 16 bits wrap every 65,536 packets.
    const int64_t extended =
        m_highest + static_cast<int16_t>(sequence - static_cast<uint16_t>(m_highest & 0xffff));
    // Beyond the reach nothing is remembered: counted as new, a late duplicate would undo a loss.
    if (extended < m_highest - REORDER_REACH || !m_seen.insert(extended).second)
    {
        return false;
    }
    if (extended < m_highest)
    {
        ++m_statistics.reordered;
    }
    m_highest = std::max(m_highest, extended);
    m_lowest = std::min(m_lowest, extended);
    m_seen.erase(m_seen.begin(), m_seen.lower_bound(m_highest - REORDER_REACH));
    return true;
}

void
RtpReceiver::MeasureJitter(TimePoint now, uint32_t timestamp)
{
    // RFC 3550 6.4.1: D(i,j) = (Rj - Ri) - (Sj - Si); A.8: J += (|D| - J) / 16. In nanoseconds.
    if (m_previous)
    {
        const auto ticks = static_cast<int32_t>(timestamp - m_previous->timestamp); // may wrap
        const Duration sentApart(int64_t{ticks} * 1'000'000'000 / m_codec.clockRate);
        const Duration difference = (now - m_previous->time) - sentApart;
        m_jitter += (std::abs(static_cast<double>(difference.count())) - m_jitter) / 16;
    }
    m_previous = Arrival{now, timestamp};
}

void
RtpReceiver::MeasureDelay(TimePoint now, uint32_t timestamp, const StreamOrigin& origin)
{
    const uint32_t ticks = timestamp - origin.timestamp; // wraps as the timestamps do
    const TimePoint sent =
        origin.time + Duration(static_cast<int64_t>(ticks) * 1'000'000'000 / m_codec.clockRate);
    m_delays.push_back(now - sent);
}

ReceiverStatistics
RtpReceiver::GetStatistics() const
{
    ReceiverStatistics statistics = m_statistics;
    if (m_ssrc)
    {
        statistics.lost = static_cast<uint64_t>(m_highest - m_lowest + 1) - statistics.received;
    }
    statistics.jitter = Duration(std::llround(m_jitter));
    if (!m_delays.empty())
    {
        std::vector<Duration> sorted = m_delays;
        std::sort(sorted.begin(), sorted.end());
        statistics.delayMin = sorted.front();
        statistics.delayMax = sorted.back();
        statistics.delayP95 = sorted[(sorted.size() * 95 + 99) / 100 - 1]; // nearest rank
        statistics.delayMean = std::accumulate(sorted.begin(), sorted.end(), Duration{}) /
                               static_cast<int64_t>(sorted.size());
    }
    return statistics;
}

} // namespace imsfw::rtp
