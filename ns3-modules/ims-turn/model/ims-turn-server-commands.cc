// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The TURN server's adapter: what the core wants done with sockets.
#include "ims-turn-server-application.h"

#include "ns3/log.h"
#include "ns3/simulator.h"

namespace ns3
{
namespace imsturn
{

NS_LOG_COMPONENT_DEFINE("TurnServerCommands");

using imsfw::turn::ServerCommand;

void
TurnServerApplication::Execute(const ServerCommand& command)
{
    switch (command.type)
    {
    case ServerCommand::Type::OPEN_RELAY:
        OpenRelay(command);
        return;
    case ServerCommand::Type::CLOSE_RELAY:
        CloseRelay(command);
        return;
    case ServerCommand::Type::CONNECT_PEER:
        m_tcpRelays->Connect(
            command.connection, {command.relayAddress, command.relayPort}, command.peer);
        return;
    case ServerCommand::Type::SEND_TO_CONNECTION:
        SendWhenDone(command, &TurnServerApplication::SendToConnection);
        return;
    case ServerCommand::Type::HOLD_CONNECTION:
    case ServerCommand::Type::RESUME_CONNECTION:
        m_tcpRelays->SetReading(command.connection,
                                command.type == ServerCommand::Type::RESUME_CONNECTION);
        return;
    case ServerCommand::Type::CLOSE_CONNECTION:
        // After what is still to be sent on it.
        m_lane.Do({}, [this, connection = command.connection] { m_tcpRelays->Close(connection); });
        return;
    case ServerCommand::Type::SEND_TO_PEER:
        SendWhenDone(command, &TurnServerApplication::SendToPeer);
        return;
    case ServerCommand::Type::SEND_TO_CLIENT:
        SendWhenDone(command, &TurnServerApplication::SendToClient);
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
TurnServerApplication::SendWhenDone(const ServerCommand& command,
                                    void (TurnServerApplication::*send)(const ServerCommand&))
{
    if (!m_lane.HasProcessor())
    {
        (this->*send)(command);
        return;
    }
    m_lane.Do({{"relay/copy", 1, command.data.size()}},
              [this, command, send] { (this->*send)(command); });
}

void
TurnServerApplication::OpenRelay(const ServerCommand& command)
{
    const uint16_t port = command.relayPort;
    if (command.protocol == imsfw::IpProtocol::TCP)
    {
        if (!m_tcpRelays->Listen(port))
        {
            m_portTrace(port);
        }
        return;
    }
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
TurnServerApplication::CloseRelay(const ServerCommand& command)
{
    if (command.protocol == imsfw::IpProtocol::TCP)
    {
        m_tcpRelays->StopListening(command.relayPort);
        return;
    }
    const auto found = m_relays.find(command.relayPort);
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
    if (command.client.transport == imsfw::turn::ClientId::Transport::DTLS)
    {
        const auto listener = m_dtls.find(command.client.flow);
        if (listener != m_dtls.end())
        {
            listener->second->Send(command.client.remote, command.data);
        }
        return;
    }
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
    const bool isFull = client->second.stream->GetQueued() > m_maxQueued;
    if (command.connection != 0)
    {
        // A peer's stream: nothing of it may be lost, so the peer has to wait.
        client->second.connection = command.connection;
        m_tcpRelays->SetReading(command.connection, !isFull);
    }
    else if (isFull)
    {
        m_overflowTrace(command.client, command.data);
        return;
    }
    client->second.stream->Send(command.data);
}

void
TurnServerApplication::SendToConnection(const ServerCommand& command)
{
    m_tcpRelays->Send(command.connection, command.data);
    const auto client = m_clients.find(command.client.flow);
    if (client != m_clients.end())
    {
        client->second.connection = command.connection;
        client->second.stream->SetReading(m_tcpRelays->GetQueued(command.connection) <=
                                          m_maxQueued);
    }
}

void
TurnServerApplication::ResumeClientOf(uint32_t connection)
{
    for (auto& [flow, client] : m_clients)
    {
        if (client.connection == connection)
        {
            const Ptr<imstls::Stream> stream = client.stream;
            stream->SetReading(true); // may call back in: nothing of the map is used afterwards
            return;
        }
    }
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

} // namespace imsturn
} // namespace ns3
