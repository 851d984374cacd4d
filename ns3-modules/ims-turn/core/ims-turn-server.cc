// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// What comes into the TURN server and which part of it takes it. See ims-turn-server.h.
#include "ims-turn-server.h"

#include "ims-turn-channel-data.h"

#include <utility>

namespace imsfw
{
namespace turn
{

using stun::MessageClass;
using stun::Method;

namespace
{

bool
IsTurnRequest(Method method)
{
    return method == Method::ALLOCATE || method == Method::REFRESH ||
           method == Method::CREATE_PERMISSION || method == Method::CHANNEL_BIND ||
           method == Method::CONNECT || method == Method::CONNECTION_BIND;
}

} // namespace

Server::Server(ServerConfig config, RandomSource& random)
    : m_config(std::move(config)),
      m_random(&random),
      m_authenticator(m_config, random),
      m_table(m_config.minPort, m_config.maxPort)
{
}

void
Server::HandleClientInput(TimePoint now, const ClientId& client, ByteView bytes)
{
    Expire(now);
    if (client.IsStream())
    {
        HandleStream(now, client, bytes);
    }
    else
    {
        HandleFrame(now, client, bytes);
    }
}

void
Server::HandleStream(TimePoint now, const ClientId& client, ByteView bytes)
{
    if (const PeerConnection* bound = m_connections.FindByData(client))
    {
        RelayStream(*bound, ServerCommand::Type::SEND_TO_CONNECTION, bytes);
        return;
    }
    StreamFramer& framer = m_framers.try_emplace(client, m_config.lastChannel).first->second;
    framer.Push(bytes);
    while (const auto frame = framer.Next())
    {
        HandleFrame(now, client, *frame);
        if (const PeerConnection* bound = m_connections.FindByData(client))
        {
            // RFC 6062 5.4: from its ConnectionBind on, what comes over this stream is the peer's.
            RelayStream(*bound, ServerCommand::Type::SEND_TO_CONNECTION, framer.TakeRest());
            m_framers.erase(client);
            return;
        }
    }
    const auto error = framer.GetError();
    if (!error)
    {
        return;
    }
    Discard(client, ToString(*error), framer.GetBuffered());
    if (const Allocation* allocation = m_table.Find(client))
    {
        Delete(*allocation, "bad-framing");
    }
    m_framers.erase(client);
    ServerCommand close{ServerCommand::Type::CLOSE_CLIENT};
    close.client = client;
    m_commands.Push(std::move(close));
}

void
Server::HandleFrame(TimePoint now, const ClientId& client, ByteView frame)
{
    // RFC 8656 12, table 3: the first byte tells ChannelData from STUN.
    if (!frame.IsEmpty() && frame[0] >= FIRST_CHANNEL >> 8 && frame[0] <= m_config.lastChannel >> 8)
    {
        HandleChannelData(client, frame);
        return;
    }
    const auto message = stun::Message::Parse(frame);
    if (!message)
    {
        // RFC 8489 6.3: "If any errors are detected, the message is silently discarded."
        Discard(client, ToString(message.Error()), frame.Size());
        return;
    }
    HandleMessage(now, client, *message);
}

void
Server::HandleMessage(TimePoint now, const ClientId& client, const stun::Message& message)
{
    switch (message.GetClass())
    {
    case MessageClass::REQUEST:
        HandleRequest(now, client, message);
        return;
    case MessageClass::INDICATION:
        if (message.GetMethod() == Method::SEND)
        {
            HandleSendIndication(client, message);
        }
        // RFC 8489 6.3.2: a Binding indication keeps NATs open, nothing else is to be done about it.
        else if (message.GetMethod() != Method::BINDING)
        {
            Discard(client, "unknown-method", message.GetWhole().Size());
        }
        return;
    case MessageClass::SUCCESS:
    case MessageClass::ERROR:
        Discard(client, "unexpected-response", message.GetWhole().Size());
        return;
    }
}

void
Server::HandleRequest(TimePoint now, const ClientId& client, const stun::Message& message)
{
    if (message.GetMethod() == Method::BINDING)
    {
        AnswerBinding(client, message);
        return;
    }
    if (!IsTurnRequest(message.GetMethod()))
    {
        Discard(client, "unknown-method", message.GetWhole().Size());
        return;
    }
    auto credentials = m_authenticator.Check(now, client, message);
    const auto id = message.GetU32(stun::attribute::CONNECTION_ID);
    const PeerConnection* asked =
        message.GetMethod() == Method::CONNECTION_BIND && id ? m_connections.Find(*id) : nullptr;
    if (!credentials && asked)
    {
        // The nonce of the control connection is good on its data connections: no round trip for another one.
        credentials = m_authenticator.Check(now, asked->control, message);
    }
    if (!credentials)
    {
        Challenge(now, client, message, credentials.Error());
        return;
    }
    Dispatch({now, client, message, *credentials});
}

void
Server::HandleClientClosed(TimePoint now, const ClientId& client)
{
    Expire(now);
    m_framers.erase(client);
    if (const PeerConnection* bound = m_connections.FindByData(client))
    {
        DropConnection(bound->id, "client-closed");
    }
    if (const Allocation* allocation = m_table.Find(client))
    {
        Delete(*allocation, "client-closed");
    }
}

void
Server::HandleTimeout(TimePoint now)
{
    Expire(now);
}

void
Server::Expire(TimePoint now)
{
    while (const Allocation* ended = m_table.NextEnded(now))
    {
        Delete(*ended, "expired");
    }
    while (const auto port = m_reservations.NextEnded(now))
    {
        m_table.GetPorts().GiveBack(*port);
    }
    ExpireConnections(now);
}

void
Server::Delete(const Allocation& allocation, std::string_view reason)
{
    // RFC 6062 5.5: "all existing connections for that allocation" go with it.
    for (const uint32_t connection : m_connections.IdsOf(allocation.number))
    {
        DropConnection(connection, reason);
    }
    ServerEvent event{ServerEvent::Type::ALLOCATION_DELETED};
    event.client = allocation.client;
    event.user = allocation.user;
    event.relayed = allocation.relayed;
    event.reason = reason;
    m_events.Push(std::move(event));
    ServerCommand close{ServerCommand::Type::CLOSE_RELAY};
    close.relayPort = allocation.relayed.port;
    close.protocol = allocation.protocol;
    m_commands.Push(std::move(close));
    m_table.Remove(allocation);
}

void
Server::Discard(const ClientId& client, std::string_view reason, std::size_t size)
{
    ServerEvent event{ServerEvent::Type::DISCARDED};
    event.client = client;
    event.reason = reason;
    event.size = size;
    m_events.Push(std::move(event));
}

std::optional<ServerCommand>
Server::PollCommand()
{
    return m_commands.Pop();
}

std::optional<ServerEvent>
Server::PollEvent()
{
    return m_events.Pop();
}

std::optional<TimePoint>
Server::NextTimeout() const
{
    return Earlier(m_table.NextEnd(), Earlier(m_reservations.NextEnd(), m_connections.NextEnd()));
}

std::size_t
Server::GetAllocationCount() const
{
    return m_table.GetSize();
}

} // namespace turn
} // namespace imsfw
