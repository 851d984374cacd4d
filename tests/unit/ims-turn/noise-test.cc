// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Random and nearly right bytes into everything that reads them: nothing crashes, nothing is kept.
#include "client-bench.h"
#include "ims-turn-binding-client.h"
#include "ims-turn-stream-framer.h"
#include "server-bench.h"

#include <gtest/gtest.h>

namespace imsfw::turn
{
namespace
{

using stun::Builder;
using stun::MessageClass;
using stun::Method;
using turntest::At;
using turntest::ClientBench;
using turntest::ClientBenchConfig;
using turntest::ServerBench;
namespace attribute = stun::attribute;

constexpr int ROUNDS = 4000;

/// A message with a random type and random attributes, half of them real ones.
Bytes
RandomMessage(RandomSource& random)
{
    static constexpr uint16_t TYPES[] = {attribute::USERNAME,
                                         attribute::MESSAGE_INTEGRITY,
                                         attribute::ERROR_CODE,
                                         attribute::CHANNEL_NUMBER,
                                         attribute::LIFETIME,
                                         attribute::XOR_PEER_ADDRESS,
                                         attribute::DATA,
                                         attribute::REALM,
                                         attribute::NONCE,
                                         attribute::EVEN_PORT,
                                         attribute::REQUESTED_TRANSPORT,
                                         attribute::MESSAGE_INTEGRITY_SHA256,
                                         attribute::XOR_MAPPED_ADDRESS,
                                         attribute::RESERVATION_TOKEN};
    Builder builder(static_cast<Method>(random.Below(12)),
                    static_cast<MessageClass>(random.Below(4)),
                    stun::TransactionId::Draw(random));
    for (uint32_t left = random.Below(6); left > 0; --left)
    {
        const uint16_t type = random.Below(2) != 0 ? TYPES[random.Below(std::size(TYPES))]
                                                   : static_cast<uint16_t>(random.Below(0x10000));
        builder.Add(type, random.Draw(random.Below(40)));
    }
    return builder.Finish();
}

/// Noise of one of several kinds: pure, with a STUN header, a message, a message with one byte changed, cut, a channel.
Bytes
Noise(RandomSource& random)
{
    Bytes bytes;
    switch (random.Below(6))
    {
    case 0:
        return random.Draw(random.Below(200));
    case 1:
        bytes = turntest::Hex("0001 0020 2112a442");
        Append(bytes, random.Draw(12 + 32));
        return bytes;
    case 2:
        return RandomMessage(random);
    case 3:
        bytes = RandomMessage(random);
        bytes[random.Below(static_cast<uint32_t>(bytes.size()))] =
            static_cast<uint8_t>(random.Below(256));
        return bytes;
    case 4:
        bytes = RandomMessage(random);
        return turntest::Cut(bytes, random.Below(static_cast<uint32_t>(bytes.size())));
    default:
        bytes = MakeChannelData(
            FIRST_CHANNEL, random.Draw(random.Below(50)), stun::TransportMode::STREAM);
        bytes[random.Below(4)] = static_cast<uint8_t>(random.Below(256));
        return bytes;
    }
}

TEST(TurnNoise, ParsersReadOnlyWhatIsThere)
{
    SeededRandom random(1, 1, "noise/parsers");
    for (int i = 0; i < ROUNDS * 5; ++i)
    {
        const Bytes bytes = Noise(random);
        ChannelData::Parse(bytes);
        const auto message = stun::Message::Parse(bytes);
        if (!message)
        {
            continue;
        }
        for (uint16_t type = 0; type < 0x40; ++type)
        {
            message->GetXorAddress(type);
            message->GetAddress(type);
            message->GetXorAddresses(type);
            message->GetU32(type);
            message->GetU64(type);
            message->GetText(type);
        }
        message->GetErrorCode();
        message->GetChannelNumber();
        message->FindUnknownRequired();
        EXPECT_FALSE(stun::HasValidIntegrity(*message, {}));
    }
}

TEST(TurnNoise, TheLongestMessageOfTheSmallestAttributesIsReadInOneGo)
{
    Builder builder(Method::BINDING, MessageClass::REQUEST, turntest::IdOf(1));
    for (uint32_t type = 0; type < 0xFFFC / 4; ++type)
    {
        builder.Add(static_cast<uint16_t>(type + 0x1000), {});
    }
    ServerBench bench;
    const turntest::Response response = bench.Exchange(builder.Finish());
    EXPECT_EQ(response.Code(), 420);
    EXPECT_GT(response.Parse().Find(attribute::UNKNOWN_ATTRIBUTES)->Size(), 30'000U);
}

TEST(TurnNoise, TheFramerHoldsAtMostOneFrame)
{
    SeededRandom random(1, 1, "noise/framer");
    for (int i = 0; i < 300; ++i)
    {
        StreamFramer framer;
        for (int j = 0; j < 100 && !framer.GetError(); ++j)
        {
            framer.Push(Noise(random));
            while (framer.Next())
            {
            }
            EXPECT_LE(framer.GetBuffered(), stun::MAX_MESSAGE_SIZE);
        }
    }
}

TEST(TurnNoise, TheServerKeepsNothingOfStrangers)
{
    for (const auto transport : {ClientId::Transport::UDP, ClientId::Transport::TCP})
    {
        SeededRandom random(1, 1, "noise/server");
        ServerBench bench;
        for (int i = 0; i < ROUNDS; ++i)
        {
            bench.now += std::chrono::milliseconds(random.Below(1000));
            bench.client = {transport, {IpAddress::V4(0xc6336400 + random.Below(8)), 40000}, 0};
            bench.server.HandleClientInput(bench.now, bench.client, Noise(random));
            bench.server.HandlePeerInput(bench.now,
                                         static_cast<uint16_t>(random.Below(65536)),
                                         At("192.0.2.9:7000"),
                                         random.Draw(random.Below(40)));
            bench.Drain();
            for (const ServerCommand& command : bench.commands)
            {
                EXPECT_TRUE(command.type == ServerCommand::Type::SEND_TO_CLIENT ||
                            command.type == ServerCommand::Type::CLOSE_CLIENT);
            }
        }
        EXPECT_EQ(bench.server.GetAllocationCount(), 0U);
        EXPECT_FALSE(bench.server.NextTimeout());
    }
}

TEST(TurnNoise, AnAllocationSurvivesTheNoiseOfItsOwnClient)
{
    SeededRandom random(1, 1, "noise/own");
    ServerBench bench;
    const uint16_t port = bench.Allocate();
    bench.Bind(FIRST_CHANNEL, "192.0.2.9:7000");
    for (int i = 0; i < ROUNDS; ++i)
    {
        bench.server.HandleClientInput(bench.now, bench.client, Noise(random));
    }
    bench.Drain();
    EXPECT_EQ(bench.server.GetAllocationCount(), 1U);
    for (const ServerCommand& command : bench.commands)
    {
        EXPECT_TRUE(command.type == ServerCommand::Type::SEND_TO_CLIENT ||
                    (command.type == ServerCommand::Type::SEND_TO_PEER &&
                     command.peer == At("192.0.2.9:7000")));
    }
    bench.server.HandlePeerInput(bench.now, port, At("192.0.2.9:7000"), turntest::Text("x"));
    bench.Drain();
    EXPECT_EQ(ToHex(bench.commands.at(0).data), "4000000178");
}

TEST(TurnNoise, TheClientGoesOnOverUdpAndEndsOverStreams)
{
    for (const auto mode : {stun::TransportMode::DATAGRAM, stun::TransportMode::STREAM})
    {
        SeededRandom random(1, 1, "noise/client");
        ClientBench bench(ClientBenchConfig(mode));
        bench.AllocateWith("192.0.2.9:7000");
        const auto due = bench.client.NextTimeout();
        for (int i = 0; i < ROUNDS; ++i)
        {
            bench.client.HandleInput(bench.now, Noise(random));
        }
        EXPECT_FALSE(bench.client.PollTransmit());
        std::string failure;
        while (const auto event = bench.client.PollEvent())
        {
            if (event->type != ClientEvent::Type::DATA)
            {
                EXPECT_EQ(event->type, ClientEvent::Type::FAILED);
                failure = event->failure.reason;
            }
        }
        const bool isStream = mode == stun::TransportMode::STREAM;
        EXPECT_EQ(failure, isStream ? "bad-framing" : "");
        EXPECT_EQ(bench.client.IsAllocated(), !isStream);
        EXPECT_EQ(bench.client.NextTimeout(), isStream ? std::nullopt : due);
    }
}

TEST(TurnNoise, ABindingIsNotMadeUp)
{
    SeededRandom random(1, 1, "noise/binding");
    stun::BindingClient client({}, random);
    client.Start(At(0));
    for (int i = 0; i < ROUNDS; ++i)
    {
        EXPECT_FALSE(client.HandleInput(At(0), Noise(random)));
    }
    EXPECT_FALSE(client.PollEvent());
    EXPECT_EQ(client.NextTimeout(), At(0.5));
}

} // namespace
} // namespace imsfw::turn
