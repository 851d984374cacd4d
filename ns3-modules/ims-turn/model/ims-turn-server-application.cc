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
    m_dtlsPorts.clear();
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
TurnServerApplication::AddDtlsListener(Ptr<imstls::TlsSocketFactory> factory, uint16_t port)
{
    m_dtlsPorts.push_back({factory, port});
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
TurnServerApplication::SetAlternate(const imsfw::Endpoint& server, std::size_t from)
{
    m_redirection = imsfw::turn::Redirection{server, from};
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
    m_lane.SetProcessor(imscpu::Processor::Of(GetNode()));
    for (std::size_t i = 0; i < m_udpPorts.size(); ++i)
    {
        OpenUdp(i);
    }
    for (std::size_t i = 0; i < m_dtlsPorts.size(); ++i)
    {
        OpenDtls(i);
    }
    m_nextFlow = m_udpPorts.size() + m_dtlsPorts.size();
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
    m_tcpRelays = std::make_unique<TcpRelays>(GetNode(), MakeRelayHandlers());
}

TcpRelays::Handlers
TurnServerApplication::MakeRelayHandlers()
{
    TcpRelays::Handlers handlers;
    handlers.onAccept = [this](uint16_t port, const imsfw::Endpoint& peer)
    {
        const auto connection = m_core->HandlePeerAccepted(imstls::CoreNow(), port, peer);
        // The owner of the socket is told the number first.
        Simulator::ScheduleNow(
            [this]
            {
                if (m_core)
                {
                    Drain();
                }
            });
        return connection;
    };
    handlers.onConnected = [this](uint32_t connection)
    {
        m_core->HandlePeerConnected(imstls::CoreNow(), connection);
        Drain();
    };
    handlers.onConnectFailed = [this](uint32_t connection)
    {
        m_core->HandlePeerConnectFailed(imstls::CoreNow(), connection);
        Drain();
    };
    handlers.onData = [this](uint32_t connection, imsfw::ByteView bytes)
    {
        m_core->HandleConnectionInput(imstls::CoreNow(), connection, bytes);
        Drain();
    };
    handlers.onClosed = [this](uint32_t connection)
    {
        m_core->HandleConnectionClosed(imstls::CoreNow(), connection);
        Drain();
    };
    handlers.onDrained = [this](uint32_t connection) { ResumeClientOf(connection); };
    return handlers;
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
    config.redirection = m_redirection;
    config.hasTcpAllocations = m_hasTcpAllocations;
    config.lastChannel =
        m_acceptsRfc5766Channels ? imsfw::turn::LAST_CHANNEL_RFC5766 : imsfw::turn::LAST_CHANNEL;
    config.connectTimeout = imstls::ToCoreDuration(m_connectTimeout);
    config.connectionBindTimeout = imstls::ToCoreDuration(m_connectionBindTimeout);
    config.maxBuffered = m_maxQueued;
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
TurnServerApplication::OpenDtls(std::size_t index)
{
    const uint64_t flow = m_udpPorts.size() + index;
    const auto idOf = [flow](const imsfw::Endpoint& from) {
        return ClientId{ClientId::Transport::DTLS, from, flow};
    };
    DtlsListener::Handlers handlers;
    handlers.onData = [this, idOf](const imsfw::Endpoint& from, imsfw::ByteView data)
    { HandleClientInput(idOf(from), data); };
    handlers.onClosed = [this, idOf](const imsfw::Endpoint& from)
    {
        m_core->HandleClientClosed(imstls::CoreNow(), idOf(from));
        Drain();
    };
    handlers.onStray = [this, idOf](const imsfw::Endpoint& from, std::size_t size)
    { HandleStray(idOf(from), size); };
    // Whoever is still there has to refresh its allocation before it ends (RFC 8656 8).
    const DtlsListener::Settings settings{m_dtlsPorts[index].factory,
                                          {{}, m_dtlsPorts[index].port},
                                          imstls::ToCoreDuration(m_maxLifetime)};
    const auto opened = DtlsListener::Open(GetNode(), settings, std::move(handlers));
    if (!opened)
    {
        m_portTrace(settings.local.port);
        return;
    }
    m_dtls[flow] = opened;
}

void
TurnServerApplication::HandleStray(const ClientId& client, std::size_t size)
{
    ServerEvent event{ServerEvent::Type::DISCARDED};
    event.client = client;
    event.reason = "no-dtls";
    event.size = size;
    Notify(event);
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
    m_lane.Clear();
    for (auto& [flow, port] : m_udp)
    {
        port->Close();
    }
    m_udp.clear();
    for (auto& [flow, listener] : m_dtls)
    {
        listener->Close();
    }
    m_dtls.clear();
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
    m_tcpRelays.reset();
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
    handlers.onDrained = [this, flow]
    {
        const auto client = m_clients.find(flow);
        if (client != m_clients.end() && client->second.connection != 0)
        {
            m_tcpRelays->SetReading(client->second.connection, true);
        }
    };
    const Ptr<imstls::Stream> stream = imstls::Stream::Adopt(socket, std::move(handlers));
    m_clients[flow] = {{transport, stream->GetRemote(), flow}, stream, 0};
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
        while (auto command = m_core->PollCommand())
        {
            Execute(*command);
            m_core->GiveBack(std::move(command->data));
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
