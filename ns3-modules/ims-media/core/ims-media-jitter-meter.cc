// SPDX-License-Identifier: GPL-2.0-only
#include "ims-media-jitter-meter.h"

#include <cmath>

namespace imsfw::rtp
{

JitterMeter::JitterMeter(uint32_t clockRate) : m_clockRate(clockRate)
{
}

void
JitterMeter::Add(TimePoint arrival, uint32_t timestamp)
{
    // RFC 3550 6.4.1: D(i,j) = (Rj - Ri) - (Sj - Si); A.8: J += (|D| - J) / 16.
    if (m_previous)
    {
        const auto ticks = static_cast<int32_t>(timestamp - m_previous->timestamp); // may wrap
        const Duration sentApart(int64_t{ticks} * 1'000'000'000 / m_clockRate);
        const Duration difference = (arrival - m_previous->time) - sentApart;
        m_jitter += (std::abs(static_cast<double>(difference.count())) - m_jitter) / 16;
    }
    m_previous = Arrival{arrival, timestamp};
}

Duration
JitterMeter::Get() const
{
    return Duration(std::llround(m_jitter));
}

uint32_t
JitterMeter::GetForReport() const
{
    return static_cast<uint32_t>(m_jitter * m_clockRate / 1e9);
}

} // namespace imsfw::rtp
