// SPDX-License-Identifier: GPL-2.0-only
#include "ims-media-msrp-incoming.h"

#include <algorithm>

namespace imsfw::msrp
{

Incoming::Incoming(std::size_t limit) : m_limit(limit)
{
}

Incoming::Outcome
Incoming::Add(const Message& chunk)
{
    if (chunk.flag == Flag::ABORTED)
    {
        return Outcome::ABORTED;
    }
    const ByteRange range = chunk.byteRange.value_or(ByteRange{});
    const uint64_t begin = range.start - 1;
    const uint64_t end = begin + chunk.body.size();
    if (end > m_limit || range.total.value_or(0) > m_limit)
    {
        return Outcome::TOO_LONG;
    }
    // A chunk may be shorter than its range says, where it was interrupted (5.1), but not longer.
    const bool isLonger = range.end && end > *range.end;
    const bool isTotalKept =
        (!range.total || NoteTotal(*range.total)) &&
        (chunk.flag != Flag::LAST || NoteTotal(std::max(end, m_total.value_or(0))));
    if (isLonger || !isTotalKept || (m_total && end > *m_total))
    {
        return Outcome::BAD_RANGE;
    }
    m_body.resize(std::max<std::size_t>(m_body.size(), end));
    std::copy(
        chunk.body.begin(), chunk.body.end(), m_body.begin() + static_cast<std::ptrdiff_t>(begin));
    m_received += chunk.body.size();
    Cover(begin, end);
    const bool isCovered =
        !m_covered.empty() && m_covered.begin()->first == 0 && m_covered.begin()->second == m_total;
    const bool isWhole = m_total == 0 || isCovered;
    return isWhole ? Outcome::COMPLETE : Outcome::STORED;
}

bool
Incoming::NoteTotal(uint64_t total)
{
    m_total = m_total.value_or(total);
    return *m_total == total;
}

void
Incoming::Cover(uint64_t begin, uint64_t end)
{
    if (begin == end)
    {
        return;
    }
    // Join with every part that it touches.
    auto part = m_covered.upper_bound(begin);
    if (part != m_covered.begin() && std::prev(part)->second >= begin)
    {
        --part;
    }
    while (part != m_covered.end() && part->first <= end)
    {
        begin = std::min(begin, part->first);
        end = std::max(end, part->second);
        part = m_covered.erase(part);
    }
    m_covered.emplace(begin, end);
}

Bytes
Incoming::TakeBody()
{
    return std::move(m_body);
}

} // namespace imsfw::msrp
