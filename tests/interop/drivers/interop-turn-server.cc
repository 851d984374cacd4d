// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The TURN server core on real sockets: `interop-turn-server address=IP:PORT user=NAME password=WORD [tls=IP:PORT
/// certificate=FILE key=FILE suites=...] [denied=PREFIX,...] [quota=NUMBER]`. UDP and TCP are served at `address`,
/// TLS and DTLS at `tls`.
///
/// Prints "ready" and the core's events: "created CLIENT RELAYED", "deleted CLIENT REASON", "refused CLIENT CODE", "opened
/// PEER HOW", "bound PEER", "closed PEER REASON", "discarded REASON"; at the end of its input "relayed TO-PEERS TO-CLIENTS".
#include "base/text.h"
#include "driver-dtls.h"
#include "driver-options.h"
#include "driver-socket.h"
#include "ims-turn-channel-data.h"
#include "ims-turn-server.h"

#include <cstdio>

namespace imsfw::driver
{

namespace
{

using turn::ClientId;
using turn::ServerCommand;
using turn::ServerEvent;

class TurnServer
{
  public:
    TurnServer(Loop& loop, const Options& options);
    TurnServer(const TurnServer&) = delete;
    TurnServer& operator=(const TurnServer&) = delete;

    void
    PrintSums() const
    {
        std::printf("relayed %zu %zu\n", m_toPeers, m_toClients);
    }

  private:
    turn::ServerConfig Config() const;
    std::shared_ptr<const tls::Context> MakeContext(bool isDatagram);
    void ServeDatagrams(const Endpoint& at);
    void ServeDtls(const Endpoint& at);
    void ServeStreams(const Endpoint& at, ClientId::Transport transport);
    Stream::Layers ServerLayers(ClientId::Transport transport);
    void AcceptClient(int listener, ClientId::Transport transport);
    void HandleClient(const ClientId& client, ByteView bytes);
    void OpenRelay(const ServerCommand& command);
    void AcceptPeer(int listener, uint16_t relayPort);
    void HoldConnection(uint32_t number, int socket);
    void CloseRelay(const ServerCommand& command);
    void Drain();
    void Execute(const ServerCommand& command);
    void SendToClient(const ServerCommand& command);
    void Print(const ServerEvent& event);

    Loop& m_loop;
    const Options& m_options;
    SystemRandom m_random;
    turn::Server m_core;
    std::shared_ptr<const tls::Context> m_tls;
    std::unique_ptr<DtlsPort> m_dtls;
    int m_udp{-1};
    uint64_t m_nextFlow{1};
    std::map<uint64_t, std::unique_ptr<Stream>> m_clients;
    std::map<uint16_t, int> m_relays; ///< sockets of relayed addresses, by port
    std::map<uint32_t, std::unique_ptr<Stream>> m_connections;
    std::set<uint32_t> m_opening; ///< of them, those that are not connected yet
    std::size_t m_toPeers{0};
    std::size_t m_toClients{0};
};

TurnServer::TurnServer(Loop& loop, const Options& options)
    : m_loop(loop), m_options(options), m_core(Config(), m_random)
{
    m_loop.AddTimer(
        this,
        [this] { return m_core.NextTimeout(); },
        [this]
        {
            m_core.HandleTimeout(Now());
            Drain();
        });
    ServeDatagrams(m_options.At("address"));
    ServeStreams(m_options.At("address"), ClientId::Transport::TCP);
    if (m_options.Has("tls"))
    {
        m_tls = MakeContext(false);
        ServeStreams(m_options.At("tls"), ClientId::Transport::TLS);
        ServeDtls(m_options.At("tls"));
    }
}

std::shared_ptr<const tls::Context>
TurnServer::MakeContext(bool isDatagram)
{
    tls::ServerConfig config;
    config.isDatagram = isDatagram;
    config.suites = m_options.List("suites");
    const auto credential = tls::LoadPem(m_options.Text("certificate"), m_options.Text("key"));
    config.credential = credential ? *credential : tls::Credential{};
    const auto made = tls::Context::MakeServer(config, m_random);
    if (!credential || !made)
    {
        Die(credential ? made.Error() : credential.Error());
    }
    return *made;
}

void
TurnServer::ServeDtls(const Endpoint& at)
{
    const auto idOf = [](const Endpoint& peer) {
        return ClientId{ClientId::Transport::DTLS, peer, 0};
    };
    DtlsPort::Handlers handlers{
        [](const Endpoint&, const tls::SessionInfo& info) { PrintTls(info); },
        [this, idOf](const Endpoint& peer, ByteView data) { HandleClient(idOf(peer), data); },
        [this, idOf](const Endpoint& peer, const auto&)
        {
            m_core.HandleClientClosed(Now(), idOf(peer));
            Drain();
        }};
    const auto accept = [this, context = MakeContext(true)]
    { return std::make_unique<tls::DtlsSession>(context, m_random, ""); };
    m_dtls = std::make_unique<DtlsPort>(m_loop, at, accept, std::move(handlers));
}

turn::ServerConfig
TurnServer::Config() const
{
    turn::ServerConfig config;
    config.relayAddress = m_options.At("address").address;
    config.realm = "interop.test";
    config.lastChannel = turn::LAST_CHANNEL_RFC5766; // coturn's client still takes any of them
    config.users[m_options.Text("user")] = m_options.Text("password");
    config.userQuota = static_cast<unsigned>(ParseNumber(m_options.Text("quota")).value_or(0));
    for (const std::string& prefix : m_options.List("denied"))
    {
        config.deniedPeers.push_back(IpPrefix::Parse(prefix).value());
    }
    return config;
}

void
TurnServer::ServeDatagrams(const Endpoint& at)
{
    m_udp = OpenUdp(at);
    m_loop.Watch(m_udp,
                 [this]
                 {
                     while (const auto got = ReceiveDatagram(m_udp))
                     {
                         HandleClient({ClientId::Transport::UDP, got->first, 0}, got->second);
                     }
                 });
}

void
TurnServer::ServeStreams(const Endpoint& at, ClientId::Transport transport)
{
    const int listener = OpenListener(at);
    m_loop.Watch(listener, [this, listener, transport] { AcceptClient(listener, transport); });
}

Stream::Layers
TurnServer::ServerLayers(ClientId::Transport transport)
{
    Stream::Layers layers;
    if (transport == ClientId::Transport::TLS)
    {
        layers.push_back(std::make_unique<tls::TlsSession>(m_tls, m_random, ""));
    }
    return layers;
}

void
TurnServer::AcceptClient(int listener, ClientId::Transport transport)
{
    const int socket = Accept(listener);
    if (socket < 0)
    {
        return;
    }
    const ClientId id{transport, RemoteEndpoint(socket), m_nextFlow++};
    Stream::Handlers handlers{[] {},
                              [this, id](ByteView bytes) { HandleClient(id, bytes); },
                              [this, id](const auto&)
                              {
                                  m_core.HandleClientClosed(Now(), id);
                                  Drain();
                                  m_loop.Later([this, id] { m_clients.erase(id.flow); });
                              }};
    m_clients[id.flow] =
        std::make_unique<Stream>(m_loop, socket, ServerLayers(transport), std::move(handlers));
}

void
TurnServer::HandleClient(const ClientId& client, ByteView bytes)
{
    m_core.HandleClientInput(Now(), client, bytes);
    Drain();
}

void
TurnServer::OpenRelay(const ServerCommand& command)
{
    const Endpoint at{command.relayAddress, command.relayPort};
    const uint16_t port = command.relayPort;
    const bool isTcp = command.protocol == IpProtocol::TCP;
    const int socket = isTcp ? OpenListener(at) : OpenUdp(at);
    m_relays[port] = socket;
    if (isTcp)
    {
        m_loop.Watch(socket, [this, socket, port] { AcceptPeer(socket, port); });
        return;
    }
    m_loop.Watch(socket,
                 [this, socket, port]
                 {
                     while (const auto got = ReceiveDatagram(socket))
                     {
                         m_core.HandlePeerInput(Now(), port, got->first, got->second);
                         Drain();
                     }
                 });
}

void
TurnServer::AcceptPeer(int listener, uint16_t relayPort)
{
    const int socket = Accept(listener);
    const auto number = socket < 0
                            ? std::nullopt
                            : m_core.HandlePeerAccepted(Now(), relayPort, RemoteEndpoint(socket));
    if (number)
    {
        HoldConnection(*number, socket);
    }
    Drain();
}

void
TurnServer::HoldConnection(uint32_t number, int socket)
{
    Stream::Handlers handlers{[this, number]
                              {
                                  if (m_opening.erase(number) > 0)
                                  {
                                      m_core.HandlePeerConnected(Now(), number);
                                      Drain();
                                  }
                              },
                              [this, number](ByteView bytes)
                              {
                                  m_core.HandleConnectionInput(Now(), number, bytes);
                                  Drain();
                              },
                              [this, number](const auto& failure)
                              {
                                  const bool isMade = m_opening.erase(number) == 0;
                                  failure && !isMade ? m_core.HandlePeerConnectFailed(Now(), number)
                                                     : m_core.HandleConnectionClosed(Now(), number);
                                  Drain();
                              }};
    m_connections[number] =
        std::make_unique<Stream>(m_loop, socket, Stream::Layers{}, std::move(handlers));
}

void
TurnServer::CloseRelay(const ServerCommand& command)
{
    const auto relay = m_relays.find(command.relayPort);
    if (relay != m_relays.end())
    {
        m_loop.Forget(relay->second);
        CloseSocket(relay->second);
        m_relays.erase(relay);
    }
}

void
TurnServer::Drain()
{
    bool isBusy = true;
    while (isBusy)
    {
        while (const auto command = m_core.PollCommand())
        {
            Execute(*command);
        }
        const auto event = m_core.PollEvent();
        isBusy = event.has_value();
        if (event)
        {
            Print(*event);
        }
    }
}

void
TurnServer::SendToClient(const ServerCommand& command)
{
    if (command.client.transport == ClientId::Transport::DTLS)
    {
        m_dtls->Send(command.client.remote, command.data);
    }
    else if (!command.client.IsStream())
    {
        SendDatagram(m_udp, command.client.remote, command.data);
    }
    else if (m_clients.count(command.client.flow) > 0)
    {
        m_clients[command.client.flow]->Send(command.data);
    }
}

void
TurnServer::Execute(const ServerCommand& command)
{
    const auto connection = m_connections.find(command.connection);
    switch (command.type)
    {
    case ServerCommand::Type::OPEN_RELAY:
        return OpenRelay(command);
    case ServerCommand::Type::CLOSE_RELAY:
        return CloseRelay(command);
    case ServerCommand::Type::SEND_TO_PEER:
        return SendDatagram(m_relays.at(command.relayPort), command.peer, command.data);
    case ServerCommand::Type::SEND_TO_CLIENT:
        return SendToClient(command);
    case ServerCommand::Type::CLOSE_CLIENT:
        if (m_clients.count(command.client.flow) > 0)
        {
            m_clients[command.client.flow]->Close();
        }
        return;
    case ServerCommand::Type::CONNECT_PEER:
        m_opening.insert(command.connection);
        return HoldConnection(
            command.connection,
            OpenConnection(command.peer, {command.relayAddress, command.relayPort}));
    case ServerCommand::Type::SEND_TO_CONNECTION:
        return connection->second->Send(command.data);
    case ServerCommand::Type::HOLD_CONNECTION:
    case ServerCommand::Type::RESUME_CONNECTION:
        return; // what the tests send fits into the kernel's buffers
    case ServerCommand::Type::CLOSE_CONNECTION:
        if (connection != m_connections.end())
        {
            connection->second->Close();
        }
        return;
    }
}

void
TurnServer::Print(const ServerEvent& event)
{
    const std::string client = event.client.ToString();
    const std::string peer = event.peer.ToString();
    const std::string reason(event.reason);
    switch (event.type)
    {
    case ServerEvent::Type::ALLOCATION_CREATED:
        std::printf("created %s %s\n", client.c_str(), event.relayed.ToString().c_str());
        return;
    case ServerEvent::Type::ALLOCATION_REFUSED:
        std::printf("refused %s %u\n", client.c_str(), event.code);
        return;
    case ServerEvent::Type::ALLOCATION_DELETED:
        std::printf("deleted %s %s\n", client.c_str(), reason.c_str());
        return;
    case ServerEvent::Type::RELAYED_TO_PEER:
        ++m_toPeers;
        return;
    case ServerEvent::Type::RELAYED_TO_CLIENT:
        ++m_toClients;
        return;
    case ServerEvent::Type::DISCARDED:
        std::printf("discarded %s\n", reason.c_str());
        return;
    case ServerEvent::Type::CONNECTION_OPENED:
        std::printf("opened %s %s\n", peer.c_str(), reason.c_str());
        return;
    case ServerEvent::Type::CONNECTION_BOUND:
        std::printf("bound %s\n", peer.c_str());
        return;
    case ServerEvent::Type::CONNECTION_CLOSED:
        std::printf("closed %s %s\n", peer.c_str(), reason.c_str());
        return;
    }
}

} // namespace

} // namespace imsfw::driver

int
main(int argc, char** argv)
{
    using namespace imsfw::driver;
    const Options options(
        argc,
        argv,
        {"address", "tls", "certificate", "key", "suites", "user", "password", "denied", "quota"});
    Loop loop;
    TurnServer server(loop, options);
    std::printf("ready\n");
    loop.ReadLines([&server](const std::string&) { server.PrintSums(); });
    loop.Run();
    return 0;
}
