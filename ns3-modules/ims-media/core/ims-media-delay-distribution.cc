// SPDX-License-Identifier: GPL-2.0-only
#include "ims-media-delay-distribution.h"

#include <algorithm>

namespace imsfw::rtp
{

void
DelayDistribution::Add(Duration delay)
{
    m_isSorted = m_isSorted && (m_delays.empty() || m_delays.back() <= delay);
    m_delays.push_back(delay);
    m_sum += delay;
}

std::size_t
DelayDistribution::GetCount() const
{
    return m_delays.size();
}

const std::vector<Duration>&
DelayDistribution::Sorted() const
{
    if (!m_isSorted)
    {
        std::sort(m_delays.begin(), m_delays.end());
        m_isSorted = true;
    }
    return m_delays;
}

Duration
DelayDistribution::GetMin() const
{
    return m_delays.empty() ? Duration{} : Sorted().front();
}

Duration
DelayDistribution::GetMean() const
{
    return m_delays.empty() ? Duration{} : m_sum / static_cast<int64_t>(m_delays.size());
}

Duration
DelayDistribution::GetMax() const
{
    return m_delays.empty() ? Duration{} : Sorted().back();
}

Duration
DelayDistribution::GetPercentile(unsigned percent) const
{
    if (m_delays.empty())
    {
        return {};
    }
    const std::size_t rank = (m_delays.size() * std::min(percent, 100U) + 99) / 100;
    return Sorted()[std::max<std::size_t>(rank, 1) - 1];
}

std::vector<uint64_t>
DelayDistribution::GetHistogram(Duration width, std::size_t bins) const
{
    std::vector<uint64_t> counts(bins);
    for (const Duration delay : m_delays)
    {
        const auto bin = static_cast<std::size_t>(std::max(delay, Duration{}) / width);
        ++counts[std::min(bin, bins - 1)];
    }
    return counts;
}

} // namespace imsfw::rtp
