// SPDX-License-Identifier: GPL-2.0-only
#include "ims-tls-session-store.h"

#include <iterator>
#include <utility>

namespace imsfw::tls
{

SessionStore::SessionStore(Duration lifetime) : m_lifetime(lifetime)
{
}

void
SessionStore::Put(const std::string& key, Bytes session, TimePoint now, bool isSingleUse)
{
    if (now >= m_nextCleaning) // now and then, so that what nobody asks for does not pile up
    {
        RemoveExpired(now);
        m_nextCleaning = now + m_lifetime;
    }
    m_entries.emplace(key, Entry{std::move(session), now + m_lifetime, isSingleUse});
}

std::optional<Bytes>
SessionStore::Take(const std::string& key, TimePoint now)
{
    const auto [first, last] = m_entries.equal_range(key);
    if (first == last)
    {
        return std::nullopt;
    }
    const auto newest = std::prev(last);
    if (now >= newest->second.expires)
    {
        m_entries.erase(first, last); // the others are older still
        return std::nullopt;
    }
    if (!newest->second.isSingleUse)
    {
        return newest->second.session;
    }
    Bytes session = std::move(newest->second.session);
    m_entries.erase(newest);
    return session;
}

std::size_t
SessionStore::Size() const
{
    return m_entries.size();
}

void
SessionStore::RemoveExpired(TimePoint now)
{
    for (auto entry = m_entries.begin(); entry != m_entries.end();)
    {
        entry = now >= entry->second.expires ? m_entries.erase(entry) : std::next(entry);
    }
}

} // namespace imsfw::tls
