// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Things and when they end, in the order of their ends: setting, moving and removing cost O(log n), nothing is scanned.
#pragma once

#include "base/time.h"

#include <map>
#include <optional>
#include <set>
#include <utility>

namespace imsfw
{
namespace turn
{

/// @tparam Key ordered; things that end at the same moment end in the order of their keys.
template <typename Key>
class ExpiryQueue
{
  public:
    /// @p key ends at @p end, whatever was set before.
    void
    Set(const Key& key, TimePoint end)
    {
        Remove(key);
        m_ends[key] = end;
        m_order.insert({end, key});
    }

    void
    Remove(const Key& key)
    {
        const auto found = m_ends.find(key);
        if (found != m_ends.end())
        {
            m_order.erase({found->second, key});
            m_ends.erase(found);
        }
    }

    std::optional<TimePoint>
    GetEnd(const Key& key) const
    {
        const auto found = m_ends.find(key);
        return found == m_ends.end() ? std::nullopt : std::optional(found->second);
    }

    std::optional<TimePoint>
    Next() const
    {
        return m_order.empty() ? std::nullopt : std::optional(m_order.begin()->first);
    }

    /// @return the next thing that has ended by @p now, removed; nothing where none has.
    std::optional<Key>
    PopEnded(TimePoint now)
    {
        if (m_order.empty() || m_order.begin()->first > now)
        {
            return std::nullopt;
        }
        Key key = m_order.begin()->second;
        Remove(key);
        return key;
    }

    std::size_t
    GetSize() const
    {
        return m_ends.size();
    }

  private:
    std::map<Key, TimePoint> m_ends;
    std::set<std::pair<TimePoint, Key>> m_order;
};

} // namespace turn
} // namespace imsfw
