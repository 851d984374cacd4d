// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Bytes that wait for somebody to take them, in order. Taking from the front moves nothing until half of it is gone,
/// so that a long queue taken in small pieces costs no more than its length. With the last byte the memory is given
/// back: of ten thousand connections nearly all are idle at any moment.
#pragma once

#include "base/bytes.h"

#include <algorithm>
#include <cstddef>
#include <limits>

namespace imsfw
{

class ByteQueue
{
  public:
    void
    Push(ByteView bytes)
    {
        Append(m_bytes, bytes);
    }

    /// @return the first bytes, at most @p limit of them; good until the queue is changed.
    ByteView
    Peek(std::size_t limit = std::numeric_limits<std::size_t>::max()) const
    {
        return ByteView(m_bytes).Sub(m_taken, limit);
    }

    /// Take the first @p count bytes away, or all where there are fewer.
    void
    Skip(std::size_t count)
    {
        m_taken += std::min(count, Size());
        if (IsEmpty())
        {
            Clear();
        }
        else if (m_taken * 2 >= m_bytes.size())
        {
            m_bytes.erase(m_bytes.begin(), m_bytes.begin() + static_cast<std::ptrdiff_t>(m_taken));
            m_taken = 0;
        }
    }

    void
    Clear()
    {
        Bytes().swap(m_bytes);
        m_taken = 0;
    }

    std::size_t
    Size() const
    {
        return m_bytes.size() - m_taken;
    }

    bool
    IsEmpty() const
    {
        return Size() == 0;
    }

  private:
    Bytes m_bytes;
    std::size_t m_taken{0}; ///< how many of m_bytes are gone already
};

} // namespace imsfw
