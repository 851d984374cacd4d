// SPDX-License-Identifier: GPL-2.0-only
#include "engine/nat/fragment-table.h"

#include <algorithm>

namespace imsfw::engine
{

void
FragmentTable::DropOld(TimePoint now)
{
    while (!m_order.empty() && (m_order.front().first <= now || m_order.size() > MOST_DATAGRAMS))
    {
        const auto known = m_known.find(m_order.front().second);
        if (known != m_known.end() && known->second.until == m_order.front().first)
        {
            m_known.erase(known);
        }
        m_order.pop_front();
    }
    while (!m_held.empty() && m_held.front().second.now + LIFETIME <= now)
    {
        m_held.pop_front();
    }
}

void
FragmentTable::Learn(const FragmentKey& key, const Way& way, TimePoint now)
{
    const TimePoint until = now + LIFETIME;
    m_known[key] = {way, until};
    m_order.emplace_back(until, key);
    DropOld(now);
}

const FragmentTable::Way*
FragmentTable::Find(const FragmentKey& key, TimePoint now)
{
    DropOld(now);
    const auto known = m_known.find(key);
    return known != m_known.end() ? &known->second.way : nullptr;
}

bool
FragmentTable::Hold(const FragmentKey& key, Arrival arrival)
{
    DropOld(arrival.now);
    if (m_held.size() >= MOST_HELD)
    {
        return false;
    }
    m_held.emplace_back(key, std::move(arrival));
    return true;
}

std::vector<Arrival>
FragmentTable::TakeHeld(const FragmentKey& key)
{
    const auto isOther = [&](const auto& held) { return held.first < key || key < held.first; };
    const auto mine = std::stable_partition(m_held.begin(), m_held.end(), isOther);
    std::vector<Arrival> taken;
    for (auto held = mine; held != m_held.end(); ++held)
    {
        taken.push_back(std::move(held->second));
    }
    m_held.erase(mine, m_held.end());
    return taken;
}

void
FragmentTable::Clear()
{
    m_known.clear();
    m_order.clear();
    m_held.clear();
}

} // namespace imsfw::engine
