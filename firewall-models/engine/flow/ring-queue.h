// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// First in, first out, without an allocation for each element: the memory of the longest queue so far is kept.
#pragma once

#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

namespace imsfw::engine
{

template <typename T>
class RingQueue
{
  public:
    void
    Push(T element)
    {
        if (m_size == m_ring.size())
        {
            Grow();
        }
        m_ring[(m_first + m_size) & Mask()] = std::move(element);
        ++m_size;
    }

    /// @return nothing where the queue is empty.
    std::optional<T>
    Pop()
    {
        if (m_size == 0)
        {
            return std::nullopt;
        }
        std::optional<T> element(std::move(m_ring[m_first]));
        m_first = (m_first + 1) & Mask();
        --m_size;
        return element;
    }

  private:
    std::size_t
    Mask() const
    {
        return m_ring.size() - 1;
    }

    void
    Grow()
    {
        constexpr std::size_t FEW = 8;
        std::vector<T> larger(m_ring.empty() ? FEW : 2 * m_ring.size());
        for (std::size_t i = 0; i < m_size; ++i)
        {
            larger[i] = std::move(m_ring[(m_first + i) & Mask()]);
        }
        m_ring.swap(larger);
        m_first = 0;
    }

    std::vector<T> m_ring; ///< a power of two of them
    std::size_t m_first{0};
    std::size_t m_size{0};
};

} // namespace imsfw::engine
