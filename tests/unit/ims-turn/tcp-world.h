// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// A client with a TCP allocation, its server, and peers made by hand, joined by streams that may be cut into pieces.
#pragma once

#include "ims-turn-client.h"
#include "ims-turn-data-connection.h"
#include "ims-turn-server.h"
#include "server-bench.h"

#include <algorithm>
#include <cstdint>
#include <gtest/gtest.h>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace imsfw::turntest
{

/// The client's end of a data connection.
struct DataEnd
{
    turn::ClientId id;
    std::unique_ptr<turn::DataConnection> core;
    std::string received;
    std::vector<StreamEvent::Type> events;
    StreamFailure failure;
};

class TcpWorld
{
  public:
    explicit TcpWorld(turn::ServerConfig config = BenchConfig(), std::size_t piece = SIZE_MAX)
        : server(std::move(config), m_random), client(MakeClientConfig(), m_random), m_piece(piece)
    {
    }

    static turn::ClientConfig
    MakeClientConfig()
    {
        turn::ClientConfig config;
        config.mode = stun::TransportMode::STREAM;
        config.username = "alice";
        config.password = "secret";
        config.protocol = IpProtocol::TCP;
        return config;
    }

    /// @return the relayed address.
    Endpoint
    Allocate()
    {
        client.Start(now);
        Run();
        const auto event = Take(turn::ClientEvent::Type::ALLOCATED);
        return event.relayed;
    }

    /// Lets the client and the server bind a connection by a stream of its own.
    DataEnd&
    Bind(uint32_t connection)
    {
        const uint64_t flow = 100 + data.size();
        DataEnd& end = data[flow];
        end.id = {turn::ClientId::Transport::TLS,
                  At(("198.51.100.7:" + std::to_string(41000 + flow)).c_str()),
                  flow};
        turn::DataConnectionConfig config;
        config.connection = connection;
        config.credentials = client.GetCredentials();
        config.password = "secret";
        end.core = std::make_unique<turn::DataConnection>(std::move(config), m_random);
        end.core->Start(now);
        Run();
        return end;
    }

    /// Moves bytes until nothing moves any more.
    void
    Run()
    {
        while (MoveControl() || MoveData() || MoveCommand())
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

    /// Time passes, and what is due happens.
    void
    RunUntil(TimePoint end)
    {
        for (auto next = Next(); next && *next <= end; next = Next())
        {
            now = *next;
            client.HandleTimeout(now);
            server.HandleTimeout(now);
            for (auto& [flow, open] : data)
            {
                open.core->HandleTimeout(now);
            }
            Run();
        }
        now = end;
    }

    /// @return the next event of the client, which must be of @p type.
    turn::ClientEvent
    Take(turn::ClientEvent::Type type)
    {
        if (events.empty())
        {
            ADD_FAILURE() << "no event";
            return turn::ClientEvent{type};
        }
        auto event = std::move(events.front());
        events.erase(events.begin());
        EXPECT_EQ(event.type, type) << event.failure.reason;
        return event;
    }

    /// @return the last command of @p type.
    std::optional<turn::ServerCommand>
    Last(turn::ServerCommand::Type type) const
    {
        const auto found =
            std::find_if(commands.rbegin(),
                         commands.rend(),
                         [type](const auto& candidate) { return candidate.type == type; });
        return found == commands.rend() ? std::nullopt : std::optional(*found);
    }

    std::size_t
    CountCommands(turn::ServerCommand::Type type) const
    {
        return static_cast<std::size_t>(std::count_if(commands.begin(),
                                                      commands.end(),
                                                      [type](const auto& candidate)
                                                      { return candidate.type == type; }));
    }

    TimePoint now{};
    const turn::ClientId id{turn::ClientId::Transport::TLS, At("198.51.100.7:40000"), 1};
    std::map<uint64_t, DataEnd> data;            ///< by flow
    std::map<uint32_t, std::string> atPeers;     ///< by connection: what its peer got
    std::vector<turn::ServerCommand> commands;   ///< all of them
    std::vector<turn::ClientEvent> events;       ///< not yet taken
    std::vector<turn::ServerEvent> serverEvents; ///< all of them

  private:
    std::optional<TimePoint>
    Next() const
    {
        auto next = Earlier(client.NextTimeout(), server.NextTimeout());
        for (const auto& [flow, end] : data)
        {
            next = Earlier(next, end.core->NextTimeout());
        }
        return next;
    }

    template <typename Hand>
    void
    Deliver(ByteView bytes, const Hand& hand)
    {
        for (std::size_t at = 0; at < bytes.Size(); at += std::min(m_piece, bytes.Size()))
        {
            hand(bytes.Sub(at, m_piece));
        }
    }

    bool
    MoveControl()
    {
        const auto bytes = client.PollTransmit();
        if (bytes)
        {
            Deliver(*bytes, [this](ByteView part) { server.HandleClientInput(now, id, part); });
        }
        return bytes.has_value();
    }

    bool
    MoveData()
    {
        for (auto& [flow, end] : data)
        {
            const turn::ClientId& from = end.id;
            if (const auto bytes = end.core->PollTransmit())
            {
                Deliver(*bytes, [&](ByteView part) { server.HandleClientInput(now, from, part); });
                return true;
            }
            if (auto event = end.core->PollEvent())
            {
                end.events.push_back(event->type);
                end.received += std::string(ByteView(event->data).AsText());
                end.failure = event->failure;
                return true;
            }
        }
        return false;
    }

    bool
    MoveCommand()
    {
        const auto command = server.PollCommand();
        if (!command)
        {
            return false;
        }
        commands.push_back(*command);
        if (command->type == turn::ServerCommand::Type::SEND_TO_CONNECTION)
        {
            atPeers[command->connection] += std::string(ByteView(command->data).AsText());
        }
        const auto to = data.find(command->client.flow);
        if (command->type == turn::ServerCommand::Type::SEND_TO_CLIENT)
        {
            Deliver(command->data,
                    [&](ByteView part) {
                        to == data.end() ? client.HandleInput(now, part)
                                         : to->second.core->HandleInput(now, part);
                    });
        }
        if (command->type == turn::ServerCommand::Type::CLOSE_CLIENT && to != data.end())
        {
            to->second.core->HandleLowerClosed(now, std::nullopt);
            server.HandleClientClosed(now, to->second.id);
        }
        return true;
    }

    SeededRandom m_random{1, 1, "tcp-world"};

  public:
    turn::Server server;
    turn::Client client;

  private:
    std::size_t m_piece;
};

} // namespace imsfw::turntest
