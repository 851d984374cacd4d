// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// What a core has to give out, first in, first out. Emptied after every call, it needs no allocation again.
#pragma once

#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

namespace imsfw
{
namespace turn
{

template <typename T>
class Outbox
{
  public:
    /// @return the new last one, default-made; valid until the next call.
    T&
    Push()
    {
        ForgetIfEmpty();
        return m_items.emplace_back();
    }

    void
    Push(T item)
    {
        ForgetIfEmpty();
        m_items.push_back(std::move(item));
    }

    /// @return the first one, taken out; nothing where there is none.
    std::optional<T>
    Pop()
    {
        if (m_next == m_items.size())
        {
            return std::nullopt;
        }
        return std::move(m_items[m_next++]);
    }

    void
    Clear()
    {
        m_items.clear();
        m_next = 0;
    }

  private:
    /// What was given out is kept until all was, so that nothing has to be moved up.
    void
    ForgetIfEmpty()
    {
        if (m_next == m_items.size())
        {
            Clear();
        }
    }

    std::vector<T> m_items;
    std::size_t m_next{0};
};

} // namespace turn
} // namespace imsfw
