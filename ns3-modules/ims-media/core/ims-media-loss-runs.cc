// SPDX-License-Identifier: GPL-2.0-only
#include "ims-media-loss-runs.h"

namespace imsfw::rtp
{

namespace
{

constexpr int64_t REACH = 100; // RFC 3550 A.1 MAX_MISORDER, as the SequenceTracker has it

} // namespace

double
LossRuns::Figures::LossPercent() const
{
    const uint64_t all = played + missing;
    return all == 0 ? 0 : 100.0 * static_cast<double>(missing) / static_cast<double>(all);
}

double
LossRuns::Figures::BurstRatio() const
{
    if (runs == 0)
    {
        return 1;
    }
    const double length = static_cast<double>(missing) / static_cast<double>(runs);
    return length * (1 - LossPercent() / 100); // random loss: 1 / (1 - p)
}

void
LossRuns::Add(int64_t extended)
{
    if (!m_pending.empty() && extended < *m_pending.rbegin() - REACH)
    {
        return;
    }
    m_pending.insert(extended);
    while (*m_pending.begin() < *m_pending.rbegin() - REACH)
    {
        Count(m_figures, m_last, *m_pending.begin());
        m_pending.erase(m_pending.begin());
    }
}

LossRuns::Figures
LossRuns::GetFigures() const
{
    Figures figures = m_figures;
    std::optional<int64_t> last = m_last;
    for (const int64_t extended : m_pending)
    {
        Count(figures, last, extended);
    }
    return figures;
}

void
LossRuns::Count(Figures& figures, std::optional<int64_t>& last, int64_t extended)
{
    const int64_t gap = last ? extended - *last - 1 : 0;
    figures.missing += static_cast<uint64_t>(gap);
    figures.runs += gap > 0 ? 1 : 0;
    ++figures.played;
    last = extended;
}

} // namespace imsfw::rtp
