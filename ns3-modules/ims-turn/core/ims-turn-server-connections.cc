// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// How the TURN server connects clients with peers over TCP (RFC 6062 5.2-5.5).
#include "ims-turn-server.h"

#include <algorithm>
#include <utility>

namespace imsfw
{
namespace turn
{

using stun::Builder;
using stun::MessageClass;
using stun::Method;
namespace attribute = stun::attribute;
namespace error = stun::error;

namespace
{

constexpr uint16_t NO_ERROR = 0;

} // namespace

void
Server::Connect(const Request& request, const Allocation& allocation)
{
    const auto peer = request.message.GetXorAddress(attribute::XOR_PEER_ADDRESS);
    if (const uint16_t code = CheckConnect(allocation, peer))
    {
        Refuse(request, code);
        return;
    }
    PeerConnection fresh;
    fresh.allocation = allocation.number;
    fresh.control = request.client;
    fresh.peer = *peer;
    fresh.state = PeerConnection::State::CONNECTING;
    fresh.request = request.message.GetId();
    fresh.key = request.credentials.key.ToBytes();
    fresh.hasFingerprint = request.message.Has(attribute::FINGERPRINT);
    const PeerConnection& added =
        m_connections.Add(std::move(fresh), request.now + m_config.connectTimeout, *m_random);
    ServerCommand open{ServerCommand::Type::CONNECT_PEER};
    open.connection = added.id;
    open.relayPort = allocation.relayed.port;
    open.relayAddress = allocation.relayed.address;
    open.peer = *peer;
    m_commands.Push(std::move(open));
}

uint16_t
Server::CheckConnect(const Allocation& allocation, const std::optional<Endpoint>& peer) const
{
    if (allocation.protocol != IpProtocol::TCP || !peer)
    {
        return error::BAD_REQUEST;
    }
    if (m_connections.Has(allocation.number, *peer))
    {
        return error::CONNECTION_ALREADY_EXISTS;
    }
    // RFC 6062 5.2 wants no permission: the client names the peer.
    const uint16_t code = CheckPeer(allocation, peer->address);
    const bool isFull = m_connections.CountOf(allocation.number) >= m_config.maxConnections;
    return code == NO_ERROR && isFull ? error::INSUFFICIENT_CAPACITY : code;
}

void
Server::HandlePeerConnected(TimePoint now, uint32_t connection)
{
    Expire(now);
    PeerConnection* opened = m_connections.Find(connection);
    if (!opened || opened->state != PeerConnection::State::CONNECTING)
    {
        return;
    }
    m_connections.SetWaiting(*opened, now + m_config.connectionBindTimeout);
    AnswerConnect(*opened, NO_ERROR);
    NoteConnection(ServerEvent::Type::CONNECTION_OPENED, *opened, "connect");
}

void
Server::HandlePeerConnectFailed(TimePoint now, uint32_t connection)
{
    Expire(now);
    const PeerConnection* failed = m_connections.Find(connection);
    if (failed && failed->state == PeerConnection::State::CONNECTING)
    {
        AnswerConnect(*failed, error::CONNECTION_TIMEOUT_OR_FAILURE);
        m_connections.Remove(connection);
    }
}

/// The request itself is gone by now.
void
Server::AnswerConnect(const PeerConnection& connection, uint16_t code)
{
    Builder response(Method::CONNECT,
                     code == NO_ERROR ? MessageClass::SUCCESS : MessageClass::ERROR,
                     connection.request);
    if (code == NO_ERROR)
    {
        response.AddU32(attribute::CONNECTION_ID, connection.id);
    }
    else
    {
        response.AddError(code);
    }
    response.AddIntegrity(connection.key);
    if (connection.hasFingerprint)
    {
        response.AddFingerprint();
    }
    SendTo(connection.control, response.Finish());
}

std::optional<uint32_t>
Server::HandlePeerAccepted(TimePoint now, uint16_t relayPort, const Endpoint& peer)
{
    Expire(now);
    const Allocation* allocation = m_table.FindByPort(relayPort);
    // RFC 6062 5.3: without a permission the connection is closed at once, and the client does not hear of it.
    const bool isWanted = allocation && allocation->protocol == IpProtocol::TCP &&
                          allocation->IsPermitted(peer.address) &&
                          !m_connections.Has(allocation->number, peer) &&
                          m_connections.CountOf(allocation->number) < m_config.maxConnections;
    if (!isWanted)
    {
        ServerEvent event{ServerEvent::Type::DISCARDED};
        event.relayed = {allocation ? allocation->relayed.address : m_config.relayAddress,
                         relayPort};
        event.peer = peer;
        event.reason = !allocation                              ? "no-allocation"
                       : !allocation->IsPermitted(peer.address) ? "no-permission"
                                                                : "connection-refused";
        m_events.Push(std::move(event));
        return std::nullopt;
    }
    PeerConnection fresh;
    fresh.allocation = allocation->number;
    fresh.control = allocation->client;
    fresh.peer = peer;
    const PeerConnection& added =
        m_connections.Add(std::move(fresh), now + m_config.connectionBindTimeout, *m_random);
    Builder attempt(
        Method::CONNECTION_ATTEMPT, MessageClass::INDICATION, stun::TransactionId::Draw(*m_random));
    attempt.AddXorAddress(attribute::XOR_PEER_ADDRESS, peer)
        .AddU32(attribute::CONNECTION_ID, added.id);
    SendTo(added.control, attempt.Finish());
    NoteConnection(ServerEvent::Type::CONNECTION_OPENED, added, "accept");
    return added.id;
}

void
Server::BindConnection(const Request& request)
{
    const auto id = request.message.GetU32(attribute::CONNECTION_ID);
    PeerConnection* wanted = id ? m_connections.Find(*id) : nullptr;
    if (const uint16_t code = CheckBind(request, wanted))
    {
        Refuse(request, code);
        return;
    }
    m_connections.Bind(*wanted, request.client);
    Builder response(Method::CONNECTION_BIND, MessageClass::SUCCESS, request.message.GetId());
    Answer(request, response);
    NoteConnection(ServerEvent::Type::CONNECTION_BOUND, *wanted, "bind");
    // RFC 6062 5.4: what the peer has said so far comes right behind the response.
    const Bytes buffered = std::exchange(wanted->buffered, {});
    RelayStream(*wanted, ServerCommand::Type::SEND_TO_CLIENT, buffered);
    if (std::exchange(wanted->isHeld, false))
    {
        ServerCommand resume{ServerCommand::Type::RESUME_CONNECTION};
        resume.connection = wanted->id;
        m_commands.Push(std::move(resume));
    }
}

uint16_t
Server::CheckBind(const Request& request, const PeerConnection* connection) const
{
    // RFC 6062 5.4: the transport "MUST" be TCP or TLS, the id one of a connection that waits, the user the same.
    if (!request.client.IsStream() || m_table.Find(request.client) || !connection ||
        connection->state != PeerConnection::State::WAITING)
    {
        return error::BAD_REQUEST;
    }
    const Allocation* owner = m_table.FindByNumber(connection->allocation);
    const bool isSame = owner && owner->user == request.credentials.user;
    return isSame ? NO_ERROR : error::WRONG_CREDENTIALS;
}

void
Server::HandleConnectionInput(TimePoint now, uint32_t id, ByteView bytes)
{
    Expire(now);
    PeerConnection* connection = m_connections.Find(id);
    if (!connection || connection->state == PeerConnection::State::CONNECTING)
    {
        return;
    }
    if (connection->state == PeerConnection::State::BOUND)
    {
        RelayStream(*connection, ServerCommand::Type::SEND_TO_CLIENT, bytes);
        return;
    }
    // RFC 6062 5.2, 5.3: "the server MUST buffer any data received". As much as it wants to: TCP holds back the rest, and
    // what was on its way inside this machine may be as much again.
    if (connection->buffered.size() + bytes.Size() > 2 * m_config.maxBuffered)
    {
        DropConnection(id, "buffer-full");
        return;
    }
    Append(connection->buffered, bytes);
    if (connection->buffered.size() >= m_config.maxBuffered && !connection->isHeld)
    {
        connection->isHeld = true;
        ServerCommand hold{ServerCommand::Type::HOLD_CONNECTION};
        hold.connection = id;
        m_commands.Push(std::move(hold));
    }
}

void
Server::HandleConnectionClosed(TimePoint now, uint32_t id)
{
    Expire(now);
    DropConnection(id, "peer-closed");
}

void
Server::RelayStream(const PeerConnection& connection, ServerCommand::Type direction, ByteView bytes)
{
    if (bytes.IsEmpty())
    {
        return;
    }
    ServerCommand& send = m_commands.Push();
    send.type = direction;
    send.connection = connection.id;
    send.client = connection.data;
    send.data = bytes.ToBytes();
    ServerEvent& event = m_events.Push();
    event.type = direction == ServerCommand::Type::SEND_TO_CLIENT
                     ? ServerEvent::Type::RELAYED_TO_CLIENT
                     : ServerEvent::Type::RELAYED_TO_PEER;
    event.client = connection.data;
    event.peer = connection.peer;
    event.size = bytes.Size();
}

void
Server::NoteConnection(ServerEvent::Type type,
                       const PeerConnection& connection,
                       std::string_view reason)
{
    ServerEvent event{type};
    event.client =
        type == ServerEvent::Type::CONNECTION_BOUND ? connection.data : connection.control;
    event.peer = connection.peer;
    event.reason = reason;
    m_events.Push(std::move(event));
}

void
Server::DropConnection(uint32_t id, std::string_view reason)
{
    const PeerConnection* found = m_connections.Find(id);
    if (!found)
    {
        return;
    }
    const PeerConnection dropped = *found;
    m_connections.Remove(id);
    ServerCommand closePeer{ServerCommand::Type::CLOSE_CONNECTION};
    closePeer.connection = id;
    m_commands.Push(std::move(closePeer));
    // RFC 6062 5.5: the end of one of the two is the end of the other.
    if (dropped.state == PeerConnection::State::BOUND)
    {
        ServerCommand closeClient{ServerCommand::Type::CLOSE_CLIENT};
        closeClient.client = dropped.data;
        m_commands.Push(std::move(closeClient));
    }
    NoteConnection(ServerEvent::Type::CONNECTION_CLOSED, dropped, reason);
}

void
Server::ExpireConnections(TimePoint now)
{
    while (const auto id = m_connections.NextEnded(now))
    {
        const PeerConnection* ended = m_connections.Find(*id);
        if (ended->state == PeerConnection::State::CONNECTING)
        {
            AnswerConnect(*ended, error::CONNECTION_TIMEOUT_OR_FAILURE);
            DropConnection(*id, "connect-timeout");
        }
        else
        {
            // RFC 6062 5.2: not bound for 30 seconds: "the peer data connection MUST be closed"
            DropConnection(*id, "not-bound");
        }
    }
}

} // namespace turn
} // namespace imsfw
