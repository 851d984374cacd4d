// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Who may ask the TURN server for something (RFC 8489 9.2.4, RFC 8656 5).
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
using turntest::IsAuthentic;
using turntest::Response;
using turntest::ServerBench;
namespace attribute = stun::attribute;

TEST(TurnServerAuthentication, TheFirstRequestIsChallenged)
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

TEST(TurnServerAuthentication, AuthenticationTable)
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
        {"another realm's name with the right key",
         [&](Builder& b, const std::string& nonce)
         {
             b.AddText(attribute::USERNAME, "alice").AddText(attribute::REALM, "ims.other");
             b.AddText(attribute::NONCE, nonce).AddIntegrity(key);
         },
         401,
         true},
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

TEST(TurnServerAuthentication, ANonceEndsAndBelongsToOneClient)
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

TEST(TurnServerAuthentication, WithoutAllocationEverythingElseIsAMismatch)
{
    ServerBench bench;
    bench.LearnNonce();
    EXPECT_EQ(bench.Ask(Method::REFRESH).Code(), 437);
    EXPECT_EQ(bench.Permit("192.0.2.9:7000").Code(), 437);
    EXPECT_EQ(bench.Bind(0x4000, "192.0.2.9:7000").Code(), 437);
}

TEST(TurnServerAuthentication, AnotherUserMayNotTouchAnAllocation)
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

} // namespace
} // namespace imsfw::turn
