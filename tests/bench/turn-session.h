// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// A TURN server with a client that knows the password: what benchmarks and fuzz targets begin with.
#pragma once

#include "base/random.h"
#include "ims-turn-server.h"
#include "ims-turn-stun-builder.h"
#include "ims-turn-stun-integrity.h"

#include <functional>
#include <optional>
#include <string>
#include <utility>

namespace imsfw::turntest
{

class TurnSession
{
  public:
    using Add = std::function<void(stun::Builder&)>;

    explicit TurnSession(turn::ServerConfig config) : server(std::move(config), m_random)
    {
    }

    static turn::ServerConfig
    Config()
    {
        turn::ServerConfig config;
        config.relayAddress = IpAddress::V4(0xcb007101);
        config.realm = "ims.test";
        config.users = {{"alice", "secret"}};
        return config;
    }

    /// @return a request of alice's, signed once the server has given a nonce.
    Bytes
    Request(stun::Method method, const Add& add)
    {
        stun::Builder builder(
            method, stun::MessageClass::REQUEST, stun::TransactionId::Draw(m_random));
        add(builder);
        if (!m_nonce.empty())
        {
            builder.AddText(stun::attribute::USERNAME, "alice")
                .AddText(stun::attribute::REALM, "ims.test")
                .AddText(stun::attribute::NONCE, m_nonce)
                .AddIntegrity(stun::LongTermKey("alice", "ims.test", "secret"));
        }
        return builder.Finish();
    }

    /// Hand in a request, and forget all that comes of it but the last answer to @p client, which is returned.
    Bytes
    Ask(const turn::ClientId& client, stun::Method method, const Add& add)
    {
        server.HandleClientInput(now, client, Request(method, add));
        Bytes response;
        while (auto command = server.PollCommand())
        {
            if (command->type == turn::ServerCommand::Type::SEND_TO_CLIENT)
            {
                response = std::move(command->data);
            }
        }
        while (server.PollEvent())
        {
        }
        return response;
    }

    /// @return the relayed address of a new allocation; nothing where there is none.
    std::optional<Endpoint>
    Allocate(const turn::ClientId& client, IpProtocol protocol = IpProtocol::UDP)
    {
        const uint32_t number = protocol == IpProtocol::TCP ? 6 : 17;
        const auto add = [number](stun::Builder& builder)
        { builder.AddU32(stun::attribute::REQUESTED_TRANSPORT, number << 24); };
        m_nonce.clear();
        const Bytes challenge = Ask(client, stun::Method::ALLOCATE, add);
        const auto asked = stun::Message::Parse(challenge);
        m_nonce = asked ? std::string(asked->GetText(stun::attribute::NONCE).value_or("")) : "";
        const Bytes answer = Ask(client, stun::Method::ALLOCATE, add);
        const auto told = stun::Message::Parse(answer);
        return told ? told->GetXorAddress(stun::attribute::XOR_RELAYED_ADDRESS) : std::nullopt;
    }

    /// @return whether the server has bound it.
    bool
    Bind(const turn::ClientId& client, uint16_t channel, const Endpoint& peer)
    {
        const Bytes answer = Ask(client,
                                 stun::Method::CHANNEL_BIND,
                                 [&](stun::Builder& builder) {
                                     builder.AddChannelNumber(channel).AddXorAddress(
                                         stun::attribute::XOR_PEER_ADDRESS, peer);
                                 });
        const auto told = stun::Message::Parse(answer);
        return told && told->GetClass() == stun::MessageClass::SUCCESS;
    }

    TimePoint now{std::chrono::seconds(1)};

  private:
    SeededRandom m_random{1, 1, "turn-session"};
    std::string m_nonce;

  public:
    turn::Server server;
};

} // namespace imsfw::turntest
