// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Connect and ConnectionBind at the server, request by request: every refusal of RFC 6062 5.2 and 5.4 beside what passes.
#include "server-bench.h"

namespace imsfw::turn
{
namespace
{

using stun::Builder;
using stun::Method;
using turntest::At;
using turntest::BenchConfig;
using turntest::CountOf;
using turntest::Response;
using turntest::ServerBench;
namespace attribute = stun::attribute;
using Command = ServerCommand::Type;

constexpr const char* PEER = "192.0.2.9:2855";

ServerBench::Add
ToPeer(const char* peer)
{
    return [peer](Builder& b) { b.AddXorAddress(attribute::XOR_PEER_ADDRESS, At(peer)); };
}

ServerBench::Add
WithId(uint32_t id)
{
    return [id](Builder& b) { b.AddU32(attribute::CONNECTION_ID, id); };
}

class ServerConnectionTest : public testing::Test
{
  protected:
    void
    SetUp() override
    {
        bench.client = {ClientId::Transport::TCP, At("198.51.100.7:40000"), 1};
        bench.LearnNonce();
        const Response response =
            bench.Ask(Method::ALLOCATE, [](Builder& b) { b.AddRequestedTransport(6); });
        ASSERT_EQ(response.Code(), 0);
        relayPort = response.Parse().GetXorAddress(attribute::XOR_RELAYED_ADDRESS)->port;
    }

    static ServerConfig
    Config()
    {
        ServerConfig config = BenchConfig();
        config.maxConnections = 2;
        config.deniedPeers = {*IpPrefix::Parse("127.0.0.0/8")};
        return config;
    }

    /// Hands a Connect in. @return the number of the connection that is to be opened.
    uint32_t
    Connect(const char* peer)
    {
        bench.server.HandleClientInput(
            bench.now, bench.client, bench.Make(Method::CONNECT, ToPeer(peer), "alice", "secret"));
        bench.Drain();
        EXPECT_EQ(CountOf(bench, Command::CONNECT_PEER), 1U);
        return bench.commands.empty() ? 0 : bench.commands.front().connection;
    }

    /// The one that was asked for is there. @return the answer's code
    uint16_t
    Open(uint32_t connection, bool isOpen)
    {
        isOpen ? bench.server.HandlePeerConnected(bench.now, connection)
               : bench.server.HandlePeerConnectFailed(bench.now, connection);
        bench.Drain();
        EXPECT_EQ(CountOf(bench, Command::SEND_TO_CLIENT), 1U);
        return Response(bench.commands.at(0).data).Code();
    }

    /// A ConnectionBind of @p user over another stream.
    uint16_t
    Bind(const ServerBench::Add& add,
         std::string_view user = "alice",
         std::string_view password = "secret",
         ClientId::Transport transport = ClientId::Transport::TCP)
    {
        const ClientId control = bench.client;
        bench.client = {transport, At("198.51.100.7:41000"), ++flow};
        const Bytes request = bench.Make(Method::CONNECTION_BIND, add, user, password);
        bench.server.HandleClientInput(bench.now, bench.client, request);
        bench.Drain();
        const uint16_t code = Response(bench.commands.at(0).data).Code();
        bench.client = control;
        return code;
    }

    ServerBench bench{Config()};
    uint16_t relayPort{0};
    uint64_t flow{10};
};

TEST_F(ServerConnectionTest, ConnectIsAnsweredWhenThePeerIs)
{
    EXPECT_EQ(Open(Connect(PEER), true), 0);
    EXPECT_EQ(bench.events.at(0).type, ServerEvent::Type::CONNECTION_OPENED);
    EXPECT_EQ(Open(Connect("192.0.2.9:1"), false), 447);
    EXPECT_EQ(bench.server.GetConnectionCount(), 1U);
}

TEST_F(ServerConnectionTest, EveryRefusalOfConnect)
{
    EXPECT_EQ(bench.Ask(Method::CONNECT).Code(), 400) << "no peer";
    EXPECT_EQ(bench.Ask(Method::CONNECT, ToPeer("127.0.0.1:80")).Code(), 403);
    EXPECT_EQ(bench.Ask(Method::CONNECT, ToPeer("[2001:db8::1]:80")).Code(), 443);
    const uint32_t pending = Connect(PEER);
    EXPECT_EQ(bench.Ask(Method::CONNECT, ToPeer(PEER)).Code(), 446) << "one is under way";
    EXPECT_EQ(Open(pending, true), 0);
    EXPECT_EQ(bench.Ask(Method::CONNECT, ToPeer(PEER)).Code(), 446) << "one is there";
    EXPECT_EQ(Bind(WithId(pending)), 0);
    EXPECT_EQ(bench.Ask(Method::CONNECT, ToPeer(PEER)).Code(), 446) << "one is bound";
    Open(Connect("192.0.2.9:1"), true);
    EXPECT_EQ(bench.Ask(Method::CONNECT, ToPeer("192.0.2.9:2")).Code(), 508) << "two are enough";
    bench.client = {ClientId::Transport::TCP, At("198.51.100.7:42000"), 2};
    bench.LearnNonce();
    EXPECT_EQ(bench.Ask(Method::CONNECT, ToPeer(PEER)).Code(), 437) << "no allocation";
}

TEST_F(ServerConnectionTest, EveryRefusalOfConnectionBind)
{
    const uint32_t connecting = Connect(PEER);
    EXPECT_EQ(Bind(WithId(connecting)), 400) << "not open yet";
    Open(connecting, true);
    EXPECT_EQ(Bind([](Builder&) {}), 438) << "no id, so a nonce of another stream";
    EXPECT_EQ(Bind(WithId(connecting ^ 1)), 438) << "an id of nothing";
    EXPECT_EQ(Bind(WithId(connecting), "alice", "wrong"), 401);
    EXPECT_EQ(Bind(WithId(connecting), "mallory", "secret"), 401);
    EXPECT_EQ(Bind(WithId(connecting), "bob", "hidden"), 441) << "another user's connection";
    EXPECT_EQ(Bind(WithId(connecting), "alice", "secret", ClientId::Transport::UDP), 400);
    EXPECT_EQ(bench.Ask(Method::CONNECTION_BIND, WithId(connecting)).Code(), 400)
        << "the stream of the allocation itself";
    EXPECT_EQ(bench.Ask(Method::CONNECTION_BIND).Code(), 400) << "without an id";
    EXPECT_EQ(Bind(WithId(connecting)), 0);
    EXPECT_EQ(Bind(WithId(connecting)), 400) << "bound already";
}

TEST_F(ServerConnectionTest, ATcpAllocationHasNoChannelsAndNoDatagrams)
{
    EXPECT_EQ(bench.Bind(0x4000, PEER).Code(), 400);
    EXPECT_EQ(bench.Permit(PEER).Code(), 0);
    Builder send(Method::SEND, stun::MessageClass::INDICATION, stun::TransactionId());
    send.AddXorAddress(attribute::XOR_PEER_ADDRESS, At(PEER)).Add(attribute::DATA, Bytes{1, 2});
    bench.server.HandleClientInput(bench.now, bench.client, send.Finish());
    EXPECT_EQ(bench.Discarded(), "tcp-allocation");
    EXPECT_EQ(CountOf(bench, Command::SEND_TO_PEER), 0U);
}

TEST_F(ServerConnectionTest, AUdpAllocationHasNoConnections)
{
    bench.client = {ClientId::Transport::TCP, At("198.51.100.7:42000"), 2};
    const uint16_t port = bench.Allocate();
    EXPECT_EQ(bench.Permit(PEER).Code(), 0);
    EXPECT_EQ(bench.Ask(Method::CONNECT, ToPeer(PEER)).Code(), 400);
    EXPECT_FALSE(bench.server.HandlePeerAccepted(bench.now, port, At(PEER)));
    EXPECT_EQ(bench.Discarded(), "connection-refused");
}

TEST_F(ServerConnectionTest, PeersAreRefusedWithTheReason)
{
    EXPECT_FALSE(bench.server.HandlePeerAccepted(bench.now, relayPort, At(PEER)));
    EXPECT_EQ(bench.Discarded(), "no-permission");
    EXPECT_FALSE(bench.server.HandlePeerAccepted(bench.now, 1, At(PEER)));
    EXPECT_EQ(bench.Discarded(), "no-allocation");
    bench.Permit(PEER);
    EXPECT_TRUE(bench.server.HandlePeerAccepted(bench.now, relayPort, At(PEER)));
    bench.Drain();
    const Response attempt(bench.commands.at(0).data);
    EXPECT_EQ(attempt.Parse().GetMethod(), Method::CONNECTION_ATTEMPT);
    EXPECT_EQ(attempt.AsBytes().size(), 40U);
    EXPECT_FALSE(bench.server.HandlePeerAccepted(bench.now, relayPort, At(PEER)));
    EXPECT_TRUE(bench.server.HandlePeerAccepted(bench.now, relayPort, At("192.0.2.9:1")));
    EXPECT_FALSE(bench.server.HandlePeerAccepted(bench.now, relayPort, At("192.0.2.9:2")))
        << "two are enough";
}

TEST_F(ServerConnectionTest, IdsAreNotToBeGuessed)
{
    const uint32_t first = Connect(PEER);
    const uint32_t second = Connect("192.0.2.9:1");
    EXPECT_NE(first, 0U);
    EXPECT_GT(std::max(first, second) - std::min(first, second), 1U);
}

TEST_F(ServerConnectionTest, WhatFollowsTheBindInTheSamePieceIsThePeers)
{
    const uint32_t connection = Connect(PEER);
    Open(connection, true);
    Bytes request = bench.Make(Method::CONNECTION_BIND, WithId(connection), "alice", "secret");
    Append(request, ByteView(std::string_view("GET")));
    bench.server.HandleClientInput(
        bench.now, {ClientId::Transport::TLS, At("198.51.100.7:41000"), 9}, request);
    bench.Drain();
    ASSERT_EQ(CountOf(bench, Command::SEND_TO_CONNECTION), 1U);
    EXPECT_EQ(ByteView(bench.commands.back().data).AsText(), "GET");
    EXPECT_EQ(bench.commands.back().connection, connection);
}

TEST_F(ServerConnectionTest, ATruncatedBindBindsNothing)
{
    const uint32_t connection = Connect(PEER);
    Open(connection, true);
    const Bytes request =
        bench.Make(Method::CONNECTION_BIND, WithId(connection), "alice", "secret");
    for (std::size_t size = 0; size < request.size(); ++size)
    {
        const ClientId data{ClientId::Transport::TLS, At("198.51.100.7:41000"), 1000 + size};
        bench.server.HandleClientInput(bench.now, data, ByteView(request).Sub(0, size));
        bench.Drain();
        EXPECT_TRUE(bench.commands.empty()) << size;
        bench.server.HandleClientClosed(bench.now, data);
    }
    EXPECT_EQ(Bind(WithId(connection)), 0) << "it waits still";
}

} // namespace
} // namespace imsfw::turn
