// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// What goes into the TURN server and what comes out: clients, settings, commands, events.
#pragma once

#include "base/address.h"
#include "base/bytes.h"
#include "base/time.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace imsfw
{
namespace turn
{

/// Who talks to the server: RFC 8656's 5-tuple, with a number in place of the server's own address and port.
struct ClientId
{
    enum class Transport : uint8_t
    {
        UDP,
        TCP,
        TLS,
        DTLS,
    };

    Transport transport{Transport::UDP};
    Endpoint remote;  ///< as the server sees it
    uint64_t flow{0}; ///< datagrams: which listener; streams: which connection

    bool
    IsStream() const
    {
        return transport == Transport::TCP || transport == Transport::TLS;
    }

    /// @return "udp 198.51.100.1:40000 #0"
    std::string ToString() const;

    friend bool
    operator==(const ClientId& a, const ClientId& b)
    {
        return std::tie(a.transport, a.remote, a.flow) == std::tie(b.transport, b.remote, b.flow);
    }

    friend bool
    operator<(const ClientId& a, const ClientId& b)
    {
        return std::tie(a.transport, a.remote, a.flow) < std::tie(b.transport, b.remote, b.flow);
    }
};

struct ClientIdHash
{
    std::size_t operator()(const ClientId& id) const noexcept;
};

/// Where a server sends its clients when it has enough of them (RFC 8489 10, RFC 8656 7.2).
struct Redirection
{
    Endpoint server;
    std::size_t from{0}; ///< so many allocations it makes itself at a time
};

struct ServerConfig
{
    IpAddress relayAddress; ///< of relayed transport addresses
    /// Of those of the other address family; nothing: that is answered by 440.
    std::optional<IpAddress> otherRelayAddress{};
    std::string realm{"ims.test"};
    std::map<std::string, std::string> users{}; ///< name to password
    uint16_t minPort{49152};                    ///< RFC 8656 7.2: the dynamic range
    uint16_t maxPort{65535};
    Duration defaultLifetime{std::chrono::seconds(600)};    ///< RFC 8656 6
    Duration maxLifetime{std::chrono::seconds(3600)};       ///< RFC 8656 7.2
    Duration permissionLifetime{std::chrono::seconds(300)}; ///< RFC 8656 9
    Duration channelLifetime{std::chrono::seconds(600)};    ///< RFC 8656 12
    Duration nonceLifetime{std::chrono::seconds(3600)}; ///< RFC 8656 5: "at least once every hour"
    unsigned userQuota{0};               ///< allocations for each user; 0: any number
    std::vector<IpPrefix> deniedPeers{}; ///< 403 for peers in one of them
    std::optional<Redirection> redirection{};
    uint16_t lastChannel{
        0x4FFF}; ///< RFC 8656 12; 0x7FFE for clients that number channels after RFC 5766 11

    // RFC 6062
    bool hasTcpAllocations{true};                             ///< without: 442
    Duration connectTimeout{std::chrono::seconds(30)};        ///< 5.2: "at least 30 seconds"
    Duration connectionBindTimeout{std::chrono::seconds(30)}; ///< 5.2, 5.3
    std::size_t maxConnections{64}; ///< of an allocation at a time; then 508, and peers are refused
    std::size_t maxBuffered{
        64 * 1024}; ///< of a peer before its connection is bound; then it has to wait
};

/// What the owner of the sockets has to do, in this order.
struct ServerCommand
{
    enum class Type
    {
        OPEN_RELAY, ///< bind a UDP socket to `relayPort` of `relayAddress`; `protocol` TCP: listen there
        CLOSE_RELAY,  ///< close it; connections that were made over it stay
        SEND_TO_PEER, ///< `data` from `relayPort` to `peer`
        SEND_TO_CLIENT, ///< `data` to `client`; of `connection`, if not 0: then nothing of it may be lost
        CLOSE_CLIENT, ///< `client`'s stream is of no more use: send what is queued, then close it

        // RFC 6062
        CONNECT_PEER,       ///< open `connection` from `relayPort` to `peer`
        SEND_TO_CONNECTION, ///< `data` of `client` to the peer of `connection`
        HOLD_CONNECTION,    ///< stop reading from `connection`: its peer has to wait
        RESUME_CONNECTION,  ///< read on
        CLOSE_CONNECTION,   ///< send what is queued, then close `connection`, or give up opening it
    };

    Type type;
    ClientId client{};
    uint16_t relayPort{0};
    Endpoint peer{};
    Bytes data{};
    IpAddress relayAddress{};
    IpProtocol protocol{IpProtocol::UDP};
    uint32_t connection{0};
};

/// What the owner may want to tell: for traces, counters, tests.
struct ServerEvent
{
    enum class Type
    {
        ALLOCATION_CREATED, ///< `client`, `user`, `relayed`
        ALLOCATION_REFUSED, ///< `client`, `code`
        ALLOCATION_DELETED, ///< `client`, `user`, `relayed`, `reason`
        RELAYED_TO_PEER,    ///< `client`, `peer`, `size`
        RELAYED_TO_CLIENT,  ///< `client`, `peer`, `size`
        DISCARDED,          ///< `client` (or `peer` and `relayed`), `reason`, `size`
        CONNECTION_OPENED,  ///< `client`, `peer`, `reason`: "connect" or "accept"
        CONNECTION_BOUND,   ///< `client` (that of the data), `peer`
        CONNECTION_CLOSED,  ///< `client` (that of the allocation), `peer`, `reason`
    };

    Type type;
    ClientId client{};
    std::string user{};
    Endpoint relayed{};
    Endpoint peer{};
    uint16_t code{0};
    std::string_view reason{}; ///< a literal: "no-permission", "no-allocation", "expired", ...
    std::size_t size{0};
};

} // namespace turn
} // namespace imsfw
