// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// A TURN client on the bench: a server made by hand answers it, one message at a time.
#pragma once

#include "ims-turn-channel-data.h"
#include "ims-turn-client.h"
#include "ims-turn-stun-builder.h"
#include "ims-turn-stun-integrity.h"
#include "turn-samples.h"

#include <deque>
#include <functional>
#include <gtest/gtest.h>

namespace imsfw::turntest
{

inline turn::ClientConfig
ClientBenchConfig(stun::TransportMode mode = stun::TransportMode::DATAGRAM)
{
    turn::ClientConfig config;
    config.mode = mode;
    config.username = "alice";
    config.password = "secret";
    return config;
}

class ClientBench
{
  public:
    using Add = std::function<void(stun::Builder&)>;

    explicit ClientBench(turn::ClientConfig config = ClientBenchConfig())
        : client(std::move(config), m_random)
    {
    }

    /// @return the next message that the client sends; it must be one.
    stun::Message
    Next()
    {
        auto bytes = client.PollTransmit();
        EXPECT_TRUE(bytes);
        sent.push_back(bytes.value_or(Bytes()));
        return Parsed(sent.back());
    }

    /// Answers @p request; signed where @p key is not empty.
    void
    Answer(const stun::Message& request, stun::MessageClass kind, const Add& add, const Bytes& key)
    {
        stun::Builder builder(request.GetMethod(), kind, request.GetId());
        add(builder);
        if (!key.empty())
        {
            builder.AddIntegrity(key);
        }
        client.HandleInput(now, builder.Finish());
    }

    void
    Succeed(
        const stun::Message& request, const Add& add = [](stun::Builder&) {})
    {
        Answer(request, stun::MessageClass::SUCCESS, add, key);
    }

    void
    Refuse(const stun::Message& request, uint16_t code)
    {
        Answer(
            request,
            stun::MessageClass::ERROR,
            [code](stun::Builder& b) { b.AddError(code); },
            key);
    }

    void
    Challenge(const stun::Message& request, uint16_t code, std::string_view nonce)
    {
        const auto add = [&](stun::Builder& builder)
        {
            builder.AddError(code)
                .AddText(stun::attribute::REALM, "ims.test")
                .AddText(stun::attribute::NONCE, nonce);
        };
        Answer(request, stun::MessageClass::ERROR, add, {});
    }

    /// What an Allocate success response has.
    static void
    AddAllocated(stun::Builder& builder)
    {
        builder.AddXorAddress(stun::attribute::XOR_RELAYED_ADDRESS, At("203.0.113.1:50000"))
            .AddU32(stun::attribute::LIFETIME, 600)
            .AddXorAddress(stun::attribute::XOR_MAPPED_ADDRESS, At("198.51.100.7:40000"));
    }

    /// Through 401 to the allocation.
    void
    Allocate()
    {
        client.Start(now);
        Challenge(Next(), 401, "nonce-1");
        Succeed(Next(), &ClientBench::AddAllocated);
        EXPECT_EQ(Event().type, turn::ClientEvent::Type::ALLOCATED);
    }

    /// Allocates and adds @p peer, which gets channel 0x4000.
    void
    AllocateWith(const char* peer)
    {
        Allocate();
        client.AddPeer(now, At(peer));
        const stun::Message permission = Next();
        const stun::Message channel = Next();
        Succeed(permission);
        Succeed(channel);
        EXPECT_EQ(Event().type, turn::ClientEvent::Type::PEER_READY);
    }

    /// @return the next event; there must be one.
    turn::ClientEvent
    Event()
    {
        auto event = client.PollEvent();
        EXPECT_TRUE(event);
        return event ? std::move(*event) : turn::ClientEvent{turn::ClientEvent::Type::CLOSED};
    }

    /// @return the reason of the next event, which must be FAILED or PEER_FAILED.
    std::string
    Failure(turn::ClientEvent::Type type = turn::ClientEvent::Type::FAILED)
    {
        const turn::ClientEvent event = Event();
        EXPECT_EQ(event.type, type);
        return event.failure.reason;
    }

    TimePoint now{};
    Bytes key = stun::LongTermKey("alice", "ims.test", "secret");
    std::deque<Bytes> sent; ///< what Next gave out; its messages are views of it

  private:
    SeededRandom m_random{1, 1, "client"};

  public:
    turn::Client client;
};

} // namespace imsfw::turntest
