// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The TURN server: STUN bindings, allocations, permissions, channels, for any number of clients.
///
/// RFC 8656 6-12, RFC 6062 5, RFC 8489 9.2 and 10. It owns no socket: the owner hands in what came and carries out its
/// commands. Bounded: what a client without valid credentials sends leaves no state behind (streams: one bounded framer).
/// Left out: more than one relayed address for each allocation, ICMP (RFC 8656 11.5), mobility, third-party
/// authorization.
#pragma once

#include "base/random.h"
#include "ims-turn-allocation-table.h"
#include "ims-turn-outbox.h"
#include "ims-turn-peer-connections.h"
#include "ims-turn-reservations.h"
#include "ims-turn-server-authenticator.h"
#include "ims-turn-server-types.h"
#include "ims-turn-stream-framer.h"
#include "ims-turn-stun-builder.h"

#include <optional>
#include <unordered_map>
#include <vector>

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

    // TCP allocations (RFC 6062). What happens to a connection that is not known (any more) is ignored.
    /// A peer wants a connection to the relayed address with @p relayPort.
    /// @return the number of that connection; nothing where it is to be refused.
    std::optional<uint32_t> HandlePeerAccepted(TimePoint now,
                                               uint16_t relayPort,
                                               const Endpoint& peer);
    /// CONNECT_PEER was carried out, or could not be.
    void HandlePeerConnected(TimePoint now, uint32_t connection);
    void HandlePeerConnectFailed(TimePoint now, uint32_t connection);
    void HandleConnectionInput(TimePoint now, uint32_t connection, ByteView bytes);
    /// The peer closed, or the connection broke.
    void HandleConnectionClosed(TimePoint now, uint32_t connection);

    std::optional<ServerCommand> PollCommand();
    /// Take back the data of a command that was carried out: what is relayed next is written there, without allocation.
    void GiveBack(Bytes buffer);
    std::optional<ServerEvent> PollEvent();
    std::optional<TimePoint> NextTimeout() const;

    std::size_t GetAllocationCount() const;

    /// @return how many connections with peers there are, those that are being opened too.
    std::size_t
    GetConnectionCount() const
    {
        return m_connections.GetSize();
    }

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

    // ims-turn-server-allocate.cc: allocations come and go
    void Allocate(const Request& request);
    /// @return the error code of the first check of RFC 8656 7.2 or RFC 6062 5.1 that fails; 0 for none.
    uint16_t CheckAllocate(const Request& request) const;
    uint16_t CheckWishes(const ClientId& client, const stun::Message& request) const;
    std::optional<IpAddress> ChooseRelayAddress(const stun::Message& request) const;
    std::optional<uint16_t> TakePort(const Request& request, std::optional<uint64_t>& reservation);
    void OpenRelay(const Allocation& created);
    void AnswerAllocated(const Request& request, const Allocation& allocation);
    void Refresh(const Request& request, const Allocation& allocation);
    Duration ChooseLifetime(const stun::Message& request) const;

    // ims-turn-server-requests.cc: what authenticated requests do
    void Dispatch(const Request& request);
    void CreatePermission(const Request& request, const Allocation& allocation);
    void ChannelBind(const Request& request, const Allocation& allocation);
    /// @return the error code that keeps @p peer from being one of @p allocation; 0 for none.
    uint16_t CheckPeer(const Allocation& allocation, const IpAddress& peer) const;

    // ims-turn-server-connections.cc: TCP allocations
    void Connect(const Request& request, const Allocation& allocation);
    uint16_t CheckConnect(const Allocation& allocation, const std::optional<Endpoint>& peer) const;
    void AnswerConnect(const PeerConnection& connection, uint16_t code);
    void BindConnection(const Request& request);
    uint16_t CheckBind(const Request& request, const PeerConnection* connection) const;
    /// @param direction SEND_TO_CONNECTION or SEND_TO_CLIENT
    void RelayStream(const PeerConnection& connection,
                     ServerCommand::Type direction,
                     ByteView bytes);
    void NoteConnection(ServerEvent::Type type,
                        const PeerConnection& connection,
                        std::string_view reason);
    /// Closes what is open of it, on both sides.
    void DropConnection(uint32_t id, std::string_view reason);
    void ExpireConnections(TimePoint now);

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
    /// @return what was given back, or nothing; the old content is of no meaning.
    Bytes TakeBuffer();
    void RelayToPeer(const Allocation& allocation, const Endpoint& peer, ByteView data);
    void RelayToClient(const Allocation& allocation, const Endpoint& peer, ByteView data);

    ServerConfig m_config;
    RandomSource* m_random;
    Authenticator m_authenticator;
    AllocationTable m_table;
    std::unordered_map<ClientId, StreamFramer, ClientIdHash> m_framers; ///< of the streams
    Reservations m_reservations;
    PeerConnections m_connections;
    Outbox<ServerCommand> m_commands;
    std::vector<Bytes> m_buffers; ///< given back
    Outbox<ServerEvent> m_events;
};

} // namespace turn
} // namespace imsfw
