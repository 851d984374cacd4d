// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// A stub resolver (RFC 1035 7), sans-IO: asks one server over UDP, asks again where that is silent, and remembers answers as
/// long as they may be remembered.
///
/// Several users who ask for one name at a time share a query. Left out: more than one server, search lists, IPv6 addresses,
/// negative caching (RFC 2308).
#pragma once

#include "base/queue.h"
#include "base/random.h"
#include "ims-dns-message.h"

#include "base/stream-layer.h"
#include "base/time.h"

#include <map>
#include <optional>
#include <string>

namespace imsfw::dns
{

struct ResolverConfig
{
    Duration timeout{std::chrono::seconds(5)}; ///< for each attempt, as in resolv.conf(5)
    unsigned attempts{2};                      ///< likewise
};

struct ResolverEvent
{
    std::string name; ///< lower case
    std::optional<IpAddress> address;
    StreamFailure
        failure; ///< layer "dns", where there is no address: "bad-name", "name-error", "server-failure",
                 ///< "refused", "no-address", "timeout"
};

class Resolver
{
  public:
    /// @param random outlives this; the numbers of queries come from it
    Resolver(const ResolverConfig& config, RandomSource& random);

    /// An event says what came of it; at once where it is remembered.
    void Resolve(TimePoint now, const std::string& name);
    /// @param datagram from the server. What answers no query of ours is ignored (RFC 5452 9.1), and counted.
    void HandleInput(TimePoint now, ByteView datagram);
    void HandleTimeout(TimePoint now);
    std::optional<Bytes> PollTransmit();
    std::optional<ResolverEvent> PollEvent();
    std::optional<TimePoint> NextTimeout() const;

    /// @return datagrams that were no answer to any query.
    uint64_t
    IgnoredCount() const
    {
        return m_ignored;
    }

  private:
    struct Query
    {
        uint16_t id{0};
        unsigned sent{0};
        TimePoint until{};
    };

    struct Known
    {
        IpAddress address;
        TimePoint until{};
    };

    void Send(TimePoint now, const std::string& name, Query& query);
    void Finish(const std::string& name, const Message& answer, TimePoint now);
    void Fail(const std::string& name, const std::string& reason, const std::string& detail);

    ResolverConfig m_config;
    RandomSource& m_random;
    std::map<std::string, Query> m_queries; ///< by name
    std::map<std::string, Known> m_known;
    Queue<Bytes> m_transmits;
    Queue<ResolverEvent> m_events;
    uint64_t m_ignored{0};
};

} // namespace imsfw::dns
