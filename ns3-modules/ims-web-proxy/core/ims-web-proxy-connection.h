// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// One client's connection to the web proxy, sans-IO: requests, authentication, then a tunnel (RFC 9110 9.3.6).
///
/// Only CONNECT is served; other methods get 405, as from a proxy that is there for TLS alone. Left out: forwarding of
/// http:// requests, name resolution (targets are addresses), Via, proxies behind the proxy.
#pragma once

#include "base/address.h"
#include "base/random.h"
#include "base/stream-layer.h"

#include <deque>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace imsfw::http
{

enum class ProxyAuthentication
{
    NONE,
    BASIC,
    DIGEST,
};

struct ProxyConfig
{
    std::set<uint16_t> connectPorts{443};
    ProxyAuthentication authentication{ProxyAuthentication::NONE};
    std::string realm{"web proxy"};
    std::vector<std::pair<std::string, std::string>> users; ///< name, password
    std::optional<Duration> idleTimeout;                    ///< of a tunnel: no byte either way
    std::optional<Duration> maxLifetime;                    ///< of a tunnel
    Duration requestTimeout{std::chrono::seconds(30)};      ///< for a complete request
};

/// Something for the driver to do, in order.
struct ProxyCommand
{
    enum class Type
    {
        SEND_TO_CLIENT,
        SEND_TO_SERVER,
        CONNECT_TO_SERVER, ///< `server`; answered by HandleServerConnected or HandleServerEnd
        CLOSE_CLIENT,      ///< orderly, after what was sent
        CLOSE_SERVER,
    };

    Type type;
    Bytes data;
    Endpoint server;
};

/// Something for the driver's users to know.
struct ProxyEvent
{
    enum class Type
    {
        /// `id` is the rule: "method-not-allowed", "malformed-request", "request-timeout", "authentication-required",
        /// "connect-port-not-allowed", "server-unreachable", "idle-timeout", "lifetime"
        REFUSED,
        TUNNEL_OPENED,
        TUNNEL_CLOSED,
    };

    Type type;
    std::string id;
    std::string detail; ///< "403 Forbidden"
    std::string target; ///< authority as the client wrote it
};

class ProxyConnection
{
  public:
    /// @param config and @p random outlive this
    ProxyConnection(const ProxyConfig& config, RandomSource& random);
    ~ProxyConnection();
    ProxyConnection(const ProxyConnection&) = delete;
    ProxyConnection& operator=(const ProxyConnection&) = delete;

    void Start(TimePoint now);
    void HandleClientInput(TimePoint now, ByteView bytes);
    void HandleClientEnd(TimePoint now);
    void HandleServerConnected(TimePoint now);
    void HandleServerInput(TimePoint now, ByteView bytes);
    /// The connection to the server could not be made, ended or broke.
    void HandleServerEnd(TimePoint now, const std::optional<StreamFailure>& failure);
    void HandleTimeout(TimePoint now);
    std::optional<ProxyCommand> PollTransmit();
    std::optional<ProxyEvent> PollEvent();
    std::optional<TimePoint> NextTimeout() const;

  private:
    enum class State
    {
        REQUEST,
        CONNECTING,
        TUNNEL,
        OVER,
    };

    struct Request; ///< Beast's parser

    void ParseRequest(TimePoint now);
    void HandleRequest(TimePoint now);
    bool IsWellFormed() const;
    void AskForCredentials();
    bool IsAuthorized(const std::string& authorization) const;
    std::string Challenge();
    void Respond(int status,
                 const std::string& reason,
                 const std::string& fields,
                 const std::string& page);
    void Refuse(const std::string& id, int status, const std::string& reason);
    void CloseClient();
    void OpenTunnel(TimePoint now);
    void EndTunnel(const std::string& id);
    void TouchTunnel(TimePoint now);
    void Command(ProxyCommand::Type type, Bytes data = {});

    const ProxyConfig& m_config;
    RandomSource& m_random;
    State m_state{State::REQUEST};
    std::unique_ptr<Request> m_request;
    Bytes m_buffer; ///< not yet parsed, or sent ahead of the tunnel
    std::string m_target;
    std::string m_nonce;
    std::deque<ProxyCommand> m_commands;
    std::deque<ProxyEvent> m_events;
    std::optional<TimePoint> m_requestBy;
    std::optional<TimePoint> m_idleUntil;
    std::optional<TimePoint> m_endsAt;
};

} // namespace imsfw::http
