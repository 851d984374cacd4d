// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Allocate and Refresh: every error code of RFC 8656 7.2 and 8.2 that this server gives, and what a success does.
#include "server-bench.h"

namespace imsfw::turn
{
namespace
{

using stun::Builder;
using stun::Method;
using turntest::AddUdp;
using turntest::At;
using turntest::BenchConfig;
using turntest::CountOf;
using turntest::IsAuthentic;
using turntest::Response;
using turntest::ServerBench;
namespace attribute = stun::attribute;

TEST(TurnServerAllocation, AllocateCreatesOpensAndTells)
{
    ServerBench bench;
    bench.now = At(5);
    bench.LearnNonce();
    const Response response = bench.Ask(Method::ALLOCATE, AddUdp);
    ASSERT_EQ(response.Code(), 0);
    EXPECT_TRUE(IsAuthentic(response));
    const Endpoint relayed = response.Parse().GetXorAddress(attribute::XOR_RELAYED_ADDRESS).value();
    EXPECT_EQ(relayed.address.ToString(), "203.0.113.1");
    EXPECT_GE(relayed.port, 49152);
    EXPECT_EQ(response.Parse().GetXorAddress(attribute::XOR_MAPPED_ADDRESS), bench.client.remote);
    EXPECT_EQ(response.Parse().GetU32(attribute::LIFETIME), 600U);
    ASSERT_EQ(bench.commands.size(), 2U);
    EXPECT_EQ(bench.commands[0].type, ServerCommand::Type::OPEN_RELAY);
    EXPECT_EQ(bench.commands[0].relayPort, relayed.port);
    ASSERT_EQ(bench.events.size(), 1U);
    EXPECT_EQ(bench.events[0].type, ServerEvent::Type::ALLOCATION_CREATED);
    EXPECT_EQ(bench.events[0].user, "alice");
    EXPECT_EQ(bench.events[0].relayed, relayed);
    EXPECT_EQ(bench.server.NextTimeout(), At(605));
}

TEST(TurnServerAllocation, AllocateTable)
{
    struct Row
    {
        const char* name;
        ServerBench::Add add;
        uint16_t code;
    };

    const auto u32 = [](uint16_t type, uint32_t value)
    { return [=](Builder& b) { b.AddU32(type, value); }; };
    const auto udpAnd = [](ServerBench::Add more)
    {
        return [=](Builder& b)
        {
            b.AddRequestedTransport(17);
            more(b);
        };
    };
    const auto evenPort = [](uint8_t flags)
    { return [=](Builder& b) { b.Add(attribute::EVEN_PORT, Bytes{flags}); }; };
    const auto token = [](Builder& b) { b.AddU64(attribute::RESERVATION_TOKEN, 1); };
    const auto v4 = u32(attribute::REQUESTED_ADDRESS_FAMILY, 0x01000000);
    const auto v6 = u32(attribute::REQUESTED_ADDRESS_FAMILY, 0x02000000);
    const auto alsoV6 = u32(attribute::ADDITIONAL_ADDRESS_FAMILY, 0x02000000);
    const auto both = [](ServerBench::Add a, ServerBench::Add b)
    {
        return [=](Builder& builder)
        {
            a(builder);
            b(builder);
        };
    };
    const std::vector<Row> rows = {
        {"no transport", [](Builder&) {}, 400},
        {"a malformed transport",
         [](Builder& b) { b.Add(attribute::REQUESTED_TRANSPORT, Bytes{17}); },
         400},
        {"TCP over UDP", [](Builder& b) { b.AddRequestedTransport(6); }, 400},
        {"a transport that is none", [](Builder& b) { b.AddRequestedTransport(33); }, 442},
        {"a malformed token",
         udpAnd([](Builder& b) { b.AddU32(attribute::RESERVATION_TOKEN, 1); }),
         400},
        {"DONT-FRAGMENT", udpAnd([](Builder& b) { b.Add(attribute::DONT_FRAGMENT, {}); }), 420},
        {"a malformed lifetime",
         udpAnd([](Builder& b) { b.Add(attribute::LIFETIME, Bytes{1}); }),
         400},
        {"a token", udpAnd(token), 508},
        {"a token and EVEN-PORT", udpAnd(both(token, evenPort(0))), 400},
        {"a token and a family", udpAnd(both(token, v4)), 400},
        {"a token and another family", udpAnd(both(token, alsoV6)), 400},
        {"two families", udpAnd(both(v4, alsoV6)), 400},
        {"IPv4", udpAnd(v4), 0},
        {"IPv6", udpAnd(v6), 440},
        {"a family that is none",
         udpAnd(u32(attribute::REQUESTED_ADDRESS_FAMILY, 0x03000000)),
         440},
        {"a malformed family",
         udpAnd([](Builder& b) { b.Add(attribute::REQUESTED_ADDRESS_FAMILY, Bytes{1}); }),
         400},
        {"an even port and the next", udpAnd(evenPort(0x80)), 0},
        {"the same and another family", udpAnd(both(evenPort(0x80), alsoV6)), 400},
        {"an even port", udpAnd(evenPort(0)), 0},
        {"IPv6 as well", udpAnd(alsoV6), 0},
        {"IPv4 as well", udpAnd(u32(attribute::ADDITIONAL_ADDRESS_FAMILY, 0x01000000)), 400},
        {"nothing else", udpAnd([](Builder&) {}), 0},
    };
    for (const Row& row : rows)
    {
        ServerBench bench;
        bench.LearnNonce();
        const Response response = bench.Ask(Method::ALLOCATE, row.add);
        EXPECT_EQ(response.Code(), row.code) << row.name;
        EXPECT_TRUE(IsAuthentic(response)) << row.name;
        EXPECT_EQ(bench.server.GetAllocationCount(), row.code == 0 ? 1U : 0U) << row.name;
        ASSERT_EQ(bench.events.size(), 1U) << row.name;
        EXPECT_EQ(bench.events[0].type,
                  row.code == 0 ? ServerEvent::Type::ALLOCATION_CREATED
                                : ServerEvent::Type::ALLOCATION_REFUSED);
        EXPECT_EQ(bench.events[0].code, row.code) << row.name;
    }
}

TEST(TurnServerAllocation, EvenPortIsEven)
{
    for (int i = 0; i < 20; ++i)
    {
        ServerBench bench;
        bench.client.flow = static_cast<uint64_t>(i);
        bench.LearnNonce();
        const Response response =
            bench.Ask(Method::ALLOCATE,
                      [](Builder& builder)
                      { builder.AddRequestedTransport(17).Add(attribute::EVEN_PORT, Bytes{0}); });
        EXPECT_EQ(response.Parse().GetXorAddress(attribute::XOR_RELAYED_ADDRESS).value().port % 2,
                  0);
    }
}

TEST(TurnServerAllocation, AnotherFamilyThatCannotBeHadIsExplained)
{
    ServerBench bench;
    bench.LearnNonce();
    const Response response = bench.Ask(Method::ALLOCATE,
                                        [](Builder& builder) {
                                            builder.AddRequestedTransport(17).AddU32(
                                                attribute::ADDITIONAL_ADDRESS_FAMILY, 0x02000000);
                                        });
    const auto why = response.Parse().Find(attribute::ADDRESS_ERROR_CODE);
    ASSERT_TRUE(why);
    EXPECT_EQ(ToHex(why->Sub(0, 4)), "02000428"); // IPv6, 440
}

TEST(TurnServerAllocation, LifetimeTable)
{
    struct Row
    {
        std::optional<uint32_t> asked;
        uint32_t granted;
    };

    // RFC 8656 7.2: never less than the default, never more than allowed
    for (const Row& row :
         std::vector<Row>{{{}, 600}, {0, 600}, {10, 600}, {600, 600}, {1200, 1200}, {86400, 3600}})
    {
        ServerBench bench;
        bench.LearnNonce();
        const auto add = [&row](Builder& builder)
        {
            builder.AddRequestedTransport(17);
            if (row.asked)
            {
                builder.AddU32(attribute::LIFETIME, *row.asked);
            }
        };
        EXPECT_EQ(bench.Ask(Method::ALLOCATE, add).Parse().GetU32(attribute::LIFETIME),
                  row.granted);
        EXPECT_EQ(bench.server.NextTimeout(), At(row.granted));
    }
}

TEST(TurnServerAllocation, ARetransmittedAllocateGetsTheSameAllocation)
{
    ServerBench bench;
    bench.LearnNonce();
    const Bytes request = bench.Make(Method::ALLOCATE, AddUdp, "alice", "secret");
    const Response first = bench.Exchange(request);
    bench.now = At(0.5);
    const Response second = bench.Exchange(request);
    EXPECT_EQ(second.Code(), 0);
    EXPECT_EQ(second.Parse().GetXorAddress(attribute::XOR_RELAYED_ADDRESS),
              first.Parse().GetXorAddress(attribute::XOR_RELAYED_ADDRESS));
    EXPECT_EQ(second.Parse().GetU32(attribute::LIFETIME), 599U);
    EXPECT_EQ(CountOf(bench, ServerCommand::Type::OPEN_RELAY), 0U);
    EXPECT_EQ(bench.server.GetAllocationCount(), 1U);
    EXPECT_EQ(bench.Ask(Method::ALLOCATE, AddUdp).Code(), 437) << "another transaction";
}

TEST(TurnServerAllocation, QuotaIsForAUser)
{
    ServerConfig config = BenchConfig();
    config.userQuota = 2;
    ServerBench bench(config);
    bench.Allocate();
    bench.client.remote.port = 40001;
    bench.Allocate();
    bench.client.remote.port = 40002;
    bench.LearnNonce();
    EXPECT_EQ(bench.Ask(Method::ALLOCATE, AddUdp).Code(), 486);
    EXPECT_EQ(bench.Exchange(bench.Make(Method::ALLOCATE, AddUdp, "bob", "hidden")).Code(), 0);
    bench.server.HandleClientClosed(bench.now,
                                    {ClientId::Transport::UDP, At("198.51.100.7:40000"), 0});
    bench.client.remote.port = 40003;
    bench.LearnNonce();
    EXPECT_EQ(bench.Ask(Method::ALLOCATE, AddUdp).Code(), 0);
}

TEST(TurnServerAllocation, WithoutPortsThereIsNoCapacity)
{
    ServerConfig config = BenchConfig();
    config.minPort = config.maxPort = 50001;
    ServerBench bench(config);
    bench.LearnNonce();
    const auto even = [](Builder& builder)
    { builder.AddRequestedTransport(17).Add(attribute::EVEN_PORT, Bytes{0}); };
    EXPECT_EQ(bench.Ask(Method::ALLOCATE, even).Code(), 508);
    EXPECT_EQ(bench.Allocate(), 50001);
    bench.client.remote.port += 1;
    bench.LearnNonce();
    EXPECT_EQ(bench.Ask(Method::ALLOCATE, AddUdp).Code(), 508);
}

TEST(TurnServerAllocation, RefreshTable)
{
    struct Row
    {
        const char* name;
        ServerBench::Add add;
        uint16_t code;
        std::optional<uint32_t> lifetime;
    };

    const auto u32 = [](uint16_t type, uint32_t value)
    { return [=](Builder& b) { b.AddU32(type, value); }; };
    const std::vector<Row> rows = {
        {"default", [](Builder&) {}, 0, 600},
        {"longer", u32(attribute::LIFETIME, 1000), 0, 1000},
        {"too long", u32(attribute::LIFETIME, 100000), 0, 3600},
        {"zero", u32(attribute::LIFETIME, 0), 0, 0},
        {"its family", u32(attribute::REQUESTED_ADDRESS_FAMILY, 0x01000000), 0, 600},
        {"another family", u32(attribute::REQUESTED_ADDRESS_FAMILY, 0x02000000), 443, {}},
        {"malformed",
         [](Builder& b) {
             b.Add(attribute::LIFETIME, Bytes{0, 0});
         },
         400,
         {}},
    };
    for (const Row& row : rows)
    {
        ServerBench bench;
        const uint16_t port = bench.Allocate();
        bench.now = At(100);
        const Response response = bench.Ask(Method::REFRESH, row.add);
        EXPECT_EQ(response.Code(), row.code) << row.name;
        EXPECT_EQ(response.Parse().GetU32(attribute::LIFETIME), row.lifetime) << row.name;
        const bool isDeleted = row.lifetime == 0U;
        EXPECT_EQ(bench.server.GetAllocationCount(), isDeleted ? 0U : 1U) << row.name;
        EXPECT_EQ(CountOf(bench, ServerCommand::Type::CLOSE_RELAY), isDeleted ? 1U : 0U)
            << row.name;
        if (isDeleted)
        {
            EXPECT_EQ(bench.commands.back().relayPort, port);
            EXPECT_EQ(bench.events.at(0).reason, "released");
            EXPECT_EQ(bench.Ask(Method::REFRESH, row.add).Code(), 437)
                << "a retransmission after the end";
            EXPECT_FALSE(bench.server.NextTimeout());
            continue;
        }
        EXPECT_EQ(bench.server.NextTimeout(), row.lifetime ? At(100 + *row.lifetime) : At(600))
            << row.name;
    }
}

TEST(TurnServerAllocation, AnAllocationEndsByItself)
{
    ServerBench bench;
    const uint16_t port = bench.Allocate();
    bench.server.HandleTimeout(At(599.999));
    bench.Drain();
    EXPECT_TRUE(bench.commands.empty());
    bench.server.HandleTimeout(At(600));
    bench.Drain();
    ASSERT_EQ(bench.commands.size(), 1U);
    EXPECT_EQ(bench.commands[0].type, ServerCommand::Type::CLOSE_RELAY);
    EXPECT_EQ(bench.commands[0].relayPort, port);
    ASSERT_EQ(bench.events.size(), 1U);
    EXPECT_EQ(bench.events[0].type, ServerEvent::Type::ALLOCATION_DELETED);
    EXPECT_EQ(bench.events[0].reason, "expired");
    EXPECT_EQ(bench.server.GetAllocationCount(), 0U);
}

} // namespace
} // namespace imsfw::turn
