// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// How the TURN client fails: refused, lied to, left alone. Every failure has a name and leaves nothing behind.
#include "client-bench.h"

namespace imsfw::turn
{
namespace
{

using stun::Builder;
using stun::Message;
using stun::MessageClass;
using stun::Method;
using stun::TransportMode;
using turntest::At;
using turntest::ClientBench;
using turntest::ClientBenchConfig;
using turntest::Text;
namespace attribute = stun::attribute;

constexpr const char* PEER = "192.0.2.9:7000";

/// FAILED was the last thing that happened, and nothing is left to be done.
void
ExpectDone(ClientBench& bench, const std::string& name)
{
    EXPECT_FALSE(bench.client.PollEvent()) << name;
    EXPECT_FALSE(bench.client.NextTimeout()) << name;
    EXPECT_FALSE(bench.client.IsAllocated()) << name;
    bench.client.Send(bench.now, At(PEER), Text("x"));
    bench.client.AddPeer(bench.now, At(PEER));
    bench.client.Start(bench.now);
    bench.client.Close(bench.now);
    bench.client.HandleTimeout(bench.now + std::chrono::hours(1));
    bench.client.HandleLowerFailed(bench.now, {"tcp", "reset", ""});
    bench.client.HandleInput(bench.now, turntest::Hex("4000 0000"));
    EXPECT_FALSE(bench.client.PollTransmit()) << name;
    EXPECT_FALSE(bench.client.PollEvent()) << name;
}

/// Lets all timers run, answering nothing. @return when the client was done.
TimePoint
RunOut(ClientBench& bench)
{
    while (const auto due = bench.client.NextTimeout())
    {
        bench.now = *due;
        bench.client.HandleTimeout(*due);
        while (bench.client.PollTransmit())
        {
        }
    }
    return bench.now;
}

TEST(TurnClientFailure, EveryErrorToAllocateHasAName)
{
    struct Row
    {
        uint16_t code;
        const char* reason;
    };

    const std::vector<Row> rows = {
        {400, "bad-request"},
        {401, "unauthorized"}, // to a request with credentials: they are wrong
        {403, "forbidden"},
        {420, "unknown-attribute"},
        {437, "allocation-mismatch"},
        {440, "address-family-not-supported"},
        {441, "wrong-credentials"},
        {442, "unsupported-transport-protocol"},
        {486, "allocation-quota-reached"},
        {508, "insufficient-capacity"},
        {599, "refused"}};
    for (const Row& row : rows)
    {
        ClientBench bench;
        bench.client.Start(At(0));
        bench.Challenge(bench.Next(), 401, "nonce-1");
        bench.Refuse(bench.Next(), row.code);
        const ClientEvent event = bench.Event();
        EXPECT_EQ(event.type, ClientEvent::Type::FAILED) << row.code;
        EXPECT_EQ(event.failure.layer, "turn") << row.code;
        EXPECT_EQ(event.failure.reason, row.reason) << row.code;
        EXPECT_EQ(event.failure.detail.substr(0, 13), "allocate: " + std::to_string(row.code));
        ExpectDone(bench, row.reason);
    }
}

TEST(TurnClientFailure, BadResponseTable)
{
    struct Row
    {
        const char* name;
        MessageClass kind;
        ClientBench::Add add;
        const char* reason;
    };

    const auto success = MessageClass::SUCCESS;
    const std::vector<Row> rows = {
        {"nothing in it", success, [](Builder&) {}, "bad-response"},
        {"lifetime zero",
         success,
         [](Builder& b)
         {
             b.AddXorAddress(attribute::XOR_RELAYED_ADDRESS, At("203.0.113.1:1"))
                 .AddXorAddress(attribute::XOR_MAPPED_ADDRESS, At("203.0.113.1:1"))
                 .AddU32(attribute::LIFETIME, 0);
         },
         "bad-response"},
        {"unknown",
         success,
         [](Builder& b)
         {
             ClientBench::AddAllocated(b);
             b.Add(0x7777, {});
         },
         "unknown-attribute"},
        {"an error without code", MessageClass::ERROR, [](Builder&) {}, "bad-response"},
    };
    for (const Row& row : rows)
    {
        ClientBench bench;
        bench.client.Start(At(0));
        bench.Challenge(bench.Next(), 401, "nonce-1");
        bench.Answer(bench.Next(), row.kind, row.add, bench.key);
        EXPECT_EQ(bench.Failure(), row.reason) << row.name;
        ExpectDone(bench, row.name);
    }
}

TEST(TurnClientFailure, AChallengeNeedsRealmAndNonce)
{
    for (const uint16_t missing : {attribute::REALM, attribute::NONCE})
    {
        ClientBench bench;
        bench.client.Start(At(0));
        const uint16_t there = missing == attribute::REALM ? attribute::NONCE : attribute::REALM;
        bench.Answer(bench.Next(),
                     MessageClass::ERROR,
                     [there](Builder& b) { b.AddError(401).AddText(there, "x"); },
                     {});
        EXPECT_EQ(bench.Failure(), "bad-response");
        ExpectDone(bench, "challenge");
    }
}

TEST(TurnClientFailure, StaleNoncesAreBounded)
{
    ClientBench bench;
    bench.client.Start(At(0));
    bench.Challenge(bench.Next(), 401, "nonce-1");
    for (int i = 2; i < 5; ++i)
    {
        const std::string nonce = "nonce-" + std::to_string(i);
        bench.Challenge(bench.Next(), 438, nonce);
        EXPECT_FALSE(bench.client.PollEvent());
    }
    const Message last = bench.Next();
    EXPECT_EQ(last.GetText(attribute::NONCE), "nonce-4");
    bench.Challenge(last, 438, "nonce-5");
    EXPECT_EQ(bench.Failure(), "stale-nonce");
    ExpectDone(bench, "stale");
}

TEST(TurnClientFailure, AStaleNonceInTheMiddleIsReplaced)
{
    ClientBench bench;
    bench.AllocateWith(PEER);
    bench.now = At(240);
    bench.client.HandleTimeout(bench.now);
    bench.Challenge(bench.Next(), 438, "nonce-2");
    const Message again = bench.Next();
    EXPECT_EQ(again.GetMethod(), Method::CREATE_PERMISSION);
    EXPECT_EQ(again.GetXorAddress(attribute::XOR_PEER_ADDRESS), At(PEER));
    EXPECT_EQ(again.GetText(attribute::NONCE), "nonce-2");
    bench.Succeed(again);
    EXPECT_FALSE(bench.client.PollEvent());
    EXPECT_EQ(bench.client.NextTimeout(), At(480));
}

TEST(TurnClientFailure, PeerErrorTable)
{
    struct Row
    {
        Method refused;
        uint16_t code;
        ClientEvent::Type type;
        const char* reason;
    };

    const std::vector<Row> rows = {
        {Method::CREATE_PERMISSION, 403, ClientEvent::Type::PEER_FAILED, "forbidden"},
        {Method::CREATE_PERMISSION,
         443,
         ClientEvent::Type::PEER_FAILED,
         "peer-address-family-mismatch"},
        {Method::CHANNEL_BIND, 400, ClientEvent::Type::PEER_FAILED, "bad-request"},
        {Method::CHANNEL_BIND, 508, ClientEvent::Type::PEER_FAILED, "insufficient-capacity"},
        {Method::CREATE_PERMISSION, 437, ClientEvent::Type::FAILED, "allocation-mismatch"},
        {Method::CHANNEL_BIND, 441, ClientEvent::Type::FAILED, "wrong-credentials"},
        {Method::CHANNEL_BIND, 401, ClientEvent::Type::FAILED, "unauthorized"},
    };
    for (const Row& row : rows)
    {
        ClientBench bench;
        bench.Allocate();
        bench.client.AddPeer(At(0), At(PEER));
        const Message permission = bench.Next();
        const Message channel = bench.Next();
        const bool isPermission = row.refused == Method::CREATE_PERMISSION;
        bench.Refuse(isPermission ? permission : channel, row.code);
        const ClientEvent event = bench.Event();
        EXPECT_EQ(event.type, row.type) << row.reason;
        EXPECT_EQ(event.failure.reason, row.reason);
        if (row.type == ClientEvent::Type::FAILED)
        {
            ExpectDone(bench, row.reason);
            continue;
        }
        EXPECT_EQ(event.peer, At(PEER));
        bench.Succeed(isPermission ? channel : permission);
        EXPECT_FALSE(bench.client.PollEvent()) << "the peer is forgotten";
        EXPECT_TRUE(bench.client.IsAllocated());
        EXPECT_EQ(bench.client.NextTimeout(), At(540)) << "only the allocation is refreshed";
    }
}

TEST(TurnClientFailure, ARefreshThatIsRefusedEndsTheAllocation)
{
    ClientBench bench;
    bench.Allocate();
    bench.now = At(540);
    bench.client.HandleTimeout(bench.now);
    bench.Refuse(bench.Next(), 437);
    EXPECT_EQ(bench.Failure(), "allocation-mismatch");
    ExpectDone(bench, "refresh");
}

TEST(TurnClientFailure, ARefreshWithoutLifetimeEndsTheAllocation)
{
    ClientBench bench;
    bench.Allocate();
    bench.client.HandleTimeout(At(540));
    bench.Succeed(bench.Next());
    EXPECT_EQ(bench.Failure(), "bad-response");
}

TEST(TurnClientFailure, OverUdpAForgedResponseIsPassedOver)
{
    ClientBench bench;
    bench.client.Start(At(0));
    bench.Challenge(bench.Next(), 401, "nonce-1");
    const Message request = bench.Next();
    bench.Answer(request, MessageClass::SUCCESS, &ClientBench::AddAllocated, {});
    bench.Answer(
        request, MessageClass::SUCCESS, &ClientBench::AddAllocated, stun::ShortTermKey("guess"));
    bench.Answer(request, MessageClass::ERROR, [](Builder& b) { b.AddError(437); }, {});
    EXPECT_FALSE(bench.client.PollEvent());
    EXPECT_EQ(bench.client.GetDiscarded(), 3U);
    EXPECT_EQ(bench.client.NextTimeout(), At(0.5)) << "the request goes on being sent";
    bench.Succeed(request, &ClientBench::AddAllocated);
    EXPECT_EQ(bench.Event().type, ClientEvent::Type::ALLOCATED);
}

TEST(TurnClientFailure, OnlyForgedResponsesAreNamedSo)
{
    ClientBench bench;
    bench.client.Start(At(0));
    bench.Challenge(bench.Next(), 401, "nonce-1");
    bench.Answer(bench.Next(), MessageClass::SUCCESS, &ClientBench::AddAllocated, {});
    EXPECT_EQ(RunOut(bench), At(39.5));
    EXPECT_EQ(bench.Failure(), "integrity-violated");
    ExpectDone(bench, "forged");
}

TEST(TurnClientFailure, OverStreamsAForgedResponseEndsIt)
{
    ClientBench bench(ClientBenchConfig(TransportMode::STREAM));
    bench.client.Start(At(0));
    bench.Challenge(bench.Next(), 401, "nonce-1");
    bench.Answer(bench.Next(), MessageClass::SUCCESS, &ClientBench::AddAllocated, {});
    EXPECT_EQ(bench.Failure(), "integrity-violated");
    ExpectDone(bench, "forged");
}

TEST(TurnClientFailure, AStreamOfSomethingElseIsNamed)
{
    struct Row
    {
        const char* bytes;
        const char* detail;
    };

    for (const Row& row : std::vector<Row>{
             {"ff", "not-turn"}, {"16030100 a0010000", "bad-cookie"}, {"51", "bad-channel"}})
    {
        ClientBench bench(ClientBenchConfig(TransportMode::STREAM));
        bench.client.Start(At(0));
        bench.client.HandleInput(At(0), turntest::Hex(row.bytes));
        const ClientEvent event = bench.Event();
        EXPECT_EQ(event.type, ClientEvent::Type::FAILED);
        EXPECT_EQ(event.failure.reason, "bad-framing");
        EXPECT_EQ(event.failure.detail, row.detail);
        ExpectDone(bench, row.detail);
    }
}

TEST(TurnClientFailure, ABrokenPathIsPassedOn)
{
    ClientBench bench;
    bench.AllocateWith(PEER);
    bench.client.HandleInput(At(1), turntest::Hex("4000 0001 61"));
    bench.client.HandleLowerFailed(At(1), {"tls", "alert-received", "bad_record_mac"});
    EXPECT_EQ(bench.Event().type, ClientEvent::Type::DATA) << "what came before it still counts";
    const ClientEvent event = bench.Event();
    EXPECT_EQ(event.type, ClientEvent::Type::FAILED);
    EXPECT_EQ(event.failure.layer, "tls");
    EXPECT_EQ(event.failure.reason, "alert-received");
    ExpectDone(bench, "broken");
}

TEST(TurnClientFailure, AServerThatStallsEndsInATimeoutAtEveryStep)
{
    using Step = std::function<void(ClientBench&)>;

    struct Row
    {
        const char* name;
        Step step;
        double start; ///< when the request that is never answered goes out
        const char* detail;
    };

    const std::vector<Row> rows = {
        {"first allocate",
         [](ClientBench& b) { b.client.Start(b.now); },
         0,
         "no answer to allocate"},
        {"second allocate",
         [](ClientBench& b)
         {
             b.client.Start(b.now);
             const Message first = b.Next();
             b.now = At(3);
             b.Challenge(first, 401, "nonce-1");
         },
         3,
         "no answer to allocate"},
        {"permission",
         [](ClientBench& b)
         {
             b.Allocate();
             b.now = At(7);
             b.client.AddPeer(b.now, At(PEER));
             b.Next();
             b.Succeed(b.Next());
         },
         7,
         "no answer to create-permission"},
        {"channel",
         [](ClientBench& b)
         {
             b.Allocate();
             b.now = At(7);
             b.client.AddPeer(b.now, At(PEER));
             b.Succeed(b.Next());
             b.Next();
         },
         7,
         "no answer to channel-bind"},
        {"permission refresh",
         [](ClientBench& b) { b.AllocateWith(PEER); },
         240,
         "no answer to create-permission"},
        {"allocation refresh", [](ClientBench& b) { b.Allocate(); }, 540, "no answer to refresh"},
    };
    for (const auto mode : {TransportMode::DATAGRAM, TransportMode::STREAM})
    {
        for (const Row& row : rows)
        {
            ClientBench bench(ClientBenchConfig(mode));
            row.step(bench);
            EXPECT_EQ(RunOut(bench), At(row.start + 39.5)) << row.name;
            const ClientEvent event = bench.Event();
            EXPECT_EQ(event.type, ClientEvent::Type::FAILED) << row.name;
            EXPECT_EQ(event.failure.reason, "timeout") << row.name;
            EXPECT_EQ(event.failure.detail, row.detail) << row.name;
            ExpectDone(bench, row.name);
        }
    }
}

TEST(TurnClientFailure, OverUdpARequestIsSentSevenTimesUnchanged)
{
    ClientBench bench;
    bench.client.Start(At(0));
    const Bytes first = bench.client.PollTransmit().value();
    std::vector<double> times;
    while (const auto due = bench.client.NextTimeout())
    {
        bench.client.HandleTimeout(*due);
        while (const auto again = bench.client.PollTransmit())
        {
            EXPECT_EQ(*again, first);
            times.push_back(std::chrono::duration<double>(due->time_since_epoch()).count());
        }
    }
    EXPECT_EQ(times, (std::vector<double>{0.5, 1.5, 3.5, 7.5, 15.5, 31.5}));
}

} // namespace
} // namespace imsfw::turn
