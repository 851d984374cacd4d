// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// CreatePermission and ChannelBind: every error code of RFC 8656 10.2 and 12.2, and what a success does.
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
using turntest::IsAuthentic;
using turntest::Response;
using turntest::ServerBench;
namespace attribute = stun::attribute;

TEST(TurnServerPeers, CreatePermissionTable)
{
    struct Row
    {
        const char* name;
        ServerBench::Add add;
        uint16_t code;
        std::vector<const char*> permitted;
        std::vector<const char*> refused;
    };

    const auto peers = [](std::vector<const char*> list)
    {
        return [=](Builder& b)
        {
            for (const char* peer : list)
            {
                b.AddXorAddress(attribute::XOR_PEER_ADDRESS, At(peer));
            }
        };
    };
    const std::vector<Row> rows = {
        {"none", [](Builder&) {}, 400, {}, {}},
        {"one", peers({"192.0.2.9:1"}), 0, {"192.0.2.9:1", "192.0.2.9:2"}, {"192.0.2.8:1"}},
        {"two",
         peers({"192.0.2.9:1", "192.0.2.8:1"}),
         0,
         {"192.0.2.9:1", "192.0.2.8:9"},
         {"192.0.2.7:1"}},
        {"one malformed of two",
         [](Builder& b)
         {
             b.AddXorAddress(attribute::XOR_PEER_ADDRESS, At("192.0.2.9:1"));
             b.Add(attribute::XOR_PEER_ADDRESS, Bytes{0, 1, 2});
         },
         400,
         {},
         {"192.0.2.9:1"}},
        {"IPv6", peers({"[2001:db8::1]:1"}), 443, {}, {"[2001:db8::1]:1"}},
        {"IPv6 of two", peers({"192.0.2.9:1", "[2001:db8::1]:1"}), 443, {}, {"192.0.2.9:1"}},
        {"denied", peers({"127.0.0.1:1"}), 403, {}, {"127.0.0.1:1"}},
        {"denied of two",
         peers({"192.0.2.9:1", "10.1.2.3:1"}),
         403,
         {},
         {"192.0.2.9:1", "10.1.2.3:1"}},
    };
    for (const Row& row : rows)
    {
        ServerConfig config = BenchConfig();
        config.deniedPeers = {*IpPrefix::Parse("127.0.0.0/8"), *IpPrefix::Parse("10.0.0.0/8")};
        ServerBench bench(config);
        const uint16_t port = bench.Allocate();
        EXPECT_EQ(bench.Ask(Method::CREATE_PERMISSION, row.add).Code(), row.code) << row.name;
        for (const char* peer : row.permitted)
        {
            bench.server.HandlePeerInput(bench.now, port, At(peer), Bytes{1});
            EXPECT_EQ(bench.Discarded(), "") << row.name << " " << peer;
            EXPECT_EQ(CountOf(bench, ServerCommand::Type::SEND_TO_CLIENT), 1U)
                << row.name << " " << peer;
        }
        for (const char* peer : row.refused)
        {
            bench.server.HandlePeerInput(bench.now, port, At(peer), Bytes{1});
            EXPECT_EQ(bench.Discarded(), "no-permission") << row.name << " " << peer;
            EXPECT_TRUE(bench.commands.empty()) << row.name << " " << peer;
        }
    }
}

TEST(TurnServerPeers, PermissionsOfOneAllocationAreBounded)
{
    ServerBench bench;
    bench.Allocate();
    const auto many = [](uint32_t first)
    {
        return [first](Builder& builder)
        {
            for (uint32_t i = 0; i < 4096; ++i)
            {
                builder.AddXorAddress(attribute::XOR_PEER_ADDRESS, {IpAddress::V4(first + i), 1});
            }
        };
    };
    EXPECT_EQ(bench.Ask(Method::CREATE_PERMISSION, many(0x0a000000)).Code(), 0);
    EXPECT_EQ(bench.Ask(Method::CREATE_PERMISSION, many(0x0a000000)).Code(), 0)
        << "a refresh takes no room";
    EXPECT_EQ(bench.Ask(Method::CREATE_PERMISSION, many(0x0b000000)).Code(), 508);
    EXPECT_EQ(bench.Bind(0x4000, "192.0.2.9:1").Code(), 508);
}

TEST(TurnServerPeers, ChannelBindTable)
{
    struct Row
    {
        const char* name;
        ServerBench::Add add;
        uint16_t code;
    };

    const auto bind = [](uint16_t channel, const char* peer)
    {
        return [=](Builder& b)
        { b.AddChannelNumber(channel).AddXorAddress(attribute::XOR_PEER_ADDRESS, At(peer)); };
    };
    const std::vector<Row> rows = {
        {"the first again", bind(0x4000, "192.0.2.9:7000"), 0},
        {"another", bind(0x4001, "192.0.2.9:7001"), 0},
        {"the last number", bind(0x4fff, "192.0.2.8:7000"), 0},
        {"no peer", [](Builder& b) { b.AddChannelNumber(0x4002); }, 400},
        {"no channel",
         [](Builder& b) { b.AddXorAddress(attribute::XOR_PEER_ADDRESS, At("192.0.2.7:1")); },
         400},
        {"below", bind(0x3fff, "192.0.2.7:1"), 400},
        {"above", bind(0x5000, "192.0.2.7:1"), 400},
        {"bound to another peer", bind(0x4000, "192.0.2.7:1"), 400},
        {"the peer has another channel", bind(0x4003, "192.0.2.9:7000"), 400},
        {"IPv6", bind(0x4004, "[2001:db8::1]:1"), 443},
        {"denied", bind(0x4005, "127.0.0.1:1"), 403},
    };
    ServerConfig config = BenchConfig();
    config.deniedPeers = {*IpPrefix::Parse("127.0.0.0/8")};
    ServerBench bench(config);
    bench.Allocate();
    EXPECT_EQ(bench.Bind(0x4000, "192.0.2.9:7000").Code(), 0);
    for (const Row& row : rows)
    {
        const Response response = bench.Ask(Method::CHANNEL_BIND, row.add);
        EXPECT_EQ(response.Code(), row.code) << row.name;
        EXPECT_TRUE(IsAuthentic(response)) << row.name;
    }
}

TEST(TurnServerPeers, ClientsOfRfc5766NumberChannelsFurther)
{
    ServerConfig config = BenchConfig();
    config.lastChannel = LAST_CHANNEL_RFC5766;
    ServerBench bench(config);
    bench.Allocate();
    EXPECT_EQ(bench.Bind(0x5000, "192.0.2.9:7000").Code(), 0);
    EXPECT_EQ(bench.Bind(0x7ffe, "192.0.2.8:7000").Code(), 0);
    EXPECT_EQ(bench.Bind(0x7fff, "192.0.2.7:7000").Code(), 400) << "RFC 5766 11 ends at 0x7FFE";
    bench.server.HandleClientInput(bench.now, bench.client, turntest::Hex("7ffe 0002 aabb"));
    bench.Drain();
    ASSERT_EQ(bench.commands.size(), 1U);
    EXPECT_EQ(bench.commands[0].type, ServerCommand::Type::SEND_TO_PEER);
    EXPECT_EQ(bench.commands[0].peer, At("192.0.2.8:7000"));
    EXPECT_EQ(bench.commands[0].data, turntest::Hex("aabb"));
}

TEST(TurnServerPeers, AChannelThatEndedCanBeBoundToAnother)
{
    ServerBench bench;
    bench.Allocate();
    EXPECT_EQ(
        bench.Ask(Method::REFRESH, [](Builder& b) { b.AddU32(attribute::LIFETIME, 3600); }).Code(),
        0);
    EXPECT_EQ(bench.Bind(0x4000, "192.0.2.9:7000").Code(), 0);
    bench.now = At(599);
    EXPECT_EQ(bench.Bind(0x4000, "192.0.2.8:7000").Code(), 400);
    bench.now = At(600);
    EXPECT_EQ(bench.Bind(0x4000, "192.0.2.8:7000").Code(), 0);
    EXPECT_EQ(bench.Bind(0x4001, "192.0.2.9:7000").Code(), 0);
}

} // namespace
} // namespace imsfw::turn
