// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// A TURN client, a TURN server and peers in memory, with a clock that jumps from timer to timer.
#pragma once

#include "ims-turn-client.h"
#include "ims-turn-server.h"
#include "turn-samples.h"

#include <functional>
#include <gtest/gtest.h>
#include <set>
#include <string>
#include <vector>

namespace imsfw::turntest
{

class RelayWorld
{
  public:
    /// What becomes of a message on its way: through, or lost.
    using Path = std::function<bool(ByteView)>;

    RelayWorld(turn::ClientConfig clientConfig,
               turn::ServerConfig serverConfig,
               turn::ClientId::Transport transport)
        : client(std::move(clientConfig), m_clientRandom),
          server(std::move(serverConfig), m_serverRandom),
          id{transport, At("198.51.100.7:40000"), 1}
    {
    }

    /// Both sides with alice's password, over @p transport.
    static RelayWorld
    Usual(turn::ClientId::Transport transport)
    {
        return RelayWorld(ClientOf(transport, "secret"), ServerOf(), transport);
    }

    static turn::ClientConfig
    ClientOf(turn::ClientId::Transport transport, const char* password)
    {
        turn::ClientConfig config;
        config.mode = transport == turn::ClientId::Transport::UDP ? stun::TransportMode::DATAGRAM
                                                                  : stun::TransportMode::STREAM;
        config.username = "alice";
        config.password = password;
        return config;
    }

    static turn::ServerConfig
    ServerOf()
    {
        turn::ServerConfig config;
        config.relayAddress = IpAddress::Parse("203.0.113.1").value();
        config.users = {{"alice", "secret"}};
        return config;
    }

    void
    Start()
    {
        client.Start(now);
        Pump();
    }

    void
    AddPeer(const Endpoint& peer)
    {
        client.AddPeer(now, peer);
        Pump();
    }

    void
    Send(const Endpoint& peer, std::string_view data)
    {
        client.Send(now, peer, ByteView(data));
        Pump();
    }

    void
    PeerSends(const Endpoint& peer, std::string_view data)
    {
        for (const uint16_t port : std::set<uint16_t>(openPorts))
        {
            server.HandlePeerInput(now, port, peer, ByteView(data));
        }
        Pump();
    }

    void
    Close()
    {
        client.Close(now);
        Pump();
    }

    /// Runs the timers of both sides until @p end.
    void
    RunUntil(TimePoint end)
    {
        for (;;)
        {
            const auto next = Earlier(client.NextTimeout(), server.NextTimeout());
            if (!next || *next > end)
            {
                now = end;
                return;
            }
            now = *next;
            client.HandleTimeout(now);
            server.HandleTimeout(now);
            Pump();
        }
    }

    /// @return how many events of @p type the client had.
    std::size_t
    CountOf(turn::ClientEvent::Type type) const
    {
        return static_cast<std::size_t>(std::count_if(events.begin(),
                                                      events.end(),
                                                      [type](const auto& event)
                                                      { return event.type == type; }));
    }

    std::size_t
    CountOf(turn::ServerEvent::Type type) const
    {
        return static_cast<std::size_t>(std::count_if(serverEvents.begin(),
                                                      serverEvents.end(),
                                                      [type](const auto& event)
                                                      { return event.type == type; }));
    }

    /// @return "reason" of the one FAILED event; "" for none.
    std::string
    Failure() const
    {
        std::string reason;
        for (const turn::ClientEvent& event : events)
        {
            if (event.type == turn::ClientEvent::Type::FAILED)
            {
                reason += event.failure.reason;
            }
        }
        return reason;
    }

  private:
    SeededRandom m_clientRandom{1, 1, "client"};
    SeededRandom m_serverRandom{1, 1, "server"};

  public:
    TimePoint now{};
    turn::Client client;
    turn::Server server;
    turn::ClientId id;
    Path toServer = [](ByteView) { return true; };
    Path toClient = [](ByteView) { return true; };
    std::size_t piece{SIZE_MAX}; ///< over streams: the most bytes that come in one go
    std::vector<turn::ClientEvent> events;
    std::vector<turn::ServerEvent> serverEvents;
    std::vector<std::string> atPeers; ///< "endpoint data"
    std::set<uint16_t> openPorts;
    std::vector<stun::Method> requests; ///< that came to the server, in order

  private:
    /// Moves everything until both sides are quiet.
    void
    Pump()
    {
        while (MoveToServer() || MoveFromServer())
        {
        }
        while (auto event = client.PollEvent())
        {
            events.push_back(std::move(*event));
        }
        while (auto event = server.PollEvent())
        {
            serverEvents.push_back(std::move(*event));
        }
    }

    template <typename Take>
    void
    Deliver(ByteView bytes, const Take& take)
    {
        const std::size_t step = id.IsStream() ? piece : SIZE_MAX;
        for (std::size_t at = 0; at < bytes.Size(); at += std::min(step, bytes.Size()))
        {
            take(bytes.Sub(at, step));
        }
    }

    bool
    MoveToServer()
    {
        const auto bytes = client.PollTransmit();
        if (bytes && toServer(*bytes))
        {
            const auto message = stun::Message::Parse(*bytes);
            if (message && message->GetClass() == stun::MessageClass::REQUEST)
            {
                requests.push_back(message->GetMethod());
            }
            Deliver(*bytes, [this](ByteView part) { server.HandleClientInput(now, id, part); });
        }
        return bytes.has_value();
    }

    bool
    MoveFromServer()
    {
        const auto command = server.PollCommand();
        if (!command)
        {
            return false;
        }
        switch (command->type)
        {
        case turn::ServerCommand::Type::OPEN_RELAY:
            EXPECT_TRUE(openPorts.insert(command->relayPort).second);
            break;
        case turn::ServerCommand::Type::CLOSE_RELAY:
            EXPECT_EQ(openPorts.erase(command->relayPort), 1U);
            break;
        case turn::ServerCommand::Type::SEND_TO_PEER:
            EXPECT_EQ(openPorts.count(command->relayPort), 1U);
            atPeers.push_back(command->peer.ToString() + " " +
                              std::string(ByteView(command->data).AsText()));
            break;
        case turn::ServerCommand::Type::SEND_TO_CLIENT:
            if (toClient(command->data))
            {
                Deliver(command->data, [this](ByteView part) { client.HandleInput(now, part); });
            }
            break;
        case turn::ServerCommand::Type::CLOSE_CLIENT:
            client.HandleLowerFailed(now, {"tcp", "closed", ""});
            server.HandleClientClosed(now, id);
            break;
        case turn::ServerCommand::Type::CONNECT_PEER:
        case turn::ServerCommand::Type::SEND_TO_CONNECTION:
        case turn::ServerCommand::Type::HOLD_CONNECTION:
        case turn::ServerCommand::Type::RESUME_CONNECTION:
        case turn::ServerCommand::Type::CLOSE_CONNECTION:
            ADD_FAILURE() << "a connection, of a UDP allocation";
            break;
        }
        return true;
    }
};

} // namespace imsfw::turntest
