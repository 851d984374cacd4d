// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Bytes that wait for somebody to take them, in order. Taking from the front moves nothing until half of it is gone,
/// so that a long queue taken in small pieces costs no more than its length.
#ifndef IMS_TLS_BYTE_QUEUE_H
#define IMS_TLS_BYTE_QUEUE_H

#include "base/bytes.h"

#include <algorithm>
#include <cstddef>

namespace ns3
{
namespace imstls
{

class ByteQueue
{
  public:
    void
    Push(imsfw::ByteView bytes)
    {
        imsfw::Append(m_bytes, bytes);
    }

    /// @return the first bytes, at most @p limit of them; good until the queue is changed.
    imsfw::ByteView
    Peek(std::size_t limit) const
    {
        return imsfw::ByteView(m_bytes).Sub(m_taken, limit);
    }

    /// Take the first @p count bytes away, or all where there are fewer.
    void
    Skip(std::size_t count)
    {
        m_taken += std::min(count, Size());
        if (m_taken * 2 >= m_bytes.size())
        {
            m_bytes.erase(m_bytes.begin(), m_bytes.begin() + static_cast<std::ptrdiff_t>(m_taken));
            m_taken = 0;
        }
    }

    void
    Clear()
    {
        m_bytes.clear();
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
    imsfw::Bytes m_bytes;
    std::size_t m_taken{0}; ///< how many of m_bytes are gone already
};

} // namespace imstls
} // namespace ns3

#endif // IMS_TLS_BYTE_QUEUE_H
