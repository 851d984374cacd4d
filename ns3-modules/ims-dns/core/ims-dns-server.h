// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The resolver of a network, sans-IO: answers from a list, after the time that asking others would take it, or fails as
/// resolvers do.
#pragma once

#include "ims-dns-message.h"

#include "base/queue.h"
#include "base/time.h"

#include <map>
#include <optional>
#include <string>
#include <utility>

namespace imsfw::dns
{

/// How a resolver that cannot help says so.
enum class ServerFailure
{
    NONE,
    NAME_ERROR,     ///< "no such name" (NXDOMAIN), also for names that there are
    SERVER_FAILURE, ///< SERVFAIL: those that it asked do not answer
    SILENT,
};

struct ServerConfig
{
    Duration delay{0}; ///< from a query to its answer
    uint32_t ttlS{300};
    ServerFailure failure{ServerFailure::NONE};
};

class Server
{
  public:
    explicit Server(const ServerConfig& config);

    /// @pre IsName(name); @p address is IPv4. A name may be added several times.
    void Add(const std::string& name, const IpAddress& address);

    void HandleInput(TimePoint now, const Endpoint& from, ByteView datagram);
    void HandleTimeout(TimePoint now);
    /// @return an answer, and whom it is for.
    std::optional<std::pair<Endpoint, Bytes>> PollTransmit();
    std::optional<TimePoint> NextTimeout() const;

    /// @return datagrams that were no question for an address; they get no answer.
    uint64_t
    IgnoredCount() const
    {
        return m_ignored;
    }

  private:
    Message AnswerTo(const Message& query) const;

    ServerConfig m_config;
    std::map<std::string, std::vector<IpAddress>> m_names;
    std::multimap<TimePoint, std::pair<Endpoint, Bytes>> m_waiting;
    Queue<std::pair<Endpoint, Bytes>> m_transmits;
    uint64_t m_ignored{0};
};

} // namespace imsfw::dns
