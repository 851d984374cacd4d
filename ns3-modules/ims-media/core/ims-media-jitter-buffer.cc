// SPDX-License-Identifier: GPL-2.0-only
#include "ims-media-jitter-buffer.h"

#include <algorithm>
#include <vector>

namespace imsfw::rtp
{

namespace
{

constexpr std::size_t WINDOW = 500;                         // ten seconds of 20 ms packets
constexpr Duration LONGEST_WAIT = std::chrono::seconds(10); // what a buffer may hold
constexpr int64_t MOST_TICKS = int64_t{1} << 40;

} // namespace

JitterBuffer::JitterBuffer(const PlayoutOptions& options, uint32_t clockRate)
    : m_options(options), m_clockRate(clockRate), m_offset(options.delay)
{
}

std::optional<TimePoint>
JitterBuffer::HandlePacket(TimePoint now, uint32_t timestamp, bool isSpurtStart)
{
    if (!m_timestamp)
    {
        m_first = m_moved = now;
        m_timestamp = timestamp;
    }
    const TimePoint sent = m_first + SinceFirst(timestamp);
    if (m_options.mode == PlayoutOptions::Mode::ADAPTIVE)
    {
        if (!m_transits.empty() && (isSpurtStart || now - m_moved >= m_options.pace))
        {
            Move(now);
        }
        m_transits.push_back(now - sent);
        if (m_transits.size() > WINDOW)
        {
            m_transits.pop_front();
        }
    }
    const TimePoint playAt = sent + m_offset;
    if (now > playAt)
    {
        ++m_late;
        if (m_options.mode == PlayoutOptions::Mode::ADAPTIVE)
        {
            Lengthen(now - sent);
        }
        return std::nullopt;
    }
    if (playAt - now > LONGEST_WAIT)
    {
        ++m_early;
        return std::nullopt;
    }
    m_buffering.Add(playAt - now);
    return playAt;
}

Duration
JitterBuffer::SinceFirst(uint32_t timestamp)
{
    // The step may wrap or go back. The limit, years away, keeps a peer's timestamps from overflowing the sum.
    m_ticks = std::clamp(
        m_ticks + static_cast<int32_t>(timestamp - *m_timestamp), -MOST_TICKS, MOST_TICKS);
    m_timestamp = timestamp;
    const int64_t rate = m_clockRate;
    return std::chrono::seconds(m_ticks / rate) + Duration(m_ticks % rate * 1'000'000'000 / rate);
}

void
JitterBuffer::Move(TimePoint now)
{
    std::vector<Duration> sorted(m_transits.begin(), m_transits.end());
    std::sort(sorted.begin(), sorted.end());
    const std::size_t rank = (sorted.size() * m_options.percentile + 99) / 100;
    const Duration wanted = sorted[std::clamp<std::size_t>(rank, 1, sorted.size()) - 1];
    SetOffset(wanted, sorted.front());
    m_moved = now;
}

void
JitterBuffer::Lengthen(Duration transit)
{
    const Duration quickest = *std::min_element(m_transits.begin(), m_transits.end());
    SetOffset(std::max(m_offset, transit + m_options.least), quickest);
}

void
JitterBuffer::SetOffset(Duration wanted, Duration quickest)
{
    const Duration offset =
        std::clamp(wanted, quickest + m_options.least, quickest + m_options.most);
    m_moves += offset == m_offset ? 0 : 1;
    m_offset = offset;
}

PlayoutStatistics
JitterBuffer::GetStatistics() const
{
    return {m_buffering.GetCount(),
            m_late,
            m_early,
            m_moves,
            m_buffering.GetMean(),
            m_buffering.GetMax()};
}

} // namespace imsfw::rtp
