// SPDX-License-Identifier: GPL-2.0-only
#include "classify/tcp-reassembler.h"

#include <algorithm>
#include <iterator>

namespace imsfw::classify
{

TcpReassembler::TcpReassembler(std::size_t maximumBytes,
                               std::size_t maximumSegments,
                               OverlapPolicy overlap)
    : m_maximumBytes(maximumBytes), m_maximumSegments(maximumSegments), m_overlap(overlap)
{
}

ByteView
TcpReassembler::Push(uint32_t sequence, bool syn, ByteView payload)
{
    if (m_stopped)
    {
        return {};
    }
    // RFC 9293 3.4: the SYN occupies the sequence number before the first data byte.
    const uint32_t start = syn ? sequence + 1 : sequence;
    if (!m_first)
    {
        m_first = start;
    }
    // How far this segment is from the next expected byte, in the arithmetic of RFC 9293 3.4.
    const auto nextSequence = static_cast<uint32_t>(*m_first + m_next);
    const auto ahead = static_cast<int32_t>(start - nextSequence);
    m_ready.clear();
    if (ahead <= 0)
    {
        const auto old = static_cast<std::size_t>(-static_cast<int64_t>(ahead));
        const ByteView fresh = payload.Sub(old);
        if (fresh.IsEmpty())
        {
            return {};
        }
        if (m_held.empty())
        {
            m_next += fresh.Size();
            return fresh;
        }
        Store(m_next, fresh);
    }
    else
    {
        Store(m_next + static_cast<uint32_t>(ahead), payload);
    }
    Deliver();
    const bool full = m_heldBytes > m_maximumBytes || m_held.size() > m_maximumSegments;
    if (full)
    {
        Stop();
        m_gaveUp = true;
    }
    return m_ready;
}

void
TcpReassembler::Stop()
{
    m_stopped = true;
    m_held.clear();
    m_heldBytes = 0;
}

void
TcpReassembler::Store(uint64_t offset, ByteView payload)
{
    // Parts that fall into gaps between held pieces are added, the others meet a copy that is there already.
    while (!payload.IsEmpty())
    {
        const auto after = m_held.upper_bound(offset);
        if (after != m_held.begin())
        {
            const auto before = std::prev(after);
            const uint64_t end = before->first + before->second.size();
            if (end > offset)
            {
                const auto from = static_cast<std::size_t>(offset - before->first);
                const std::size_t covered = std::min(before->second.size() - from, payload.Size());
                Overlap(before->second, from, payload.Sub(0, covered));
                payload = payload.Sub(covered);
                offset += covered;
                continue;
            }
        }
        std::size_t room = payload.Size();
        if (after != m_held.end())
        {
            room = static_cast<std::size_t>(std::min<uint64_t>(room, after->first - offset));
        }
        StorePiece(offset, payload.Sub(0, room));
        payload = payload.Sub(room);
        offset += room;
    }
}

void
TcpReassembler::Overlap(Bytes& held, std::size_t from, ByteView payload)
{
    if (ByteView(held).Sub(from, payload.Size()) == payload)
    {
        return;
    }
    m_hasConflict = true;
    if (m_overlap == OverlapPolicy::LAST_WINS)
    {
        std::copy(payload.begin(), payload.end(), held.begin() + static_cast<std::ptrdiff_t>(from));
    }
}

void
TcpReassembler::StorePiece(uint64_t offset, ByteView piece)
{
    m_held.emplace(offset, piece.ToBytes());
    m_heldBytes += piece.Size();
}

void
TcpReassembler::Deliver()
{
    while (!m_held.empty() && m_held.begin()->first == m_next)
    {
        const auto first = m_held.begin();
        Append(m_ready, first->second);
        m_next += first->second.size();
        m_heldBytes -= first->second.size();
        m_held.erase(first);
    }
}

} // namespace imsfw::classify
