// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The TURN client's way to an allocation and its peers, as a script: what comes at time t, what goes out then.
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

TEST(TurnClient, TheFirstAllocateToTheByte)
{
    ClientBench bench;
    bench.client.Start(At(0));
    const Message request = bench.Next();
    EXPECT_EQ(ToHex(request.GetWhole()),
              "000300082112a442" + request.GetId().ToString() + "0019000411000000");
    EXPECT_FALSE(bench.client.PollTransmit());
    EXPECT_EQ(bench.client.NextTimeout(), At(0.5));
    bench.client.Start(At(0));
    EXPECT_FALSE(bench.client.PollTransmit()) << "started once";
}

TEST(TurnClient, TheSecondAllocateToTheByte)
{
    ClientConfig config = ClientBenchConfig();
    config.hasFingerprint = true;
    config.lifetime = std::chrono::seconds(900);
    ClientBench bench(config);
    bench.client.Start(At(0));
    const Message first = bench.Next();
    EXPECT_TRUE(first.Has(attribute::FINGERPRINT));
    bench.Challenge(first, 401, "nonce-1");
    const Message second = bench.Next();
    EXPECT_NE(second.GetId(), first.GetId());
    Builder expected(Method::ALLOCATE, MessageClass::REQUEST, second.GetId());
    expected.AddRequestedTransport(17)
        .AddU32(attribute::LIFETIME, 900)
        .AddText(attribute::USERNAME, "alice")
        .AddText(attribute::REALM, "ims.test")
        .AddText(attribute::NONCE, "nonce-1")
        .AddIntegrity(bench.key)
        .AddFingerprint();
    EXPECT_EQ(ToHex(second.GetWhole()), ToHex(expected.Finish()));
}

TEST(TurnClient, AllocatedTellsTheAddresses)
{
    ClientBench bench;
    bench.client.Start(At(0));
    bench.Challenge(bench.Next(), 401, "nonce-1");
    EXPECT_FALSE(bench.client.IsAllocated());
    bench.now = At(1);
    bench.Succeed(bench.Next(), &ClientBench::AddAllocated);
    EXPECT_TRUE(bench.client.IsAllocated());
    const ClientEvent event = bench.Event();
    EXPECT_EQ(event.type, ClientEvent::Type::ALLOCATED);
    EXPECT_EQ(event.relayed, At("203.0.113.1:50000"));
    EXPECT_EQ(event.mapped, At("198.51.100.7:40000"));
    EXPECT_EQ(event.lifetime, std::chrono::seconds(600));
    EXPECT_EQ(bench.client.NextTimeout(), At(541)) << "a minute before the end";
}

TEST(TurnClient, AServerWithoutAuthenticationIsTaken)
{
    ClientBench bench;
    bench.client.Start(At(0));
    bench.Answer(bench.Next(), MessageClass::SUCCESS, &ClientBench::AddAllocated, {});
    EXPECT_EQ(bench.Event().type, ClientEvent::Type::ALLOCATED);
    bench.client.AddPeer(At(0), At(PEER));
    EXPECT_FALSE(bench.Next().Has(attribute::USERNAME));
}

TEST(TurnClient, AddPeerAsksForPermissionAndChannelAtOnce)
{
    ClientBench bench;
    bench.Allocate();
    bench.client.AddPeer(At(0), At(PEER));
    const Message permission = bench.Next();
    const Message channel = bench.Next();
    EXPECT_EQ(permission.GetMethod(), Method::CREATE_PERMISSION);
    EXPECT_EQ(permission.GetXorAddress(attribute::XOR_PEER_ADDRESS), At(PEER));
    EXPECT_EQ(channel.GetMethod(), Method::CHANNEL_BIND);
    EXPECT_EQ(channel.GetXorAddress(attribute::XOR_PEER_ADDRESS), At(PEER));
    EXPECT_EQ(channel.GetChannelNumber(), 0x4000);
    for (const Message& request : {permission, channel})
    {
        EXPECT_EQ(request.GetText(attribute::NONCE), "nonce-1");
        EXPECT_TRUE(stun::HasValidIntegrity(request, bench.key));
    }
    bench.Succeed(channel);
    EXPECT_FALSE(bench.client.PollEvent()) << "the permission is not confirmed yet";
    bench.Succeed(permission);
    const ClientEvent event = bench.Event();
    EXPECT_EQ(event.type, ClientEvent::Type::PEER_READY);
    EXPECT_EQ(event.peer, At(PEER));
}

TEST(TurnClient, EveryAddPeerGetsItsEvent)
{
    ClientBench bench;
    bench.Allocate();
    bench.client.AddPeer(At(0), At(PEER));
    bench.client.AddPeer(At(0), At(PEER));
    const Message permission = bench.Next();
    const Message channel = bench.Next();
    EXPECT_FALSE(bench.client.PollTransmit()) << "asked for once";
    bench.Succeed(permission);
    bench.Succeed(channel);
    EXPECT_EQ(bench.Event().type, ClientEvent::Type::PEER_READY);
    EXPECT_EQ(bench.Event().type, ClientEvent::Type::PEER_READY);
    EXPECT_FALSE(bench.client.PollEvent());
    bench.client.AddPeer(At(0), At(PEER));
    EXPECT_EQ(bench.Event().type, ClientEvent::Type::PEER_READY);
    EXPECT_FALSE(bench.client.PollTransmit());
}

TEST(TurnClient, ChannelNumbersAreGivenOnceAndEnd)
{
    ClientBench bench;
    bench.Allocate();
    for (uint32_t i = 0; i < 4096; ++i)
    {
        const Endpoint peer{IpAddress::V4(0xc0000200 + i), 7000};
        bench.client.AddPeer(At(0), peer);
        bench.client.PollTransmit();
        EXPECT_EQ(bench.Next().GetChannelNumber(), 0x4000 + i);
    }
    EXPECT_FALSE(bench.client.PollEvent());
    bench.client.AddPeer(At(0), At("198.51.100.99:1"));
    EXPECT_EQ(bench.Failure(ClientEvent::Type::PEER_FAILED), "no-channel");
    EXPECT_FALSE(bench.client.PollTransmit());
}

TEST(TurnClient, DataGoesAsIndicationThenOverTheChannel)
{
    ClientBench bench;
    bench.client.Send(At(0), At(PEER), Text("lost"));
    EXPECT_FALSE(bench.client.PollTransmit()) << "there is no allocation";
    bench.Allocate();
    bench.client.AddPeer(At(0), At(PEER));
    const Message permission = bench.Next();
    const Message channel = bench.Next();
    bench.Succeed(permission);
    bench.client.Send(At(0), At(PEER), Text("early"));
    const Message indication = bench.Next();
    EXPECT_EQ(indication.GetMethod(), Method::SEND);
    EXPECT_EQ(indication.GetClass(), MessageClass::INDICATION);
    EXPECT_EQ(indication.GetXorAddress(attribute::XOR_PEER_ADDRESS), At(PEER));
    EXPECT_EQ(indication.GetText(attribute::DATA), "early");
    bench.Succeed(channel);
    bench.client.Send(At(0), At(PEER), Text("data!"));
    EXPECT_EQ(ToHex(bench.client.PollTransmit().value()), "400000056461746121");
}

TEST(TurnClient, OverStreamsTheChannelIsPadded)
{
    ClientBench bench(ClientBenchConfig(TransportMode::STREAM));
    bench.AllocateWith(PEER);
    bench.client.Send(At(0), At(PEER), Text("data!"));
    EXPECT_EQ(ToHex(bench.client.PollTransmit().value()), "400000056461746121000000");
}

TEST(TurnClient, WhatIsTooLongIsNotSentButCounted)
{
    ClientBench bench;
    bench.AllocateWith(PEER);
    bench.client.Send(At(0), At(PEER), Bytes(65536));
    bench.client.Send(At(0), At("192.0.2.8:1"), Bytes(65530));
    EXPECT_FALSE(bench.client.PollTransmit());
    EXPECT_EQ(bench.client.GetDiscarded(), 2U);
    bench.client.Send(At(0), At(PEER), Bytes(65535));
    EXPECT_EQ(bench.client.PollTransmit().value().size(), 65539U);
}

TEST(TurnClient, DataComesInBothForms)
{
    ClientBench bench;
    bench.AllocateWith(PEER);
    bench.client.HandleInput(At(0), turntest::Hex("4000 0003 616263"));
    ClientEvent event = bench.Event();
    EXPECT_EQ(event.type, ClientEvent::Type::DATA);
    EXPECT_EQ(event.peer, At(PEER));
    EXPECT_EQ(event.data, Text("abc"));
    const auto indicate = [&bench](const char* peer, std::string_view data)
    {
        bench.client.HandleInput(At(0),
                                 Builder(Method::DATA, MessageClass::INDICATION, turntest::IdOf(1))
                                     .AddXorAddress(attribute::XOR_PEER_ADDRESS, At(peer))
                                     .AddText(attribute::DATA, data)
                                     .Finish());
    };
    indicate("192.0.2.9:7001", "def");
    event = bench.Event();
    EXPECT_EQ(event.peer, At("192.0.2.9:7001")) << "a permission is for every port of an address";
    EXPECT_EQ(event.data, Text("def"));
    indicate("192.0.2.8:7000", "xxx");
    EXPECT_FALSE(bench.client.PollEvent()) << "nobody asked for that peer";
    EXPECT_EQ(bench.client.GetDiscarded(), 1U);
}

TEST(TurnClient, WhatItHasNoUseForIsCounted)
{
    const auto make =
        [](
            Method method, MessageClass kind, const ClientBench::Add& add = [](Builder&) {})
    {
        Builder builder(method, kind, turntest::IdOf(1));
        add(builder);
        return builder.Finish();
    };
    const auto peer = [](Builder& b) { b.AddXorAddress(attribute::XOR_PEER_ADDRESS, At(PEER)); };
    const std::vector<Bytes> rows = {
        {},
        turntest::Hex("4001 0000"),
        turntest::Hex("4000 0004 616263"),
        turntest::Hex("8000 0001 00000000 00000000"),
        make(Method::BINDING, MessageClass::REQUEST),
        make(Method::ALLOCATE, MessageClass::SUCCESS),
        make(Method::SEND, MessageClass::INDICATION, peer),
        make(Method::DATA, MessageClass::INDICATION, peer),
        make(Method::DATA,
             MessageClass::INDICATION,
             [](Builder& b) { b.AddText(attribute::DATA, "x"); }),
        make(Method::DATA,
             MessageClass::INDICATION,
             [&peer](Builder& b)
             {
                 peer(b);
                 b.AddText(attribute::DATA, "x").Add(0x7777, {});
             }),
    };
    ClientBench bench;
    bench.AllocateWith(PEER);
    uint64_t count = 0;
    for (const Bytes& bytes : rows)
    {
        bench.client.HandleInput(At(0), bytes);
        EXPECT_EQ(bench.client.GetDiscarded(), ++count) << ToHex(bytes);
        EXPECT_FALSE(bench.client.PollEvent()) << ToHex(bytes);
        EXPECT_FALSE(bench.client.PollTransmit()) << ToHex(bytes);
    }
}

TEST(TurnClient, RefreshesBeforeEachEnd)
{
    ClientBench bench;
    bench.AllocateWith(PEER);
    std::vector<std::string> script;
    while (const auto due = bench.client.NextTimeout())
    {
        if (*due > At(1700))
        {
            break;
        }
        bench.now = *due;
        bench.client.HandleTimeout(*due);
        while (auto bytes = bench.client.PollTransmit())
        {
            const Message request = turntest::Parsed(*bytes);
            script.push_back(std::to_string(due->time_since_epoch() / std::chrono::seconds(1)) +
                             " " + stun::ToString(request.GetMethod()));
            bench.Succeed(request, [](Builder& b) { b.AddU32(attribute::LIFETIME, 600); });
        }
    }
    const std::vector<std::string> expected = {"240 create-permission",
                                               "480 create-permission",
                                               "540 refresh",
                                               "540 channel-bind",
                                               "720 create-permission",
                                               "960 create-permission",
                                               "1080 refresh",
                                               "1080 channel-bind",
                                               "1200 create-permission",
                                               "1440 create-permission",
                                               "1620 refresh",
                                               "1620 channel-bind",
                                               "1680 create-permission"};
    EXPECT_EQ(script, expected);
    EXPECT_FALSE(bench.client.PollEvent()) << "a refresh is no news";
}

TEST(TurnClient, BindingIndicationsBreakTheSilence)
{
    ClientConfig config = ClientBenchConfig();
    config.keepAlive = std::chrono::seconds(100);
    ClientBench bench(config);
    bench.AllocateWith(PEER);
    std::vector<std::string> script;
    const auto step = [&](int until)
    {
        while (bench.client.NextTimeout() && *bench.client.NextTimeout() <= At(until))
        {
            bench.now = *bench.client.NextTimeout();
            bench.client.HandleTimeout(bench.now);
            while (auto bytes = bench.client.PollTransmit())
            {
                const Message sent = turntest::Parsed(*bytes);
                script.push_back(
                    std::to_string(bench.now.time_since_epoch() / std::chrono::seconds(1)) + " " +
                    stun::ToString(sent.GetMethod()));
                if (sent.GetClass() == stun::MessageClass::REQUEST)
                {
                    bench.Succeed(sent, [](Builder& b) { b.AddU32(attribute::LIFETIME, 600); });
                }
                else
                {
                    EXPECT_EQ(bytes->size(), stun::HEADER_SIZE) << "nothing but the header";
                }
            }
        }
    };
    step(470);
    // Data puts it off as requests do.
    bench.now = At(470);
    bench.client.Send(At(470), At(PEER), Bytes(10));
    while (bench.client.PollTransmit())
    {
    }
    step(610);
    const std::vector<std::string> expected = {"100 binding",
                                               "200 binding",
                                               "240 create-permission",
                                               "340 binding",
                                               "440 binding",
                                               "480 create-permission",
                                               "540 refresh",
                                               "540 channel-bind"};
    EXPECT_EQ(script, expected);
    EXPECT_FALSE(bench.client.PollEvent());
}

TEST(TurnClient, NothingKeepsAPathAliveThatIsGivenBackOrLost)
{
    ClientConfig config = ClientBenchConfig();
    config.keepAlive = std::chrono::seconds(1);
    ClientBench lost(config);
    lost.AllocateWith(PEER);
    lost.client.HandleLowerFailed(At(0), {"tcp", "reset", ""});
    EXPECT_FALSE(lost.client.NextTimeout());
    ClientBench closing(config);
    closing.AllocateWith(PEER);
    closing.client.Close(At(0));
    closing.Next(); // the Refresh
    ASSERT_TRUE(closing.client.NextTimeout());
    closing.client.HandleTimeout(At(1));
    while (const auto bytes = closing.client.PollTransmit())
    {
        EXPECT_EQ(turntest::Parsed(*bytes).GetMethod(), Method::REFRESH);
    }
}

TEST(TurnClient, ARefreshNamesTheLifetimeAndTheChannel)
{
    ClientConfig config = ClientBenchConfig();
    config.lifetime = std::chrono::seconds(1200);
    ClientBench bench(config);
    bench.AllocateWith(PEER);
    bench.client.HandleTimeout(At(540));
    EXPECT_EQ(bench.Next().GetU32(attribute::LIFETIME), 1200U);
    EXPECT_EQ(bench.Next().GetMethod(), Method::CREATE_PERMISSION);
    EXPECT_EQ(bench.Next().GetChannelNumber(), 0x4000);
}

TEST(TurnClient, AShortLifetimeIsRefreshedAtHalf)
{
    ClientBench bench;
    bench.client.Start(At(0));
    bench.Answer(bench.Next(),
                 MessageClass::SUCCESS,
                 [](Builder& builder)
                 {
                     builder.AddXorAddress(attribute::XOR_RELAYED_ADDRESS, At("203.0.113.1:50000"))
                         .AddU32(attribute::LIFETIME, 30)
                         .AddXorAddress(attribute::XOR_MAPPED_ADDRESS, At("198.51.100.7:40000"));
                 },
                 {});
    EXPECT_EQ(bench.client.NextTimeout(), At(15));
}

TEST(TurnClient, CloseGivesTheAllocationBack)
{
    ClientBench bench;
    bench.AllocateWith(PEER);
    bench.client.Close(At(10));
    bench.client.Close(At(10));
    const Message request = bench.Next();
    EXPECT_EQ(request.GetMethod(), Method::REFRESH);
    EXPECT_EQ(request.GetU32(attribute::LIFETIME), 0U);
    EXPECT_FALSE(bench.client.IsAllocated());
    bench.client.Send(At(10), At(PEER), Text("late"));
    EXPECT_FALSE(bench.client.PollTransmit());
    bench.Succeed(request, [](Builder& b) { b.AddU32(attribute::LIFETIME, 0); });
    EXPECT_EQ(bench.Event().type, ClientEvent::Type::CLOSED);
    EXPECT_FALSE(bench.client.NextTimeout());
    EXPECT_FALSE(bench.client.PollEvent());
}

TEST(TurnClient, CloseTable)
{
    using Step = std::function<void(ClientBench&)>;

    struct Row
    {
        const char* name;
        Step before;
        Step after; ///< what answers the Refresh; nothing where none is sent
    };

    const auto refuse = [](uint16_t code)
    { return [code](ClientBench& b) { b.Refuse(b.Next(), code); }; };
    const Step allocate = [](ClientBench& b) { b.Allocate(); };
    const std::vector<Row> rows = {
        {"before the start", [](ClientBench&) {}, {}},
        {"before the challenge",
         [](ClientBench& b)
         {
             b.client.Start(b.now);
             b.Next();
         },
         {}},
        {"with an Allocate on its way",
         [](ClientBench& b)
         {
             b.client.Start(b.now);
             b.Challenge(b.Next(), 401, "nonce-1");
             b.Next();
         },
         refuse(437)},
        {"the allocation was gone", allocate, refuse(437)},
        {"refused", allocate, refuse(441)},
        {"stale nonce",
         allocate,
         [](ClientBench& b)
         {
             b.Challenge(b.Next(), 438, "nonce-2");
             const Message again = b.Next();
             EXPECT_EQ(again.GetText(attribute::NONCE), "nonce-2");
             EXPECT_EQ(again.GetU32(attribute::LIFETIME), 0U);
             b.Succeed(again);
         }},
        {"the path breaks",
         allocate,
         [](ClientBench& b) {
             b.client.HandleLowerFailed(b.now, {"tcp", "reset", ""});
         }},
        {"silence",
         allocate,
         [](ClientBench& b)
         {
             while (const auto due = b.client.NextTimeout())
             {
                 b.now = *due;
                 b.client.HandleTimeout(*due);
             }
             EXPECT_EQ(b.now, At(39.5));
         }},
    };
    for (const Row& row : rows)
    {
        ClientBench bench;
        row.before(bench);
        bench.client.Close(bench.now);
        if (row.after)
        {
            EXPECT_FALSE(bench.client.PollEvent()) << row.name;
            row.after(bench);
        }
        EXPECT_EQ(bench.Event().type, ClientEvent::Type::CLOSED) << row.name;
        EXPECT_FALSE(bench.client.PollEvent()) << row.name;
        EXPECT_FALSE(bench.client.NextTimeout()) << row.name;
    }
}

} // namespace
} // namespace imsfw::turn
