// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// One client's connection to the web proxy, sans-IO: requests, authentication, then a tunnel (RFC 9110 9.3.6).
///
/// Only CONNECT is served; other methods get 405, as from a proxy that is there for TLS alone. Left out: forwarding of
/// http:// requests.
#pragma once

#include "base/address.h"
#include "base/queue.h"
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
    bool resolvesNames{false}; ///< targets may be names; otherwise a name gets 400
    bool hasUpstream{
        false}; ///< the driver reaches servers by way of another proxy, which resolves names itself
    std::string via; ///< what it calls itself in Via (RFC 9110 7.6.3); empty: it says nothing
    bool closesAfterChallenge{false}; ///< a 407 ends the connection
    bool sendsFullPages{false};       ///< HTML as products have it, not one line
    unsigned maxTunnels{0};           ///< at a time, of all clients; 0: any number
};

/// What all connections of one proxy have in common.
struct ProxyShared
{
    unsigned tunnels{0}; ///< open, or being opened
    std::deque<std::string>
        nonces; ///< given out on connections that were closed then, the oldest first
};

/// Something for the driver to do, in order.
struct ProxyCommand
{
    enum class Type
    {
        SEND_TO_CLIENT,
        SEND_TO_SERVER,
        RESOLVE, ///< `host`; answered by HandleResolved
        CONNECT_TO_SERVER, ///< `server`, or `host` and its port; HandleServerConnected or HandleServerEnd answers
        CLOSE_CLIENT, ///< orderly, after what was sent
        CLOSE_SERVER,
    };

    Type type;
    Bytes data;
    Endpoint server;
    std::string host;      ///< a DNS name
    std::string fields;    ///< for an upstream proxy: header lines that go with the request
    bool isRelayed{false}; ///< the tunnel's own bytes, not an answer of the proxy
};

/// Something for the driver's users to know.
struct ProxyEvent
{
    enum class Type
    {
        /// `id` is the rule: "method-not-allowed", "malformed-request", "request-timeout", "authentication-required",
        /// "connect-port-not-allowed", "forwarding-loop", "too-many-tunnels", "name-not-resolved",
        /// "upstream-refused", "server-unreachable", "idle-timeout", "lifetime", or one of
        /// TlsInterception
        REFUSED,
        TUNNEL_OPENED,
        TUNNEL_CLOSED,
        INTERCEPTED, ///< the client is shown a certificate of the proxy's own, for the name `detail`
    };

    Type type;
    std::string id;
    std::string detail; ///< "403 Forbidden"
    std::string target; ///< authority as the client wrote it
};

class ProxyConnection
{
  public:
    /// @param config, random and shared outlive this
    ProxyConnection(const ProxyConfig& config, RandomSource& random, ProxyShared& shared);
    ~ProxyConnection();
    ProxyConnection(const ProxyConnection&) = delete;
    ProxyConnection& operator=(const ProxyConnection&) = delete;

    void Start(TimePoint now);
    void HandleClientInput(TimePoint now, ByteView bytes);
    void HandleClientEnd(TimePoint now);
    /// @param address nothing where the name leads nowhere, or nobody answered
    void HandleResolved(TimePoint now, const std::optional<IpAddress>& address);
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
        RESOLVING,
        CONNECTING,
        TUNNEL,
        OVER,
    };

    struct Request; ///< Beast's parser

    void ParseRequest(TimePoint now);
    void HandleRequest(TimePoint now);
    bool IsWellFormed() const;
    /// @return whether m_target is an authority that this proxy can reach: m_server or m_host are set from it.
    bool TakeTarget();
    bool IsLoop() const;
    void BeginConnecting();
    std::string UpstreamFields() const;
    std::string ViaField() const;
    void LeaveTunnel();
    void AskForCredentials();
    bool IsAuthorized(const std::string& authorization) const;
    std::string Challenge();
    void Respond(int status,
                 const std::string& reason,
                 const std::string& fields,
                 const std::string& line);
    void Refuse(const std::string& id, int status, const std::string& reason);
    void CloseClient();
    void OpenTunnel(TimePoint now);
    void EndTunnel(const std::string& id);
    void TouchTunnel(TimePoint now);
    void Command(ProxyCommand::Type type, Bytes data = {});
    void Relay(ProxyCommand::Type type, Bytes data);

    const ProxyConfig& m_config;
    RandomSource& m_random;
    State m_state{State::REQUEST};
    std::unique_ptr<Request> m_request;
    Bytes m_buffer; ///< not yet parsed, or sent ahead of the tunnel
    ProxyShared& m_shared;
    bool m_isCounted{false}; ///< among the shared tunnels
    std::string m_target;
    Endpoint m_server;    ///< port 0: none yet
    std::string m_host;   ///< a name instead of an address
    std::string m_fields; ///< for an upstream proxy
    std::string m_nonce;
    Queue<ProxyCommand> m_commands;
    Queue<ProxyEvent> m_events;
    std::optional<TimePoint> m_requestBy;
    std::optional<TimePoint> m_idleUntil;
    std::optional<TimePoint> m_endsAt;
};

} // namespace imsfw::http
