// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// RFC 6062 from end to end: client, server and data connections together, active and passive.
#include "tcp-world.h"

namespace imsfw::turn
{
namespace
{

using turntest::At;
using turntest::BenchConfig;
using turntest::DataEnd;
using turntest::TcpWorld;
using Command = ServerCommand::Type;
using Event = ClientEvent::Type;

constexpr const char* PEER = "192.0.2.9:2855";

/// Through Connect to an open connection. @return its number
uint32_t
Connect(TcpWorld& world, const char* peer = PEER)
{
    world.client.Connect(world.now, At(peer));
    world.Run();
    const auto command = world.Last(Command::CONNECT_PEER);
    EXPECT_TRUE(command);
    world.server.HandlePeerConnected(world.now, command->connection);
    world.Run();
    return world.Take(Event::CONNECTED).connection;
}

void
Permit(TcpWorld& world, const char* peer = PEER)
{
    world.client.AddPeer(world.now, At(peer));
    world.Run();
    world.Take(Event::PEER_READY);
}

TEST(TcpAllocation, AllocatesWithATcpRelay)
{
    TcpWorld world;
    const Endpoint relayed = world.Allocate();
    const auto open = world.Last(Command::OPEN_RELAY);
    ASSERT_TRUE(open);
    EXPECT_EQ(open->protocol, IpProtocol::TCP);
    EXPECT_EQ(open->relayPort, relayed.port);
    EXPECT_EQ(open->relayAddress, relayed.address);
}

TEST(TcpAllocation, TheActiveSideReachesThePeerWithEveryCutOfTheStreams)
{
    for (std::size_t piece : {std::size_t{1}, std::size_t{7}, std::size_t{33}, SIZE_MAX})
    {
        TcpWorld world(BenchConfig(), piece);
        const Endpoint relayed = world.Allocate();
        const uint32_t connection = Connect(world);
        EXPECT_EQ(world.Last(Command::CONNECT_PEER)->relayPort, relayed.port);
        EXPECT_EQ(world.Last(Command::CONNECT_PEER)->peer, At(PEER));
        DataEnd& end = world.Bind(connection);
        ASSERT_EQ(end.events.size(), 1U) << piece;
        EXPECT_EQ(end.events[0], StreamEvent::Type::ESTABLISHED);
        end.core->Write(world.now, ByteView(std::string_view("to the peer, ")));
        end.core->Write(world.now, ByteView(std::string_view("\x01\x02 as it is")));
        world.Run();
        world.server.HandleConnectionInput(
            world.now, connection, ByteView(std::string_view("and back")));
        world.Run();
        EXPECT_EQ(world.atPeers[connection], "to the peer, \x01\x02 as it is") << piece;
        EXPECT_EQ(end.received, "and back") << piece;
    }
}

TEST(TcpAllocation, ThePassiveSideIsToldOfAPeerWithAPermission)
{
    TcpWorld world;
    const Endpoint relayed = world.Allocate();
    EXPECT_FALSE(world.server.HandlePeerAccepted(world.now, relayed.port, At(PEER)))
        << "RFC 6062 5.3: no permission yet";
    Permit(world);
    const auto connection = world.server.HandlePeerAccepted(world.now, relayed.port, At(PEER));
    ASSERT_TRUE(connection);
    world.Run();
    const ClientEvent attempt = world.Take(Event::CONNECTION_ATTEMPT);
    EXPECT_EQ(attempt.peer, At(PEER));
    EXPECT_EQ(attempt.connection, *connection);
    world.server.HandleConnectionInput(
        world.now, *connection, ByteView(std::string_view("said before the bind")));
    DataEnd& end = world.Bind(*connection);
    EXPECT_EQ(end.received, "said before the bind");
    EXPECT_FALSE(world.server.HandlePeerAccepted(world.now, relayed.port, At("192.0.2.10:1")))
        << "another address";
    EXPECT_TRUE(world.server.HandlePeerAccepted(world.now, relayed.port, At("192.0.2.9:9")))
        << "another port of a permitted address";
}

TEST(TcpAllocation, BindingTakesOneRoundTripWithTheNonceOfTheControlConnection)
{
    TcpWorld world;
    world.Allocate();
    const std::size_t before = world.CountCommands(Command::SEND_TO_CLIENT);
    const uint32_t connection = Connect(world);
    world.Bind(connection);
    EXPECT_EQ(world.CountCommands(Command::SEND_TO_CLIENT), before + 2)
        << "answers to Connect and ConnectionBind alone";
}

TEST(TcpAllocation, AStaleNonceIsReplacedOnTheDataConnectionToo)
{
    ServerConfig config = BenchConfig();
    config.nonceLifetime = std::chrono::seconds(60);
    TcpWorld world(config);
    world.Allocate();
    world.RunUntil(TimePoint(std::chrono::seconds(50)));
    const uint32_t connection = Connect(world);
    world.RunUntil(TimePoint(std::chrono::seconds(70))); // the nonce is 70 s old: 438
    DataEnd& end = world.Bind(connection);
    ASSERT_EQ(end.events.size(), 1U);
    EXPECT_EQ(end.events[0], StreamEvent::Type::ESTABLISHED);
}

TEST(TcpAllocation, TheEndOfOneSideIsTheEndOfTheOther)
{
    enum class End
    {
        PEER,
        CLIENT,
        ALLOCATION,
        CONTROL,
    };
    for (const End how : {End::PEER, End::CLIENT, End::ALLOCATION, End::CONTROL})
    {
        TcpWorld world;
        world.Allocate();
        const uint32_t connection = Connect(world);
        DataEnd& end = world.Bind(connection);
        switch (how)
        {
        case End::PEER:
            world.server.HandleConnectionClosed(world.now, connection);
            break;
        case End::CLIENT:
            world.server.HandleClientClosed(world.now, end.id);
            break;
        case End::ALLOCATION:
            world.client.Close(world.now);
            break;
        case End::CONTROL:
            world.server.HandleClientClosed(world.now, world.id);
            break;
        }
        world.Run();
        EXPECT_EQ(world.server.GetConnectionCount(), 0U);
        EXPECT_EQ(world.CountCommands(Command::CLOSE_CONNECTION), 1U);
        EXPECT_EQ(world.CountCommands(Command::CLOSE_CLIENT), 1U);
        EXPECT_EQ(end.events.back(), StreamEvent::Type::CLOSED);
        EXPECT_EQ(world.serverEvents.back().type == ServerEvent::Type::CONNECTION_CLOSED ||
                      world.serverEvents.back().type == ServerEvent::Type::ALLOCATION_DELETED,
                  true);
        world.server.HandleConnectionInput(world.now, connection, ByteView(std::string_view("x")));
        world.server.HandleConnectionClosed(world.now, connection);
        EXPECT_FALSE(world.server.PollCommand()) << "what is gone is ignored";
    }
}

TEST(TcpAllocation, WhatIsNotBoundForThirtySecondsIsClosed)
{
    TcpWorld world;
    const Endpoint relayed = world.Allocate();
    Permit(world);
    const uint32_t connection = Connect(world);
    world.server.HandlePeerAccepted(world.now, relayed.port, At("192.0.2.9:5"));
    world.Run();
    EXPECT_EQ(world.server.GetConnectionCount(), 2U);
    world.RunUntil(TimePoint(std::chrono::milliseconds(29'999)));
    EXPECT_EQ(world.CountCommands(Command::CLOSE_CONNECTION), 0U);
    world.RunUntil(TimePoint(std::chrono::seconds(30)));
    EXPECT_EQ(world.CountCommands(Command::CLOSE_CONNECTION), 2U);
    EXPECT_EQ(world.server.GetConnectionCount(), 0U);
    DataEnd& end = world.Bind(connection);
    ASSERT_EQ(end.events.size(), 1U);
    EXPECT_EQ(end.events[0], StreamEvent::Type::FAILED);
    EXPECT_EQ(end.failure.reason, "bad-request");
}

TEST(TcpAllocation, APeerThatNeverAnswersIs447AfterThirtySeconds)
{
    TcpWorld world;
    world.Allocate();
    world.client.Connect(world.now, At(PEER));
    world.Run();
    world.RunUntil(TimePoint(std::chrono::milliseconds(29'999)));
    EXPECT_TRUE(world.events.empty());
    world.RunUntil(TimePoint(std::chrono::seconds(30)));
    const ClientEvent failed = world.Take(Event::CONNECT_FAILED);
    EXPECT_EQ(failed.peer, At(PEER));
    EXPECT_EQ(failed.failure.reason, "connection-timeout-or-failure");
    EXPECT_EQ(world.CountCommands(Command::CLOSE_CONNECTION), 1U) << "the attempt is given up";
    world.client.Connect(world.now, At(PEER));
    world.Run();
    EXPECT_EQ(world.CountCommands(Command::CONNECT_PEER), 2U) << "another try is one";
}

TEST(TcpAllocation, DataBeforeTheBindIsBoundedByHoldingThePeerBack)
{
    ServerConfig config = BenchConfig();
    config.maxBuffered = 1000;
    TcpWorld world(config);
    world.Allocate();
    const uint32_t connection = Connect(world);
    const std::string half(500, 'a');
    world.server.HandleConnectionInput(world.now, connection, ByteView(std::string_view(half)));
    world.Run();
    EXPECT_EQ(world.CountCommands(Command::HOLD_CONNECTION), 0U);
    world.server.HandleConnectionInput(world.now, connection, ByteView(std::string_view(half)));
    world.server.HandleConnectionInput(world.now, connection, ByteView(std::string_view(half)));
    world.Run();
    EXPECT_EQ(world.CountCommands(Command::HOLD_CONNECTION), 1U);
    DataEnd& end = world.Bind(connection);
    EXPECT_EQ(end.received.size(), 1500U) << "nothing was lost";
    EXPECT_EQ(world.CountCommands(Command::RESUME_CONNECTION), 1U);

    const uint32_t other = Connect(world, "192.0.2.9:3");
    const std::string flood(2001, 'b');
    world.server.HandleConnectionInput(world.now, other, ByteView(std::string_view(flood)));
    world.Run();
    EXPECT_EQ(world.serverEvents.back().type, ServerEvent::Type::CONNECTION_CLOSED);
    EXPECT_EQ(world.serverEvents.back().reason, "buffer-full");
}

TEST(TcpAllocation, IsRefreshedForAnHourWithNewNonces)
{
    ServerConfig config = BenchConfig();
    config.nonceLifetime = std::chrono::seconds(700);
    TcpWorld world(config);
    const Endpoint relayed = world.Allocate();
    Permit(world);
    DataEnd& end = world.Bind(Connect(world));
    world.RunUntil(TimePoint(std::chrono::hours(1)) + std::chrono::minutes(5));
    EXPECT_EQ(world.server.GetAllocationCount(), 1U);
    EXPECT_TRUE(world.server.HandlePeerAccepted(world.now, relayed.port, At(PEER)) == std::nullopt)
        << "that connection is there already";
    EXPECT_TRUE(world.server.HandlePeerAccepted(world.now, relayed.port, At("192.0.2.9:6")))
        << "the permission was refreshed";
    end.core->Write(world.now, ByteView(std::string_view("still here")));
    world.Run();
    EXPECT_EQ(world.atPeers.begin()->second, "still here");
    EXPECT_EQ(world.client.GetDiscarded(), 0U);
}

TEST(TcpAllocation, OtherMethodsThanItsOwnAreOfNoUse)
{
    TcpWorld world;
    world.Allocate();
    world.client.Send(world.now, At(PEER), ByteView(std::string_view("x")));
    EXPECT_FALSE(world.client.PollTransmit()) << "a TCP allocation sends no datagrams";
    ClientConfig udp = TcpWorld::MakeClientConfig();
    udp.protocol = IpProtocol::UDP;
    SeededRandom random(1, 1, "udp");
    Client client(udp, random);
    client.Connect(world.now, At(PEER));
    EXPECT_FALSE(client.PollTransmit());
}

} // namespace
} // namespace imsfw::turn
