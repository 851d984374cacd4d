// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The TURN server's adapter: listeners, streams, relay sockets, timer, traces.
#include "ims-turn-server-application.h"

#include "ims-tls-socket-factory.h"
#include "ims-turn-app-common.h"

#include "ns3/abort.h"
#include "ns3/inet-socket-address.h"
#include "ns3/log.h"
#include "ns3/simulator.h"

#include <utility>

namespace ns3
{
namespace imsturn
{

NS_LOG_COMPONENT_DEFINE("TurnServerApplication");

using imsfw::turn::ClientId;
using imsfw::turn::ServerCommand;
using imsfw::turn::ServerEvent;

TurnServerApplication::TurnServerApplication() : m_timer([this] { HandleTimeout(); })
{
    NS_LOG_FUNCTION(this);
}

TurnServerApplication::~TurnServerApplication() = default;

void
TurnServerApplication::DoDispose()
{
    StopApplication();
    m_listeners.clear();
    Application::DoDispose();
}

void
TurnServerApplication::AddUdpListener(uint16_t port)
{
    m_udpPorts.push_back(port);
}

void
TurnServerApplication::AddStreamListener(Ptr<SocketFactory> factory, uint16_t port)
{
    m_listeners.push_back({factory, port, nullptr});
}

void
TurnServerApplication::SetUser(const std::string& name, const std::string& password)
{
    m_users[name] = password;
}

void
TurnServerApplication::DenyPeers(const imsfw::IpPrefix& prefix)
{
    m_deniedPeers.push_back(prefix);
}

void
TurnServerApplication::CloseStreams()
{
    while (!m_clients.empty())
    {
        HandleClientClosed(m_clients.begin()->first);
    }
}

std::size_t
TurnServerApplication::GetAllocationCount() const
{
    return m_core ? m_core->GetAllocationCount() : 0;
}

void
TurnServerApplication::StartApplication()
{
    MakeCore();
    for (std::size_t i = 0; i < m_udpPorts.size(); ++i)
    {
        OpenUdp(i);
    }
    m_nextFlow = m_udpPorts.size();
    for (StreamListener& listener : m_listeners)
    {
        OpenStreamListener(listener);
    }
}

void
TurnServerApplication::MakeCore()
{
    NS_ABORT_MSG_IF(m_minPort > m_maxPort, "TurnServerApplication: MinPort is above MaxPort");
    if (!m_random)
    {
        m_random = MakeRandomStream("turn-server", GetNode(), m_realm);
    }
    m_core = std::make_unique<imsfw::turn::Server>(MakeConfig(), *m_random);
}

imsfw::turn::ServerConfig
TurnServerApplication::MakeConfig() const
{
    imsfw::turn::ServerConfig config;
    config.relayAddress = GetRelayAddress();
    config.realm = m_realm;
    config.users = m_users;
    config.minPort = m_minPort;
    config.maxPort = m_maxPort;
    config.defaultLifetime = imstls::ToCoreDuration(m_defaultLifetime);
    config.maxLifetime = imstls::ToCoreDuration(m_maxLifetime);
    config.permissionLifetime = imstls::ToCoreDuration(m_permissionLifetime);
    config.channelLifetime = imstls::ToCoreDuration(m_channelLifetime);
    config.nonceLifetime = imstls::ToCoreDuration(m_nonceLifetime);
    config.userQuota = m_userQuota;
    config.deniedPeers = m_deniedPeers;
    return config;
}

imsfw::IpAddress
TurnServerApplication::GetRelayAddress() const
{
    return m_address.IsAny() ? FirstAddress(GetNode()) : imsfw::IpAddress::V4(m_address.Get());
}

void
TurnServerApplication::OpenUdp(std::size_t index)
{
    UdpPort::Handlers handlers;
    handlers.onData = [this, index](const imsfw::Endpoint& from, imsfw::ByteView bytes) {
        HandleClientInput({ClientId::Transport::UDP, from, index}, bytes);
    };
    const uint16_t port = m_udpPorts[index];
    const Ptr<UdpPort> opened = UdpPort::Open(GetNode(), {{}, port}, std::move(handlers));
    if (!opened)
    {
        m_portTrace(port);
        return;
    }
    m_udp[index] = opened;
}

void
TurnServerApplication::OpenStreamListener(StreamListener& listener)
{
    const auto transport = DynamicCast<imstls::TlsSocketFactory>(listener.factory)
                               ? ClientId::Transport::TLS
                               : ClientId::Transport::TCP;
    listener.socket = listener.factory->CreateSocket();
    if (listener.socket->Bind(InetSocketAddress(Ipv4Address::GetAny(), listener.port)) != 0)
    {
        listener.socket = nullptr;
        m_portTrace(listener.port);
        return;
    }
    listener.socket->Listen();
    listener.socket->SetAcceptCallback(MakeNullCallback<bool, Ptr<Socket>, const Address&>(),
                                       Callback<void, Ptr<Socket>, const Address&>(
                                           [this, transport](Ptr<Socket> socket, const Address&)
                                           { HandleAccept(socket, transport); }));
}

void
TurnServerApplication::StopApplication()
{
    m_timer.Cancel();
    for (auto& [flow, port] : m_udp)
    {
        port->Close();
    }
    m_udp.clear();
    for (auto& [number, relay] : m_relays)
    {
        relay->Close();
    }
    m_relays.clear();
    for (StreamListener& listener : m_listeners)
    {
        if (listener.socket)
        {
            listener.socket->SetAcceptCallback(
                MakeNullCallback<bool, Ptr<Socket>, const Address&>(),
                MakeNullCallback<void, Ptr<Socket>, const Address&>());
            listener.socket->Close();
            listener.socket = nullptr;
        }
    }
    for (auto& [flow, client] : m_clients)
    {
        client.stream->Close();
    }
    m_clients.clear();
    m_core.reset();
}

void
TurnServerApplication::HandleAccept(Ptr<Socket> socket, ClientId::Transport transport)
{
    const uint64_t flow = m_nextFlow++;
    imstls::Stream::Handlers handlers;
    handlers.onData = [this, flow](imsfw::ByteView bytes)
    { HandleClientInput(m_clients.at(flow).id, bytes); };
    handlers.onClosed = [this, flow] { HandleClientClosed(flow); };
    handlers.onFailure = [this, flow](const imsfw::StreamFailure&) { HandleClientClosed(flow); };
    const Ptr<imstls::Stream> stream = imstls::Stream::Adopt(socket, std::move(handlers));
    m_clients[flow] = {{transport, stream->GetRemote(), flow}, stream};
}

void
TurnServerApplication::HandleClientInput(const ClientId& client, imsfw::ByteView bytes)
{
    m_core->HandleClientInput(imstls::CoreNow(), client, bytes);
    Drain();
}

void
TurnServerApplication::HandleClientClosed(uint64_t flow)
{
    const ClientId client = m_clients.at(flow).id;
    DropClient(flow);
    m_core->HandleClientClosed(imstls::CoreNow(), client);
    Drain();
}

void
TurnServerApplication::HandlePeerInput(uint16_t relayPort,
                                       const imsfw::Endpoint& peer,
                                       imsfw::ByteView data)
{
    m_core->HandlePeerInput(imstls::CoreNow(), relayPort, peer, data);
    Drain();
}

void
TurnServerApplication::HandleTimeout()
{
    m_core->HandleTimeout(imstls::CoreNow());
    Drain();
}

void
TurnServerApplication::Drain()
{
    if (m_isDraining)
    {
        return; // a trace sink called back in: the loop below goes on
    }
    m_isDraining = true;
    bool isBusy = true;
    while (isBusy)
    {
        while (const auto command = m_core->PollCommand())
        {
            Execute(*command);
        }
        const auto event = m_core->PollEvent();
        isBusy = event.has_value();
        if (event)
        {
            Notify(*event);
        }
    }
    m_isDraining = false;
    m_timer.Arm(m_core->NextTimeout());
}

void
TurnServerApplication::Execute(const ServerCommand& command)
{
    switch (command.type)
    {
    case ServerCommand::Type::OPEN_RELAY:
        OpenRelay(command.relayPort);
        return;
    case ServerCommand::Type::CLOSE_RELAY:
        CloseRelay(command.relayPort);
        return;
    case ServerCommand::Type::SEND_TO_PEER:
        SendToPeer(command);
        return;
    case ServerCommand::Type::SEND_TO_CLIENT:
        SendToClient(command);
        return;
    case ServerCommand::Type::CLOSE_CLIENT:
        if (m_clients.count(command.client.flow) != 0)
        {
            DropClient(command.client.flow);
            m_core->HandleClientClosed(imstls::CoreNow(), command.client);
        }
        return;
    }
}

void
TurnServerApplication::OpenRelay(uint16_t port)
{
    UdpPort::Handlers handlers;
    handlers.onData = [this, port](const imsfw::Endpoint& peer, imsfw::ByteView data)
    { HandlePeerInput(port, peer, data); };
    const Ptr<UdpPort> relay =
        UdpPort::Open(GetNode(), {GetRelayAddress(), port}, std::move(handlers));
    if (!relay)
    {
        NS_LOG_WARN("relay port " << port << " is taken by somebody else on this node");
        m_portTrace(port);
        return;
    }
    m_relays[port] = relay;
}

void
TurnServerApplication::CloseRelay(uint16_t port)
{
    const auto found = m_relays.find(port);
    if (found != m_relays.end())
    {
        found->second->Close();
        m_relays.erase(found);
    }
}

void
TurnServerApplication::SendToPeer(const ServerCommand& command)
{
    const auto relay = m_relays.find(command.relayPort);
    if (relay != m_relays.end())
    {
        relay->second->Send(command.peer, command.data);
    }
}

void
TurnServerApplication::SendToClient(const ServerCommand& command)
{
    if (!command.client.IsStream())
    {
        const auto port = m_udp.find(command.client.flow);
        if (port != m_udp.end())
        {
            port->second->Send(command.client.remote, command.data);
        }
        return;
    }
    const auto client = m_clients.find(command.client.flow);
    if (client == m_clients.end())
    {
        return; // it has just closed
    }
    if (client->second.stream->GetQueued() > m_maxQueued)
    {
        m_overflowTrace(command.client, command.data);
        return;
    }
    client->second.stream->Send(command.data);
}

void
TurnServerApplication::DropClient(uint64_t flow)
{
    const auto found = m_clients.find(flow);
    if (found != m_clients.end())
    {
        // This may run inside one of the stream's own handlers: let it return first.
        const Ptr<imstls::Stream> stream = found->second.stream;
        m_clients.erase(found);
        Simulator::ScheduleNow([stream] { stream->Close(); });
    }
}

void
TurnServerApplication::Notify(const ServerEvent& event)
{
    NS_LOG_INFO(Simulator::Now().As(Time::MS)
                << " turn-server " << event.client.ToString() << " " << event.reason);
    m_eventTrace(event);
    if (event.type == ServerEvent::Type::RELAYED_TO_PEER ||
        event.type == ServerEvent::Type::RELAYED_TO_CLIENT)
    {
        m_relayedTrace(event);
    }
}

} // namespace imsturn
} // namespace ns3
