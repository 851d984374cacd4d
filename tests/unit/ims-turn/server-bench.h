// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// A TURN server on the bench: requests made by hand go in, what comes out is looked at.
#pragma once

#include "ims-turn-channel-data.h"
#include "ims-turn-server.h"
#include "ims-turn-stun-builder.h"
#include "ims-turn-stun-integrity.h"
#include "turn-samples.h"

#include <functional>
#include <gtest/gtest.h>

namespace imsfw::turntest
{

/// A response, kept with the bytes that it was parsed from.
class Response
{
  public:
    explicit Response(Bytes bytes) : m_bytes(std::move(bytes))
    {
    }

    stun::Message
    Parse() const
    {
        return Parsed(m_bytes);
    }

    /// @return 0 for a success response
    uint16_t
    Code() const
    {
        const auto error = Parse().GetErrorCode();
        return Parse().GetClass() == stun::MessageClass::SUCCESS ? uint16_t{0} : error.value().code;
    }

    std::string
    Text(uint16_t type) const
    {
        return std::string(Parse().GetText(type).value_or("(none)"));
    }

    const Bytes&
    AsBytes() const
    {
        return m_bytes;
    }

  private:
    Bytes m_bytes;
};

inline turn::ServerConfig
BenchConfig()
{
    turn::ServerConfig config;
    config.relayAddress = IpAddress::Parse("203.0.113.1").value();
    config.realm = "ims.test";
    config.users = {{"alice", "secret"}, {"bob", "hidden"}};
    return config;
}

class ServerBench
{
  public:
    using Add = std::function<void(stun::Builder&)>;

    explicit ServerBench(turn::ServerConfig config = BenchConfig())
        : server(std::move(config), m_random)
    {
    }

    /// @return the whole message that @p add makes, signed as @p user where there is one.
    Bytes
    Make(stun::Method method, const Add& add, std::string_view user, std::string_view password)
    {
        stun::Builder builder(
            method, stun::MessageClass::REQUEST, stun::TransactionId::Draw(m_random));
        add(builder);
        if (!user.empty())
        {
            builder.AddText(stun::attribute::USERNAME, user)
                .AddText(stun::attribute::REALM, "ims.test")
                .AddText(stun::attribute::NONCE, nonce)
                .AddIntegrity(stun::LongTermKey(user, "ims.test", password));
        }
        return builder.Finish();
    }

    /// Hands @p bytes in. @return the one response; what else came is in `commands`.
    Response
    Exchange(const Bytes& bytes)
    {
        server.HandleClientInput(now, client, bytes);
        std::vector<Bytes> responses;
        Drain();
        for (const turn::ServerCommand& command : commands)
        {
            if (command.type == turn::ServerCommand::Type::SEND_TO_CLIENT)
            {
                EXPECT_TRUE(command.client == client);
                responses.push_back(command.data);
            }
        }
        EXPECT_EQ(responses.size(), 1U);
        return Response(responses.empty() ? Bytes() : responses.front());
    }

    /// A request of alice.
    Response
    Ask(
        stun::Method method, const Add& add = [](stun::Builder&) {})
    {
        return Exchange(Make(method, add, "alice", "secret"));
    }

    /// Learns a nonce for `client` as a client does.
    void
    LearnNonce()
    {
        nonce = Exchange(Make(
                             stun::Method::ALLOCATE, [](stun::Builder&) {}, "", ""))
                    .Text(stun::attribute::NONCE);
    }

    /// @return the relayed port of a new allocation of alice for `client`.
    uint16_t
    Allocate()
    {
        LearnNonce();
        const Response response =
            Ask(stun::Method::ALLOCATE,
                [](stun::Builder& builder) { builder.AddRequestedTransport(17); });
        EXPECT_EQ(response.Code(), 0);
        return response.Parse().GetXorAddress(stun::attribute::XOR_RELAYED_ADDRESS).value().port;
    }

    Response
    Permit(const char* peer)
    {
        return Ask(stun::Method::CREATE_PERMISSION,
                   [peer](stun::Builder& builder)
                   { builder.AddXorAddress(stun::attribute::XOR_PEER_ADDRESS, At(peer)); });
    }

    Response
    Bind(uint16_t channel, const char* peer)
    {
        return Ask(stun::Method::CHANNEL_BIND,
                   [channel, peer](stun::Builder& builder) {
                       builder.AddChannelNumber(channel).AddXorAddress(
                           stun::attribute::XOR_PEER_ADDRESS, At(peer));
                   });
    }

    /// Fills `commands` and `events` with what came since the last time.
    void
    Drain()
    {
        commands.clear();
        events.clear();
        while (auto command = server.PollCommand())
        {
            commands.push_back(std::move(*command));
        }
        while (auto event = server.PollEvent())
        {
            events.push_back(std::move(*event));
        }
    }

    /// @return the reason of the one DISCARDED event since the last Drain; "" for none.
    std::string
    Discarded()
    {
        Drain();
        std::string reason;
        for (const turn::ServerEvent& event : events)
        {
            if (event.type == turn::ServerEvent::Type::DISCARDED)
            {
                reason += event.reason;
            }
        }
        return reason;
    }

    TimePoint now{};
    turn::ClientId client{turn::ClientId::Transport::UDP, At("198.51.100.7:40000"), 0};
    std::string nonce;
    std::vector<turn::ServerCommand> commands;
    std::vector<turn::ServerEvent> events;

  private:
    SeededRandom m_random{1, 1, "bench"};

  public:
    turn::Server server;
};

inline void
AddUdp(stun::Builder& builder)
{
    builder.AddRequestedTransport(17);
}

/// @return how many commands of @p type the last Drain found.
inline std::size_t
CountOf(const ServerBench& bench, turn::ServerCommand::Type type)
{
    const auto isThat = [type](const turn::ServerCommand& command) { return command.type == type; };
    return static_cast<std::size_t>(
        std::count_if(bench.commands.begin(), bench.commands.end(), isThat));
}

/// @return whether @p response is protected with alice's key.
inline bool
IsAuthentic(const Response& response)
{
    return stun::HasValidIntegrity(response.Parse(),
                                   stun::LongTermKey("alice", "ims.test", "secret"));
}

} // namespace imsfw::turntest
