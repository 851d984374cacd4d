// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// What the TURN server relays, and what it does not (RFC 8656 9, 11, 12).
#include "server-bench.h"

namespace imsfw::turn
{
namespace
{

using stun::Builder;
using stun::MessageClass;
using stun::Method;
using turntest::At;
using turntest::Hex;
using turntest::ServerBench;
using turntest::Text;
namespace attribute = stun::attribute;

constexpr const char* PEER = "192.0.2.9:7000";

Bytes
SendIndication(const ServerBench::Add& add)
{
    Builder builder(Method::SEND, MessageClass::INDICATION, turntest::IdOf(5));
    add(builder);
    return builder.Finish();
}

Bytes
SendTo(const char* peer, std::string_view data)
{
    return SendIndication(
        [&](Builder& builder)
        {
            builder.AddXorAddress(attribute::XOR_PEER_ADDRESS, At(peer))
                .Add(attribute::DATA, ByteView(data));
        });
}

/// Hands @p bytes in. @return "port > peer data" for each datagram that goes out to a peer.
std::vector<std::string>
ToPeers(ServerBench& bench, const Bytes& bytes)
{
    bench.server.HandleClientInput(bench.now, bench.client, bytes);
    bench.Drain();
    std::vector<std::string> sent;
    for (const ServerCommand& command : bench.commands)
    {
        if (command.type == ServerCommand::Type::SEND_TO_PEER)
        {
            sent.push_back(std::to_string(command.relayPort) + " > " + command.peer.ToString() +
                           " " + std::string(ByteView(command.data).AsText()));
        }
    }
    return sent;
}

TEST(TurnRelay, SendIndicationGoesToAPermittedPeer)
{
    ServerBench bench;
    const std::string port = std::to_string(bench.Allocate());
    bench.Permit("192.0.2.9:1");
    EXPECT_EQ(ToPeers(bench, SendTo(PEER, "hello")),
              (std::vector<std::string>{port + " > 192.0.2.9:7000 hello"}));
    EXPECT_EQ(bench.events.at(0).type, ServerEvent::Type::RELAYED_TO_PEER);
    EXPECT_EQ(bench.events.at(0).size, 5U);
    EXPECT_EQ(ToPeers(bench, SendTo(PEER, "")),
              (std::vector<std::string>{port + " > 192.0.2.9:7000 "}))
        << "zero bytes of data are data";
}

TEST(TurnRelay, SendIndicationTable)
{
    struct Row
    {
        const char* name;
        ServerBench::Add add;
        const char* reason;
    };

    const auto peer = [](Builder& b) { b.AddXorAddress(attribute::XOR_PEER_ADDRESS, At(PEER)); };
    const auto data = [](Builder& b) { b.AddText(attribute::DATA, "x"); };
    const std::vector<Row> rows = {
        {"good",
         [&](Builder& b)
         {
             peer(b);
             data(b);
         },
         ""},
        {"no data", peer, "bad-indication"},
        {"no peer", data, "bad-indication"},
        {"a malformed peer",
         [&](Builder& b)
         {
             b.Add(attribute::XOR_PEER_ADDRESS, Bytes{1});
             data(b);
         },
         "bad-indication"},
        {"DONT-FRAGMENT",
         [&](Builder& b)
         {
             peer(b);
             data(b);
             b.Add(attribute::DONT_FRAGMENT, {});
         },
         "unknown-attribute"},
        {"another peer",
         [&](Builder& b)
         {
             b.AddXorAddress(attribute::XOR_PEER_ADDRESS, At("192.0.2.8:7000"));
             data(b);
         },
         "no-permission"},
    };
    for (const Row& row : rows)
    {
        ServerBench bench;
        bench.Allocate();
        bench.Permit(PEER);
        bench.server.HandleClientInput(bench.now, bench.client, SendIndication(row.add));
        EXPECT_EQ(bench.Discarded(), row.reason) << row.name;
        EXPECT_EQ(bench.commands.size(), std::string_view(row.reason).empty() ? 1U : 0U)
            << row.name;
    }
}

TEST(TurnRelay, ChannelDataGoesToTheBoundPeer)
{
    ServerBench bench;
    const std::string port = std::to_string(bench.Allocate());
    bench.Bind(0x4001, PEER);
    EXPECT_EQ(ToPeers(bench, Hex("4001 0003 616263")),
              (std::vector<std::string>{port + " > 192.0.2.9:7000 abc"}));
    EXPECT_EQ(ToPeers(bench, Hex("4001 0003 616263 00")),
              (std::vector<std::string>{port + " > 192.0.2.9:7000 abc"}))
        << "over UDP, padding is allowed";
    EXPECT_EQ(ToPeers(bench, Hex("4001 0000")),
              (std::vector<std::string>{port + " > 192.0.2.9:7000 "}));
}

TEST(TurnRelay, BuffersThatAreGivenBackHoldTheNextDataAndNothingElse)
{
    ServerBench bench;
    bench.Allocate();
    bench.Bind(0x4000, PEER);
    const auto relay = [&](const std::string& text)
    {
        const Bytes frame = MakeChannelData(0x4000, ByteView(text), stun::TransportMode::DATAGRAM);
        bench.server.HandleClientInput(bench.now, bench.client, frame);
        auto command = bench.server.PollCommand();
        const std::string data(ByteView(command.value().data).AsText());
        const uint8_t* where = command->data.data();
        bench.server.GiveBack(std::move(command->data));
        return std::make_pair(data, where);
    };
    const auto first = relay("something long");
    const auto second = relay("short");
    EXPECT_EQ(first.first, "something long");
    EXPECT_EQ(second.first, "short");
    EXPECT_EQ(first.second, second.second) << "the same memory";
    for (int i = 0; i < 100; ++i) // whoever gives back what was not taken fills nobody's memory
    {
        bench.server.GiveBack(Bytes(1000));
    }
    EXPECT_EQ(relay("again").first, "again");
}

TEST(TurnRelay, ChannelDataThatGoesNowhere)
{
    ServerBench bench;
    EXPECT_TRUE(ToPeers(bench, Hex("4001 0001 61")).empty());
    EXPECT_EQ(bench.events.at(0).reason, "no-allocation");
    bench.Allocate();
    bench.Bind(0x4001, PEER);
    EXPECT_TRUE(ToPeers(bench, Hex("4002 0001 61")).empty());
    EXPECT_EQ(bench.events.at(0).reason, "no-channel");
    EXPECT_TRUE(ToPeers(bench, Hex("4001 0002 61")).empty());
    EXPECT_EQ(bench.events.at(0).reason, "bad-channel-data");
    EXPECT_TRUE(ToPeers(bench, Hex("5001 0001 61")).empty());
    EXPECT_EQ(bench.events.at(0).reason, "not-stun");
}

TEST(TurnRelay, PeersReachTheClientAsIndicationOrChannelData)
{
    ServerBench bench;
    const uint16_t port = bench.Allocate();
    bench.Permit(PEER);
    bench.server.HandlePeerInput(bench.now, port, At(PEER), Text("one"));
    bench.Drain();
    ASSERT_EQ(bench.commands.size(), 1U);
    EXPECT_TRUE(bench.commands[0].client == bench.client);
    const auto indication = stun::Message::Parse(bench.commands[0].data);
    ASSERT_TRUE(indication);
    EXPECT_EQ(indication->GetMethod(), Method::DATA);
    EXPECT_EQ(indication->GetClass(), MessageClass::INDICATION);
    EXPECT_EQ(indication->GetXorAddress(attribute::XOR_PEER_ADDRESS), At(PEER));
    EXPECT_EQ(indication->GetText(attribute::DATA), "one");
    EXPECT_EQ(bench.events.at(0).type, ServerEvent::Type::RELAYED_TO_CLIENT);

    bench.Bind(0x4001, PEER);
    bench.server.HandlePeerInput(bench.now, port, At(PEER), Text("two"));
    bench.Drain();
    EXPECT_EQ(ToHex(bench.commands.at(0).data), "4001000374776f");
    bench.server.HandlePeerInput(bench.now, port, At("192.0.2.9:7001"), Text("two"));
    bench.Drain();
    EXPECT_TRUE(stun::Message::Parse(bench.commands.at(0).data))
        << "a channel is for one port, a permission for all";
}

TEST(TurnRelay, OverStreamsChannelDataIsPadded)
{
    ServerBench bench;
    bench.client.transport = ClientId::Transport::TCP;
    const uint16_t port = bench.Allocate();
    bench.Bind(0x4001, PEER);
    bench.server.HandlePeerInput(bench.now, port, At(PEER), Text("two"));
    bench.Drain();
    EXPECT_EQ(ToHex(bench.commands.at(0).data), "4001000374776f00");
}

TEST(TurnRelay, NothingGoesOutWithoutPermission)
{
    ServerBench bench;
    const uint16_t port = bench.Allocate();
    EXPECT_TRUE(ToPeers(bench, SendTo(PEER, "x")).empty());
    EXPECT_EQ(bench.events.at(0).reason, "no-permission");
    bench.server.HandlePeerInput(bench.now, port, At(PEER), Text("x"));
    EXPECT_EQ(bench.Discarded(), "no-permission");
    EXPECT_TRUE(bench.commands.empty());
}

TEST(TurnRelay, APermissionEndsUnlessRefreshedAndDataRefreshesNothing)
{
    ServerBench bench;
    const uint16_t port = bench.Allocate();
    bench.Bind(0x4001, PEER);
    const Bytes frame = Hex("4001 0001 61");
    bench.now = At(299.9);
    EXPECT_EQ(ToPeers(bench, frame).size(), 1U);
    bench.server.HandlePeerInput(bench.now, port, At(PEER), Text("x"));
    EXPECT_EQ(bench.Discarded(), "");
    bench.now = At(300);
    EXPECT_TRUE(ToPeers(bench, frame).empty()) << "the channel still is, the permission is not";
    EXPECT_EQ(bench.events.at(0).reason, "no-permission");
    bench.server.HandlePeerInput(bench.now, port, At(PEER), Text("x"));
    EXPECT_EQ(bench.Discarded(), "no-permission");
    bench.Permit(PEER);
    EXPECT_EQ(ToPeers(bench, frame).size(), 1U);
}

TEST(TurnRelay, NobodyElseUsesAnAllocation)
{
    ServerBench bench;
    bench.Allocate();
    bench.Bind(0x4001, PEER);
    const ClientId owner = bench.client;
    const std::vector<ClientId> others = {{owner.transport, At("198.51.100.7:40001"), owner.flow},
                                          {owner.transport, At("198.51.100.8:40000"), owner.flow},
                                          {owner.transport, owner.remote, owner.flow + 1},
                                          {ClientId::Transport::TCP, owner.remote, owner.flow}};
    for (const ClientId& other : others)
    {
        bench.client = other;
        EXPECT_TRUE(ToPeers(bench, Hex("4001 0000")).empty()) << other.ToString();
        EXPECT_EQ(bench.events.at(0).reason, "no-allocation") << other.ToString();
        EXPECT_TRUE(ToPeers(bench, SendTo(PEER, "x")).empty()) << other.ToString();
        EXPECT_EQ(bench.events.at(0).reason, "no-allocation") << other.ToString();
    }
}

TEST(TurnRelay, WithoutCredentialsNothingIsRelayed)
{
    ServerBench bench;
    const auto bind = [](Builder& builder)
    {
        builder.AddRequestedTransport(17).AddChannelNumber(0x4001).AddXorAddress(
            attribute::XOR_PEER_ADDRESS, At(PEER));
    };
    for (const Method method :
         {Method::ALLOCATE, Method::CREATE_PERMISSION, Method::CHANNEL_BIND, Method::REFRESH})
    {
        EXPECT_EQ(bench.Exchange(bench.Make(method, bind, "", "")).Code(), 401);
        EXPECT_EQ(bench.Exchange(bench.Make(method, bind, "alice", "guess")).Code(), 401);
    }
    EXPECT_TRUE(ToPeers(bench, SendTo(PEER, "x")).empty());
    EXPECT_TRUE(ToPeers(bench, Hex("4001 0001 61")).empty());
    for (uint32_t port = 49152; port < 65536; port += 7)
    {
        bench.server.HandlePeerInput(bench.now, static_cast<uint16_t>(port), At(PEER), Text("x"));
    }
    bench.Drain();
    EXPECT_TRUE(bench.commands.empty());
    EXPECT_EQ(bench.server.GetAllocationCount(), 0U);
    EXPECT_FALSE(bench.server.NextTimeout());
}

TEST(TurnRelay, WhatCannotBeFramedIsDiscarded)
{
    ServerBench bench;
    bench.client.transport = ClientId::Transport::TCP;
    const uint16_t port = bench.Allocate();
    bench.Bind(0x4001, PEER);
    bench.server.HandlePeerInput(bench.now, port, At(PEER), Bytes(65'507));
    EXPECT_EQ(bench.Discarded(), "too-long");
    EXPECT_TRUE(bench.commands.empty());
    EXPECT_TRUE(ToPeers(bench, MakeChannelData(0x4001, Bytes(65'535), stun::TransportMode::STREAM))
                    .empty());
    EXPECT_EQ(bench.events.at(0).reason, "too-long");
    bench.server.HandlePeerInput(bench.now, port, At(PEER), Bytes(65'000));
    bench.Drain();
    EXPECT_EQ(bench.commands.at(0).data.size(), 65'004U);
}

TEST(TurnRelay, AnAllocationThatIsGoneRelaysNothing)
{
    ServerBench bench;
    const uint16_t port = bench.Allocate();
    bench.Bind(0x4001, PEER);
    bench.now = At(600);
    EXPECT_TRUE(ToPeers(bench, Hex("4001 0001 61")).empty());
    EXPECT_EQ(bench.commands.at(0).type, ServerCommand::Type::CLOSE_RELAY);
    bench.server.HandlePeerInput(bench.now, port, At(PEER), Text("x"));
    EXPECT_EQ(bench.Discarded(), "no-allocation");
}

} // namespace
} // namespace imsfw::turn
