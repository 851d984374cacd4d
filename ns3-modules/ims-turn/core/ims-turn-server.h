// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The TURN server: STUN bindings, allocations, permissions, channels, for any number of clients.
///
/// RFC 8656 6-12, RFC 8489 9.2. It owns no socket: the owner hands in what came and carries out its commands. Bounded:
/// what a client without valid credentials sends leaves no state behind (streams: one bounded framer). Left out: TCP
/// allocations (RFC 6062), more than one relayed address for each allocation, reserved ports (EVEN-PORT's R bit is
/// answered by 508), ICMP (RFC 8656 11.5), mobility, third-party authorization.
#pragma once

#include "base/random.h"
#include "ims-turn-allocation-table.h"
#include "ims-turn-outbox.h"
#include "ims-turn-server-authenticator.h"
#include "ims-turn-server-types.h"
#include "ims-turn-stream-framer.h"
#include "ims-turn-stun-builder.h"

#include <optional>
#include <unordered_map>

namespace imsfw
{
namespace turn
{

class Server
{
  public:
    /// @param random must outlive the server
    Server(ServerConfig config, RandomSource& random);

    /// @param bytes one datagram of @p client, or any piece of its stream
    void HandleClientInput(TimePoint now, const ClientId& client, ByteView bytes);
    /// @p client's stream ended, or was closed after CLOSE_CLIENT: its allocation is deleted (the 5-tuple of RFC 8656 3.2
    /// is gone).
    void HandleClientClosed(TimePoint now, const ClientId& client);
    /// A datagram came to the relayed address with @p relayPort.
    void HandlePeerInput(TimePoint now, uint16_t relayPort, const Endpoint& peer, ByteView data);
    void HandleTimeout(TimePoint now);

    std::optional<ServerCommand> PollCommand();
    std::optional<ServerEvent> PollEvent();
    std::optional<TimePoint> NextTimeout() const;

    std::size_t GetAllocationCount() const;

  private:
    /// A request that has passed authentication.
    struct Request
    {
        TimePoint now;
        const ClientId& client;
        const stun::Message& message;
        const Credentials& credentials;
    };

    // ims-turn-server.cc: what comes in, and who gets it
    void Expire(TimePoint now);
    void HandleStream(TimePoint now, const ClientId& client, ByteView bytes);
    void HandleFrame(TimePoint now, const ClientId& client, ByteView frame);
    void HandleMessage(TimePoint now, const ClientId& client, const stun::Message& message);
    void HandleRequest(TimePoint now, const ClientId& client, const stun::Message& message);
    void Delete(const Allocation& allocation, std::string_view reason);
    void Discard(const ClientId& client, std::string_view reason, std::size_t size);

    // ims-turn-server-requests.cc: what authenticated requests do
    void Dispatch(const Request& request);
    void Allocate(const Request& request);
    /// @return the error code of the first check of RFC 8656 7.2 that fails; 0 for none.
    uint16_t CheckAllocate(const Request& request) const;
    void AnswerAllocated(const Request& request, const Allocation& allocation);
    void Refresh(const Request& request, const Allocation& allocation);
    void CreatePermission(const Request& request, const Allocation& allocation);
    void ChannelBind(const Request& request, const Allocation& allocation);
    /// @return the error code that keeps @p peer from being one of @p allocation; 0 for none.
    uint16_t CheckPeer(const Allocation& allocation, const IpAddress& peer) const;
    Duration ChooseLifetime(const stun::Message& request) const;

    // ims-turn-server-responses.cc: how responses look
    void AnswerBinding(const ClientId& client, const stun::Message& request);
    void Challenge(TimePoint now,
                   const ClientId& client,
                   const stun::Message& request,
                   uint16_t code);
    void Refuse(const Request& request, uint16_t code);
    void Answer(const Request& request, stun::Builder& response);
    void SendTo(const ClientId& client, Bytes bytes);

    // ims-turn-server-relay.cc: data
    void HandleSendIndication(const ClientId& client, const stun::Message& indication);
    void HandleChannelData(const ClientId& client, ByteView frame);
    void RelayToPeer(const Allocation& allocation, const Endpoint& peer, ByteView data);
    void RelayToClient(const Allocation& allocation, const Endpoint& peer, ByteView data);

    ServerConfig m_config;
    RandomSource* m_random;
    Authenticator m_authenticator;
    AllocationTable m_table;
    std::unordered_map<ClientId, StreamFramer, ClientIdHash> m_framers; ///< of the streams
    Outbox<ServerCommand> m_commands;
    Outbox<ServerEvent> m_events;
};

} // namespace turn
} // namespace imsfw
