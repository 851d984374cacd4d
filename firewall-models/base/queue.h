// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// What waits to be taken, first come first: the transmits and events of a core.
///
/// Nothing is allocated before the first item, and what many items took is given back with the last of them: of ten
/// thousand UEs nearly all are idle at any moment, and an empty std::deque alone keeps 576 bytes.
#pragma once

#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

namespace imsfw
{

template <typename T>
class Queue
{
  public:
    void
    Push(T item)
    {
        m_items.push_back(std::move(item));
    }

    /// @return the first item, which leaves the queue; nothing where there is none. Constant time, amortised.
    std::optional<T>
    Poll()
    {
        if (IsEmpty())
        {
            return std::nullopt;
        }
        std::optional<T> first(std::move(m_items[m_taken]));
        ++m_taken;
        MakeRoom();
        return first;
    }

    /// @return the item that will leave next. @pre not IsEmpty()
    const T&
    Front() const
    {
        return m_items[m_taken];
    }

    /// @return the newest item. @pre not IsEmpty()
    T&
    Back()
    {
        return m_items.back();
    }

    std::size_t
    Size() const
    {
        return m_items.size() - m_taken;
    }

    bool
    IsEmpty() const
    {
        return Size() == 0;
    }

    void
    Clear()
    {
        m_items.clear();
        m_taken = 0;
        MakeRoom();
    }

  private:
    /// So little is kept for the next item, as most queues are used one by one.
    static constexpr std::size_t KEPT_BYTES = 64;

    void
    MakeRoom()
    {
        if (IsEmpty())
        {
            m_items.clear();
            if (m_items.capacity() * sizeof(T) > KEPT_BYTES)
            {
                std::vector<T>().swap(m_items);
            }
            m_taken = 0;
        }
        else if (m_taken * 2 >= m_items.size())
        {
            m_items.erase(m_items.begin(), m_items.begin() + static_cast<std::ptrdiff_t>(m_taken));
            m_taken = 0;
        }
    }

    std::vector<T> m_items;
    std::size_t m_taken{0}; ///< how many of m_items are gone already
};

} // namespace imsfw
