// SPDX-License-Identifier: GPL-2.0-only
#include "ims-media-loss-runs.h"

namespace imsfw::rtp
{

namespace
{

constexpr int64_t REACH = 100;    // RFC 3550 A.1 MAX_MISORDER, as the SequenceTracker has it
constexpr int64_t RESTART = 3000; // A.1 MAX_DROPOUT: that far only a restarted source goes

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
LossRuns::Add(int64_t extended, bool isPlayed)
{
    if (!m_pending.empty() && extended < m_pending.rbegin()->first - REACH)
    {
        return;
    }
    m_pending.emplace(extended, isPlayed);
    while (m_pending.begin()->first < m_pending.rbegin()->first - REACH)
    {
        m_settled.Add(m_pending.begin()->first, m_pending.begin()->second);
        m_pending.erase(m_pending.begin());
    }
}

LossRuns::Figures
LossRuns::GetFigures() const
{
    Count count = m_settled;
    for (const auto& [extended, isPlayed] : m_pending)
    {
        count.Add(extended, isPlayed);
    }
    return count.figures;
}

void
LossRuns::Count::Add(int64_t extended, bool isPlayed)
{
    const int64_t gap = last ? extended - *last - 1 : 0;
    if (gap > 0 && gap < RESTART)
    {
        AddMissing(static_cast<uint64_t>(gap));
    }
    if (isPlayed)
    {
        ++figures.played;
        isInRun = false;
    }
    else
    {
        AddMissing(1);
    }
    last = extended;
}

void
LossRuns::Count::AddMissing(uint64_t packets)
{
    figures.missing += packets;
    figures.runs += isInRun ? 0 : 1;
    isInRun = true;
}

} // namespace imsfw::rtp
