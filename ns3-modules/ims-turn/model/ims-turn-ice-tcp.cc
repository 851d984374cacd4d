// SPDX-License-Identifier: GPL-2.0-only
#include "ims-turn-ice-tcp.h"

#include "ims-tls-core-driver.h"

#include "ns3/callback.h"
#include "ns3/inet-socket-address.h"
#include "ns3/tcp-socket-factory.h"

namespace ns3
{
namespace imsturn
{

namespace
{

constexpr std::size_t MAX_CONNECTIONS = 32; ///< a peer cannot make an end keep more
constexpr std::size_t MAX_QUEUED = 65536;   ///< bytes waiting: late voice is worth nothing

} // namespace

Ptr<IceTcp>
IceTcp::Open(Ptr<Node> node, Handlers handlers)
{
    const auto factory = node->GetObject<TcpSocketFactory>();
    const Ptr<Socket> listener = factory->CreateSocket();
    if (listener->Bind(InetSocketAddress(Ipv4Address::GetAny(), 0)) != 0)
    {
        return nullptr;
    }
    return Ptr<IceTcp>(new IceTcp(factory, listener, std::move(handlers)), false);
}

IceTcp::IceTcp(Ptr<SocketFactory> factory, Ptr<Socket> listener, Handlers handlers)
    : m_factory(factory), m_listener(listener), m_handlers(std::move(handlers))
{
    Address local;
    listener->GetSockName(local);
    m_port = imstls::ToEndpoint(local).port;
    listener->Listen();
    listener->SetAcceptCallback(
        MakeNullCallback<bool, Ptr<Socket>, const Address&>(),
        Callback<void, Ptr<Socket>, const Address&>([this](Ptr<Socket> socket, const Address&)
                                                    { HandleAccept(socket); }));
}

IceTcp::~IceTcp()
{
    Close();
}

void
IceTcp::HandleAccept(Ptr<Socket> socket)
{
    Address address;
    socket->GetPeerName(address);
    const Key key{Side::PASSIVE, imstls::ToEndpoint(address)};
    const auto stream = imstls::Stream::Adopt(socket, HandlersOf(key));
    if (m_connections.size() >= MAX_CONNECTIONS)
    {
        stream->Abort();
        return;
    }
    m_connections[key] = {stream, {}};
}

imstls::Stream::Handlers
IceTcp::HandlersOf(const Key& key)
{
    imstls::Stream::Handlers handlers;
    handlers.onConnected = [] {}; // what is queued leaves by itself
    handlers.onData = [this, key](imsfw::ByteView bytes) { HandleBytes(key, bytes); };
    handlers.onClosed = [this, key] { HandleFailure(key, {"tcp", "closed", "by the peer"}); };
    handlers.onFailure = [this, key](const imsfw::StreamFailure& failure)
    { HandleFailure(key, failure); };
    return handlers;
}

void
IceTcp::Send(Side side, const imsfw::Endpoint& peer, imsfw::ByteView packet)
{
    const Key key{side, peer};
    auto connection = m_connections.find(key);
    if (connection == m_connections.end())
    {
        if (side == Side::PASSIVE || m_connections.size() >= MAX_CONNECTIONS)
        {
            return; // gone with the connection, as its failure has told
        }
        const auto stream =
            imstls::Stream::Connect(m_factory, imstls::ToNs3Address(peer), HandlersOf(key));
        connection = m_connections.emplace(key, Connection{stream, {}}).first;
    }
    if (connection->second.stream->GetQueued() <= MAX_QUEUED)
    {
        connection->second.stream->Send(imsfw::ice::PacketFramer::Frame(packet));
    }
}

void
IceTcp::HandleBytes(const Key& key, imsfw::ByteView bytes)
{
    const Ptr<IceTcp> alive(this);
    m_connections.at(key).framer.Push(bytes);
    // A handler may close everything.
    for (auto at = m_connections.find(key); at != m_connections.end(); at = m_connections.find(key))
    {
        const auto packet = at->second.framer.Next();
        if (!packet)
        {
            return;
        }
        const imsfw::Bytes copy = packet->ToBytes();
        m_handlers.onPacket(key.first, key.second, copy);
    }
}

void
IceTcp::HandleFailure(const Key& key, const imsfw::StreamFailure& failure)
{
    const Ptr<IceTcp> alive(this);
    m_connections.erase(key);
    m_handlers.onFailure(key.first, key.second, failure);
}

void
IceTcp::Close()
{
    for (auto& [key, connection] : m_connections)
    {
        connection.stream->Close();
    }
    m_connections.clear();
    if (m_listener)
    {
        m_listener->SetAcceptCallback(MakeNullCallback<bool, Ptr<Socket>, const Address&>(),
                                      MakeNullCallback<void, Ptr<Socket>, const Address&>());
        m_listener->Close();
        m_listener = nullptr;
    }
}

uint16_t
IceTcp::GetPort() const
{
    return m_port;
}

} // namespace imsturn
} // namespace ns3
