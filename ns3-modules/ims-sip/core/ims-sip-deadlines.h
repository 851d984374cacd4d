// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Many deadlines, each under a key: the earliest one is found at once, however many there are.
#pragma once

#include "base/time.h"

#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

namespace imsfw::sip
{

template <typename KEY>
class Deadlines
{
  public:
    /// Give @p key this deadline in place of the one it had; nothing: it has none any more.
    void
    Set(const KEY& key, std::optional<TimePoint> deadline)
    {
        const auto known = m_byKey.find(key);
        if (known != m_byKey.end())
        {
            m_ordered.erase({known->second, key});
            m_byKey.erase(known);
        }
        if (deadline)
        {
            m_ordered.emplace(*deadline, key);
            m_byKey.emplace(key, *deadline);
        }
    }

    bool
    Has(const KEY& key) const
    {
        return m_byKey.count(key) != 0;
    }

    std::optional<TimePoint>
    Next() const
    {
        return m_ordered.empty() ? std::nullopt : std::optional(m_ordered.begin()->first);
    }

    /// @return the keys whose deadline has come, earliest first; they keep it until it is set anew.
    std::vector<KEY>
    Due(TimePoint now) const
    {
        std::vector<KEY> due;
        for (auto next = m_ordered.begin(); next != m_ordered.end() && next->first <= now; ++next)
        {
            due.push_back(next->second);
        }
        return due;
    }

  private:
    std::map<KEY, TimePoint> m_byKey;
    std::set<std::pair<TimePoint, KEY>> m_ordered;
};

} // namespace imsfw::sip
