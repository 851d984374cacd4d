// SPDX-License-Identifier: GPL-2.0-only
#include "ims-media-sequence-tracker.h"

#include <algorithm>

namespace imsfw::rtp
{

namespace
{

// RFC 3550 A.1
constexpr int64_t MAX_DROPOUT = 3000;
constexpr int64_t MAX_MISORDER = 100;

} // namespace

SequenceTracker::Verdict
SequenceTracker::Add(uint16_t sequence)
{
    if (!m_isStarted)
    {
        Restart(sequence);
        return Verdict::FRESH;
    }
    // The nearest extended number to the highest one: the 16 bits wrap every 65,536 packets.
    const auto step = static_cast<int16_t>(sequence - static_cast<uint16_t>(m_highest & 0xffff));
    if (step >= MAX_DROPOUT || step < -MAX_MISORDER)
    {
        return HandleJump(sequence);
    }
    const int64_t extended = m_highest + step;
    if (!m_seen.insert(extended).second)
    {
        ++m_duplicates;
        return Verdict::DUPLICATE;
    }
    ++m_received;
    m_last = extended;
    const bool isReordered = extended < m_highest;
    m_reordered += isReordered ? 1 : 0;
    m_highest = std::max(m_highest, extended);
    m_lowest = std::min(m_lowest, extended);
    m_seen.erase(m_seen.begin(), m_seen.lower_bound(m_highest - MAX_MISORDER));
    return isReordered ? Verdict::REORDERED : Verdict::FRESH;
}

SequenceTracker::Verdict
SequenceTracker::HandleJump(uint16_t sequence)
{
    // A.1: "Two sequential packets -- assume that the other side restarted without telling us so just re-sync".
    if (m_expectedAfterJump == sequence)
    {
        Restart(sequence);
        return Verdict::FRESH;
    }
    m_expectedAfterJump = static_cast<uint16_t>(sequence + 1);
    ++m_jumped;
    return Verdict::JUMPED;
}

void
SequenceTracker::Restart(uint16_t sequence)
{
    int64_t first = sequence;
    if (m_isStarted)
    {
        m_expectedBefore += static_cast<uint64_t>(m_highest - m_lowest + 1);
        // The next cycle in which the number is above all earlier ones.
        first += (m_highest & ~int64_t{0xffff});
        first += first <= m_highest ? 0x10000 : 0;
    }
    m_isStarted = true;
    m_highest = m_lowest = m_last = first;
    m_seen = {first};
    m_expectedAfterJump.reset();
    ++m_received;
}

uint64_t
SequenceTracker::GetExpected() const
{
    return m_isStarted ? m_expectedBefore + static_cast<uint64_t>(m_highest - m_lowest + 1) : 0;
}

uint64_t
SequenceTracker::GetReceived() const
{
    return m_received;
}

uint64_t
SequenceTracker::GetLost() const
{
    return GetExpected() - m_received;
}

uint64_t
SequenceTracker::GetDuplicates() const
{
    return m_duplicates;
}

uint64_t
SequenceTracker::GetReordered() const
{
    return m_reordered;
}

uint64_t
SequenceTracker::GetJumped() const
{
    return m_jumped;
}

uint32_t
SequenceTracker::GetHighestForReport() const
{
    return static_cast<uint32_t>(m_highest);
}

int32_t
SequenceTracker::GetLostForReport() const
{
    constexpr int64_t MOST = 0x7fffff;
    constexpr int64_t LEAST = -0x800000;
    const auto lost =
        static_cast<int64_t>(GetExpected()) - static_cast<int64_t>(m_received + m_duplicates);
    return static_cast<int32_t>(std::clamp(lost, LEAST, MOST));
}

uint8_t
SequenceTracker::TakeFractionLost()
{
    const uint64_t received = m_received + m_duplicates;
    const auto expected = static_cast<int64_t>(GetExpected() - m_expectedPrior);
    const int64_t lost = expected - static_cast<int64_t>(received - m_receivedPrior);
    m_expectedPrior = GetExpected();
    m_receivedPrior = received;
    if (expected == 0 || lost <= 0)
    {
        return 0;
    }
    return static_cast<uint8_t>(std::min<int64_t>(lost * 256 / expected, 255));
}

} // namespace imsfw::rtp
