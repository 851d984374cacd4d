// SPDX-License-Identifier: GPL-2.0-only
#include "ims-turn-tcp-relays.h"

#include "ims-tls-core-driver.h"

#include "ns3/inet-socket-address.h"
#include "ns3/tcp-socket-factory.h"

#include <utility>

namespace ns3
{
namespace imsturn
{

TcpRelays::TcpRelays(Ptr<Node> node, Handlers handlers)
    : m_node(node), m_handlers(std::move(handlers))
{
}

TcpRelays::~TcpRelays()
{
    while (!m_listeners.empty())
    {
        StopListening(m_listeners.begin()->first);
    }
    for (auto& [id, connection] : m_connections)
    {
        connection.stream->Close();
    }
}

bool
TcpRelays::Listen(uint16_t port)
{
    const Ptr<Socket> socket = Socket::CreateSocket(m_node, TcpSocketFactory::GetTypeId());
    // At all addresses, so that connections may be opened from the relayed one with the same port.
    if (socket->Bind(InetSocketAddress(Ipv4Address::GetAny(), port)) != 0)
    {
        return false;
    }
    socket->Listen();
    socket->SetAcceptCallback(MakeNullCallback<bool, Ptr<Socket>, const Address&>(),
                              Callback<void, Ptr<Socket>, const Address&>(
                                  [this, port](Ptr<Socket> accepted, const Address&)
                                  { HandleAccept(port, accepted); }));
    m_listeners[port] = socket;
    return true;
}

void
TcpRelays::StopListening(uint16_t port)
{
    const auto found = m_listeners.find(port);
    if (found != m_listeners.end())
    {
        found->second->SetAcceptCallback(MakeNullCallback<bool, Ptr<Socket>, const Address&>(),
                                         MakeNullCallback<void, Ptr<Socket>, const Address&>());
        found->second->Close();
        m_listeners.erase(found);
    }
}

void
TcpRelays::HandleAccept(uint16_t port, Ptr<Socket> socket)
{
    Address remote;
    socket->GetPeerName(remote);
    const auto connection = m_handlers.onAccept(port, imstls::ToEndpoint(remote));
    if (!connection)
    {
        imstls::Stream::Adopt(socket, {})->Abort(); // RFC 6062 5.3: "MUST be closed immediately"
        return;
    }
    m_connections[*connection] = {imstls::Stream::Adopt(socket, MakeHandlers(*connection, false)),
                                  false};
}

void
TcpRelays::Connect(uint32_t connection, const imsfw::Endpoint& local, const imsfw::Endpoint& peer)
{
    const Ptr<Socket> socket = Socket::CreateSocket(m_node, TcpSocketFactory::GetTypeId());
    if (socket->Bind(imstls::ToNs3Address(local)) != 0)
    {
        socket->Bind(imstls::ToNs3Address({local.address, 0}));
    }
    m_connections[connection] = {imstls::Stream::ConnectBound(socket,
                                                              imstls::ToNs3Address(peer),
                                                              MakeHandlers(connection, true)),
                                 true};
}

imstls::Stream::Handlers
TcpRelays::MakeHandlers(uint32_t connection, bool isOutgoing)
{
    imstls::Stream::Handlers handlers;
    if (isOutgoing)
    {
        handlers.onConnected = [this, connection]
        {
            m_connections.at(connection).isConnecting = false;
            m_handlers.onConnected(connection);
        };
    }
    handlers.onData = [this, connection](imsfw::ByteView bytes)
    { m_handlers.onData(connection, bytes); };
    handlers.onClosed = [this, connection] { HandleEnd(connection); };
    handlers.onFailure = [this, connection](const imsfw::StreamFailure&) { HandleEnd(connection); };
    handlers.onDrained = [this, connection] { m_handlers.onDrained(connection); };
    return handlers;
}

void
TcpRelays::HandleEnd(uint32_t connection)
{
    const auto found = m_connections.find(connection);
    if (found == m_connections.end())
    {
        return;
    }
    const Connection ended = found->second; // holds the stream until its handler has returned
    m_connections.erase(found);
    ended.isConnecting ? m_handlers.onConnectFailed(connection) : m_handlers.onClosed(connection);
}

void
TcpRelays::Send(uint32_t connection, imsfw::ByteView bytes)
{
    const auto found = m_connections.find(connection);
    if (found != m_connections.end())
    {
        found->second.stream->Send(bytes);
    }
}

void
TcpRelays::SetReading(uint32_t connection, bool isReading)
{
    const auto found = m_connections.find(connection);
    if (found != m_connections.end())
    {
        const Ptr<imstls::Stream> stream = found->second.stream;
        stream->SetReading(isReading);
    }
}

void
TcpRelays::Close(uint32_t connection)
{
    const auto found = m_connections.find(connection);
    if (found != m_connections.end())
    {
        const Ptr<imstls::Stream> stream = found->second.stream;
        m_connections.erase(found);
        stream->Close();
    }
}

std::size_t
TcpRelays::GetQueued(uint32_t connection) const
{
    const auto found = m_connections.find(connection);
    return found == m_connections.end() ? 0 : found->second.stream->GetQueued();
}

} // namespace imsturn
} // namespace ns3
