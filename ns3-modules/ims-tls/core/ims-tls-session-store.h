// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Sessions that can be resumed, each until its lifetime in simulated time is over: a client's by the server they are
/// with, a server's by their IDs.
#pragma once

#include "base/bytes.h"
#include "base/time.h"

#include <map>
#include <optional>
#include <string>

namespace imsfw::tls
{

class SessionStore
{
  public:
    /// @param lifetime of each session, from the moment that it was put in
    explicit SessionStore(Duration lifetime);

    /// @param session as i2d_SSL_SESSION writes it. @param isSingleUse RFC 8446 C.4: "Clients SHOULD NOT reuse a ticket"
    void Put(const std::string& key, Bytes session, TimePoint now, bool isSingleUse);

    /// @return the newest session under @p key that has not expired; nothing where there is none.
    std::optional<Bytes> Take(const std::string& key, TimePoint now);

    /// @return how many are kept, expired ones that nobody asked for included.
    std::size_t Size() const;

  private:
    struct Entry
    {
        Bytes session;
        TimePoint expires;
        bool isSingleUse;
    };

    void RemoveExpired(TimePoint now);

    Duration m_lifetime;
    std::multimap<std::string, Entry> m_entries; ///< of one key, in the order of their coming
    TimePoint m_nextCleaning{};
};

} // namespace imsfw::tls
