// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The TURN server's answers: every error code that it can give, and what a success does (RFC 8656 7.2, 8.2, 10.2, 12.2).
#include "server-bench.h"

namespace imsfw::turn
{
namespace
{

using stun::Builder;
using stun::Message;
using stun::MessageClass;
using stun::Method;
using turntest::At;
using turntest::BenchConfig;
using turntest::Response;
using turntest::ServerBench;
namespace attribute = stun::attribute;

void
AddUdp(Builder& builder)
{
    builder.AddRequestedTransport(17);
}

std::size_t
CountOf(const ServerBench& bench, ServerCommand::Type type)
{
    return static_cast<std::size_t>(std::count_if(bench.commands.begin(),
                                                  bench.commands.end(),
                                                  [type](const auto& command)
                                                  { return command.type == type; }));
}

bool
IsAuthentic(const Response& response)
{
    return stun::HasValidIntegrity(response.Parse(),
                                   stun::LongTermKey("alice", "ims.test", "secret"));
}

TEST(TurnServer, BindingTellsTheClientsAddress)
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

TEST(TurnServer, FingerprintIsAnsweredByFingerprint)
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

TEST(TurnServer, AnUnknownRequiredAttributeIsNamed)
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

TEST(TurnServer, TheFirstRequestIsChallenged)
{
    ServerBench bench;
    const Response response = bench.Exchange(bench.Make(Method::ALLOCATE, AddUdp, "", ""));
    EXPECT_EQ(response.Code(), 401);
    EXPECT_EQ(response.Text(attribute::REALM), "ims.test");
    EXPECT_EQ(response.Text(attribute::NONCE).size(), 32U);
    EXPECT_FALSE(response.Parse().Has(attribute::MESSAGE_INTEGRITY));
    EXPECT_TRUE(bench.events.empty()) << "a challenge is no refusal";
    EXPECT_EQ(bench.server.GetAllocationCount(), 0U);
}

TEST(TurnServer, AuthenticationTable)
{
    using Change = std::function<void(Builder&, const std::string& nonce)>;

    struct Row
    {
        const char* name;
        Change add;
        uint16_t code;
        bool hasChallenge;
    };

    const auto sign = [](const char* user, const char* realm, const char* password)
    {
        return [=](Builder& builder, const std::string& nonce)
        {
            builder.AddText(attribute::USERNAME, user)
                .AddText(attribute::REALM, realm)
                .AddText(attribute::NONCE, nonce)
                .AddIntegrity(stun::LongTermKey(user, realm, password));
        };
    };
    const Bytes key = stun::LongTermKey("alice", "ims.test", "secret");
    const std::vector<Row> rows = {
        {"good", sign("alice", "ims.test", "secret"), 0, false},
        {"good, SHA-256",
         [&](Builder& b, const std::string& nonce)
         {
             b.AddText(attribute::USERNAME, "alice").AddText(attribute::REALM, "ims.test");
             b.AddText(attribute::NONCE, nonce).AddIntegritySha256(key);
         },
         0,
         false},
        {"wrong password", sign("alice", "ims.test", "Secret"), 401, true},
        {"another's password", sign("alice", "ims.test", "hidden"), 401, true},
        {"nobody", sign("carol", "ims.test", "secret"), 401, true},
        {"empty user", sign("", "ims.test", ""), 401, true},
        {"another realm", sign("alice", "ims.other", "secret"), 401, true},
        {"no nonce",
         [&](Builder& b, const std::string&)
         {
             b.AddText(attribute::USERNAME, "alice")
                 .AddText(attribute::REALM, "ims.test")
                 .AddIntegrity(key);
         },
         400,
         false},
        {"no realm",
         [&](Builder& b, const std::string& nonce) {
             b.AddText(attribute::USERNAME, "alice")
                 .AddText(attribute::NONCE, nonce)
                 .AddIntegrity(key);
         },
         400,
         false},
        {"no user",
         [&](Builder& b, const std::string& nonce) {
             b.AddText(attribute::REALM, "ims.test")
                 .AddText(attribute::NONCE, nonce)
                 .AddIntegrity(key);
         },
         400,
         false},
        {"user behind the integrity",
         [&](Builder& b, const std::string& nonce)
         {
             b.AddText(attribute::REALM, "ims.test")
                 .AddText(attribute::NONCE, nonce)
                 .AddIntegrity(key);
             b.AddText(attribute::USERNAME, "alice");
         },
         400,
         false},
        {"a nonce that was never given",
         [&](Builder& b, const std::string&)
         {
             b.AddText(attribute::USERNAME, "alice").AddText(attribute::REALM, "ims.test");
             b.AddText(attribute::NONCE, std::string(32, '0')).AddIntegrity(key);
         },
         438,
         true},
        {"such a nonce and a wrong password",
         [&](Builder& b, const std::string&)
         {
             b.AddText(attribute::USERNAME, "alice").AddText(attribute::REALM, "ims.test");
             b.AddText(attribute::NONCE, std::string(32, '0'))
                 .AddIntegrity(stun::ShortTermKey("x"));
         },
         401,
         true},
    };
    for (const Row& row : rows)
    {
        ServerBench bench;
        bench.LearnNonce();
        const auto add = [&](Builder& builder)
        {
            builder.AddRequestedTransport(17);
            row.add(builder, bench.nonce);
        };
        const Response response = bench.Exchange(bench.Make(Method::ALLOCATE, add, "", ""));
        EXPECT_EQ(response.Code(), row.code) << row.name;
        EXPECT_EQ(response.Parse().Has(attribute::NONCE), row.hasChallenge) << row.name;
        EXPECT_EQ(response.Parse().Has(attribute::REALM), row.hasChallenge) << row.name;
        EXPECT_EQ(IsAuthentic(response), row.code == 0) << row.name;
        EXPECT_EQ(bench.server.GetAllocationCount(), row.code == 0 ? 1U : 0U) << row.name;
        EXPECT_EQ(bench.server.NextTimeout().has_value(), row.code == 0)
            << row.name << " leaves no state";
    }
}

TEST(TurnServer, ANonceEndsAndBelongsToOneClient)
{
    ServerConfig config = BenchConfig();
    config.nonceLifetime = std::chrono::seconds(100);
    ServerBench bench(config);
    bench.Allocate();
    bench.now = At(99.9);
    EXPECT_EQ(bench.Permit("192.0.2.9:7000").Code(), 0);
    bench.now = At(100);
    const Response stale = bench.Permit("192.0.2.9:7000");
    EXPECT_EQ(stale.Code(), 438);
    bench.nonce = stale.Text(attribute::NONCE);
    EXPECT_EQ(bench.Permit("192.0.2.9:7000").Code(), 0);
    bench.client.remote.port += 1;
    EXPECT_EQ(bench.Permit("192.0.2.9:7000").Code(), 438) << "a replayed nonce of another client";
}

TEST(TurnServer, AllocateCreatesOpensAndTells)
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

TEST(TurnServer, AllocateTable)
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
        {"TCP", [](Builder& b) { b.AddRequestedTransport(6); }, 442},
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
        {"an even port and the next", udpAnd(evenPort(0x80)), 508},
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

TEST(TurnServer, EvenPortIsEven)
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

TEST(TurnServer, AnotherFamilyThatCannotBeHadIsExplained)
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

TEST(TurnServer, LifetimeTable)
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

TEST(TurnServer, ARetransmittedAllocateGetsTheSameAllocation)
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

TEST(TurnServer, QuotaIsForAUser)
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

TEST(TurnServer, WithoutPortsThereIsNoCapacity)
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

TEST(TurnServer, WithoutAllocationEverythingElseIsAMismatch)
{
    ServerBench bench;
    bench.LearnNonce();
    EXPECT_EQ(bench.Ask(Method::REFRESH).Code(), 437);
    EXPECT_EQ(bench.Permit("192.0.2.9:7000").Code(), 437);
    EXPECT_EQ(bench.Bind(0x4000, "192.0.2.9:7000").Code(), 437);
}

TEST(TurnServer, AnotherUserMayNotTouchAnAllocation)
{
    ServerBench bench;
    bench.Allocate();
    for (const Method method : {Method::REFRESH, Method::CREATE_PERMISSION, Method::CHANNEL_BIND})
    {
        const auto add = [](Builder& builder)
        {
            builder.AddChannelNumber(0x4000).AddXorAddress(attribute::XOR_PEER_ADDRESS,
                                                           At("192.0.2.9:7000"));
        };
        const Response response = bench.Exchange(bench.Make(method, add, "bob", "hidden"));
        EXPECT_EQ(response.Code(), 441);
        EXPECT_TRUE(stun::HasValidIntegrity(response.Parse(),
                                            stun::LongTermKey("bob", "ims.test", "hidden")));
    }
}

TEST(TurnServer, RefreshTable)
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

TEST(TurnServer, AnAllocationEndsByItself)
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

TEST(TurnServer, CreatePermissionTable)
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

TEST(TurnServer, PermissionsOfOneAllocationAreBounded)
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

TEST(TurnServer, ChannelBindTable)
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

TEST(TurnServer, AChannelThatEndedCanBeBoundToAnother)
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

TEST(TurnServer, WhatIsNoRequestIsDiscardedByName)
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
        {"RFC 6062", empty(Method::CONNECT, MessageClass::REQUEST), "unknown-method"},
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

TEST(TurnServer, StreamsAreFramedAndCleanedUp)
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

TEST(TurnServer, AClosedStreamLosesItsAllocation)
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

} // namespace
} // namespace imsfw::turn
