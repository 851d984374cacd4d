// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// What the TURN server takes from anybody, what it discards, and how it treats streams.
#include "server-bench.h"

namespace imsfw::turn
{
namespace
{

using stun::Builder;
using stun::MessageClass;
using stun::Method;
using turntest::At;
using turntest::CountOf;
using turntest::IsAuthentic;
using turntest::Response;
using turntest::ServerBench;
namespace attribute = stun::attribute;

TEST(TurnServerInput, BindingTellsTheClientsAddress)
{
    ServerBench bench;
    for (const char* remote : {"198.51.100.7:40000", "[2001:db8::7]:1"})
    {
        bench.client.remote = At(remote);
        const Response response = bench.Exchange(bench.Make(
            Method::BINDING, [](Builder&) {}, "", ""));
        EXPECT_EQ(response.Code(), 0);
        EXPECT_EQ(response.Parse().GetXorAddress(attribute::XOR_MAPPED_ADDRESS), At(remote));
        EXPECT_FALSE(response.Parse().Has(attribute::FINGERPRINT));
    }
    EXPECT_FALSE(bench.server.NextTimeout()) << "a binding leaves no state";
}

TEST(TurnServerInput, FingerprintIsAnsweredByFingerprint)
{
    ServerBench bench;
    const auto sign = [](Builder& builder) { builder.AddFingerprint(); };
    EXPECT_TRUE(bench.Exchange(bench.Make(Method::BINDING, sign, "", ""))
                    .Parse()
                    .Has(attribute::FINGERPRINT));
    EXPECT_TRUE(bench.Exchange(bench.Make(Method::ALLOCATE, sign, "", ""))
                    .Parse()
                    .Has(attribute::FINGERPRINT));
}

TEST(TurnServerInput, AnUnknownRequiredAttributeIsNamed)
{
    ServerBench bench;
    const auto strange = [](Builder& builder)
    { builder.Add(0x7abc, {}).AddRequestedTransport(17); };
    const Response binding = bench.Exchange(bench.Make(Method::BINDING, strange, "", ""));
    EXPECT_EQ(binding.Code(), 420);
    EXPECT_EQ(ToHex(*binding.Parse().Find(attribute::UNKNOWN_ATTRIBUTES)), "7abc");
    bench.LearnNonce();
    const Response allocate = bench.Ask(Method::ALLOCATE, strange);
    EXPECT_EQ(allocate.Code(), 420);
    EXPECT_EQ(ToHex(*allocate.Parse().Find(attribute::UNKNOWN_ATTRIBUTES)), "7abc");
    EXPECT_TRUE(IsAuthentic(allocate));
}

TEST(TurnServerInput, WhatIsNoRequestIsDiscardedByName)
{
    struct Row
    {
        const char* name;
        Bytes bytes;
        const char* reason;
    };

    const auto empty = [](Method method, MessageClass messageClass)
    { return Builder(method, messageClass, turntest::IdOf(1)).Finish(); };
    const std::vector<Row> rows = {
        {"nothing", {}, "too-short"},
        {"text",
         turntest::Text("OPTIONS sip:x"),
         "no-allocation"}, // 0x4f is a channel's first byte
        {"RTP", turntest::Hex("8000 0001 00000000 00000000"), "not-stun"},
        {"a response", empty(Method::BINDING, MessageClass::SUCCESS), "unexpected-response"},
        {"an error", empty(Method::ALLOCATE, MessageClass::ERROR), "unexpected-response"},
        {"a Data indication", empty(Method::DATA, MessageClass::INDICATION), "unknown-method"},
        {"a Send request", empty(Method::SEND, MessageClass::REQUEST), "unknown-method"},
        {"a ConnectionAttempt request",
         empty(Method::CONNECTION_ATTEMPT, MessageClass::REQUEST),
         "unknown-method"},
        {"method 4095", empty(static_cast<Method>(0xfff), MessageClass::REQUEST), "unknown-method"},
        {"a Binding indication, which wants nothing",
         empty(Method::BINDING, MessageClass::INDICATION),
         ""},
    };
    ServerBench bench;
    for (const Row& row : rows)
    {
        bench.server.HandleClientInput(bench.now, bench.client, row.bytes);
        EXPECT_EQ(bench.Discarded(), row.reason) << row.name;
        EXPECT_TRUE(bench.commands.empty()) << row.name;
    }
}

TEST(TurnServerInput, StreamsAreFramedAndCleanedUp)
{
    ServerBench bench;
    bench.client.transport = ClientId::Transport::TLS;
    const uint16_t port = bench.Allocate();
    const Bytes request = bench.Make(
        Method::REFRESH, [](Builder&) {}, "alice", "secret");
    for (std::size_t i = 0; i + 1 < request.size(); ++i)
    {
        bench.server.HandleClientInput(bench.now, bench.client, ByteView(request).Sub(i, 1));
    }
    bench.Drain();
    EXPECT_TRUE(bench.commands.empty());
    bench.server.HandleClientInput(
        bench.now, bench.client, ByteView(request).Sub(request.size() - 1));
    bench.Drain();
    EXPECT_EQ(CountOf(bench, ServerCommand::Type::SEND_TO_CLIENT), 1U);

    bench.server.HandleClientInput(bench.now, bench.client, turntest::Hex("ff"));
    EXPECT_EQ(bench.Discarded(), "not-turn");
    ASSERT_EQ(bench.commands.size(), 2U);
    EXPECT_EQ(bench.commands[0].type, ServerCommand::Type::CLOSE_RELAY);
    EXPECT_EQ(bench.commands[0].relayPort, port);
    EXPECT_EQ(bench.commands[1].type, ServerCommand::Type::CLOSE_CLIENT);
    EXPECT_TRUE(bench.commands[1].client == bench.client);
    EXPECT_EQ(bench.server.GetAllocationCount(), 0U);
    EXPECT_FALSE(bench.server.NextTimeout());
}

TEST(TurnServerInput, AClosedStreamLosesItsAllocation)
{
    ServerBench bench;
    bench.client.transport = ClientId::Transport::TCP;
    const uint16_t port = bench.Allocate();
    bench.server.HandleClientClosed(bench.now, bench.client);
    bench.Drain();
    ASSERT_EQ(bench.commands.size(), 1U);
    EXPECT_EQ(bench.commands[0].relayPort, port);
    EXPECT_EQ(bench.events.at(0).reason, "client-closed");
    bench.server.HandleClientClosed(bench.now, bench.client);
    bench.Drain();
    EXPECT_TRUE(bench.commands.empty() && bench.events.empty());
}

TEST(TurnServerInput, AClosedStreamLeavesNoHalfMessageBehind)
{
    ServerBench bench;
    bench.client.transport = ClientId::Transport::TCP;
    const Bytes request = bench.Make(
        Method::BINDING, [](Builder&) {}, "", "");
    bench.server.HandleClientInput(bench.now, bench.client, ByteView(request).Sub(0, 7));
    bench.server.HandleClientClosed(bench.now, bench.client);
    EXPECT_EQ(bench.Exchange(request).Code(), 0) << "a new connection with the old numbers";
}

} // namespace
} // namespace imsfw::turn
