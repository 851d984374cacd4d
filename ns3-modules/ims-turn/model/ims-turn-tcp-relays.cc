// SPDX-License-Identifier: GPL-2.0-only
#include "ims-turn-tcp-relays.h"

#include "ims-tls-core-driver.h"

#include "ns3/inet-socket-address.h"
#include "ns3/simulator.h"
#include "ns3/tcp-socket-factory.h"

#include <utility>

namespace ns3
{
namespace imsturn
{

TcpRelays::TcpRelays(Ptr<Node> node, Handlers handlers)
    : m_node(node), m_handlers(std::move(handlers)), m_isAlive(std::make_shared<bool>(true))
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
        if (connection.stream)
        {
            connection.stream->Close();
        }
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
    m_connections[*connection].stream =
        imstls::Stream::Adopt(socket, MakeHandlers(*connection, false));
}

void
TcpRelays::Connect(uint32_t connection, const imsfw::Endpoint& local, const imsfw::Endpoint& peer)
{
    if (peer.address == local.address && m_listeners.count(peer.port) != 0)
    {
        ConnectWithin(connection, local, peer.port);
        return;
    }
    const Ptr<Socket> socket = Socket::CreateSocket(m_node, TcpSocketFactory::GetTypeId());
    if (socket->Bind(imstls::ToNs3Address(local)) != 0)
    {
        socket->Bind(imstls::ToNs3Address({local.address, 0}));
    }
    Connection& opened = m_connections[connection];
    opened.isConnecting = true;
    opened.stream = imstls::Stream::ConnectBound(
        socket, imstls::ToNs3Address(peer), MakeHandlers(connection, true));
}

void
TcpRelays::Later(std::function<void()> action)
{
    Simulator::ScheduleNow(
        [alive = std::weak_ptr<bool>(m_isAlive), action = std::move(action)]
        {
            if (!alive.expired())
            {
                action();
            }
        });
}

void
TcpRelays::ConnectWithin(uint32_t connection, const imsfw::Endpoint& local, uint16_t port)
{
    m_connections[connection].isConnecting = true;
    Later(
        [this, connection, local, port]
        {
            if (m_connections.count(connection) == 0)
            {
                return; // given up meanwhile
            }
            const auto twin = m_handlers.onAccept(port, local);
            if (!twin)
            {
                m_connections.erase(connection);
                m_handlers.onConnectFailed(connection);
                return;
            }
            m_connections[*twin].twin = connection;
            m_connections[connection].twin = *twin;
            m_connections[connection].isConnecting = false;
            m_handlers.onConnected(connection);
        });
}

void
TcpRelays::Deliver(uint32_t connection)
{
    const auto found = m_connections.find(connection);
    if (found == m_connections.end() || !found->second.isReading || found->second.unread.empty())
    {
        return;
    }
    const imsfw::Bytes bytes = std::exchange(found->second.unread, {});
    const uint32_t twin = found->second.twin;
    m_handlers.onData(connection, bytes);
    if (m_connections.count(twin) != 0)
    {
        m_handlers.onDrained(twin);
    }
}

void
TcpRelays::EndWithin(uint32_t connection)
{
    const auto found = m_connections.find(connection);
    if (found != m_connections.end())
    {
        found->second.isReading = true;
        Deliver(connection); // what came before the end comes first
        m_connections.erase(connection);
        m_handlers.onClosed(connection);
    }
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
    if (found == m_connections.end())
    {
        return;
    }
    if (found->second.stream)
    {
        found->second.stream->Send(bytes);
        return;
    }
    const auto twin = m_connections.find(found->second.twin);
    if (twin != m_connections.end())
    {
        imsfw::Append(twin->second.unread, bytes);
        Later([this, to = twin->first] { Deliver(to); });
    }
}

void
TcpRelays::SetReading(uint32_t connection, bool isReading)
{
    const auto found = m_connections.find(connection);
    if (found == m_connections.end())
    {
        return;
    }
    if (const Ptr<imstls::Stream> stream = found->second.stream)
    {
        stream->SetReading(isReading);
        return;
    }
    found->second.isReading = isReading;
    Later([this, connection] { Deliver(connection); });
}

void
TcpRelays::Close(uint32_t connection)
{
    const auto found = m_connections.find(connection);
    if (found == m_connections.end())
    {
        return;
    }
    const Connection closed = std::move(found->second);
    m_connections.erase(found);
    if (closed.stream)
    {
        closed.stream->Close();
    }
    else if (closed.twin != 0)
    {
        Later([this, twin = closed.twin] { EndWithin(twin); });
    }
}

std::size_t
TcpRelays::GetQueued(uint32_t connection) const
{
    const auto found = m_connections.find(connection);
    if (found == m_connections.end())
    {
        return 0;
    }
    if (found->second.stream)
    {
        return found->second.stream->GetQueued();
    }
    const auto twin = m_connections.find(found->second.twin);
    return twin == m_connections.end() ? 0 : twin->second.unread.size();
}

} // namespace imsturn
} // namespace ns3
