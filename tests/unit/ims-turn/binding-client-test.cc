// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The Binding client: its one request, its answers, its end (RFC 8489 6, 12).
#include "ims-turn-binding-client.h"
#include "ims-turn-stun-builder.h"
#include "turn-samples.h"

#include <gtest/gtest.h>

namespace imsfw::stun
{
namespace
{

using turntest::At;

class BindingClientTest : public testing::Test
{
  protected:
    /// Starts. @return the request's id.
    TransactionId
    Start()
    {
        client.Start(At(0));
        const auto request = client.PollTransmit();
        EXPECT_TRUE(request);
        EXPECT_EQ(request->size(), HEADER_SIZE);
        return Message::Parse(*request)->GetId();
    }

    SeededRandom random{1, 1, "binding"};
    BindingClient client{TransactionParameters(), random};
};

TEST_F(BindingClientTest, LearnsItsAddress)
{
    const auto id = Start();
    const Bytes response = Builder(Method::BINDING, MessageClass::SUCCESS, id)
                               .AddXorAddress(attribute::XOR_MAPPED_ADDRESS, At("192.0.2.1:5000"))
                               .Finish();
    EXPECT_TRUE(client.HandleInput(At(0.1), response));
    const auto event = client.PollEvent();
    ASSERT_TRUE(event);
    EXPECT_EQ(event->type, BindingEvent::Type::MAPPED);
    EXPECT_EQ(event->mapped, At("192.0.2.1:5000"));
    EXPECT_FALSE(client.NextTimeout());
    EXPECT_FALSE(client.HandleInput(At(0.2), response)) << "the second answer is nobody's";
}

TEST_F(BindingClientTest, FailureTable)
{
    struct Row
    {
        const char* name;
        std::function<void(Builder&)> add;
        MessageClass messageClass;
        const char* reason;
    };

    const std::vector<Row> rows = {
        {"refused", [](Builder& b) { b.AddError(400); }, MessageClass::ERROR, "refused"},
        {"no address", [](Builder&) {}, MessageClass::SUCCESS, "bad-response"},
        {"unknown",
         [](Builder& b) { b.Add(0x7777, {}); },
         MessageClass::SUCCESS,
         "unknown-attribute"},
    };
    for (const Row& row : rows)
    {
        const auto id = Start();
        Builder builder(Method::BINDING, row.messageClass, id);
        row.add(builder);
        EXPECT_TRUE(client.HandleInput(At(0.1), builder.Finish())) << row.name;
        const auto event = client.PollEvent();
        ASSERT_TRUE(event) << row.name;
        EXPECT_EQ(event->type, BindingEvent::Type::FAILED) << row.name;
        EXPECT_EQ(event->failure.layer, "stun") << row.name;
        EXPECT_EQ(event->failure.reason, row.reason) << row.name;
        EXPECT_FALSE(client.NextTimeout()) << row.name;
    }
}

TEST_F(BindingClientTest, WhatIsSomebodyElsesIsLeftAlone)
{
    const auto id = Start();
    const auto make = [](Method method, MessageClass kind, const TransactionId& of)
    { return Builder(method, kind, of).Finish(); };
    for (const Bytes& bytes : {Bytes(),
                               turntest::Hex("8000000100000000"),
                               make(Method::BINDING, MessageClass::SUCCESS, turntest::IdOf(1)),
                               make(Method::ALLOCATE, MessageClass::SUCCESS, id),
                               make(Method::BINDING, MessageClass::REQUEST, id),
                               make(Method::BINDING, MessageClass::INDICATION, id)})
    {
        EXPECT_FALSE(client.HandleInput(At(0.1), bytes)) << ToHex(bytes);
    }
    EXPECT_FALSE(client.PollEvent());
    EXPECT_EQ(client.NextTimeout(), At(0.5));
}

TEST_F(BindingClientTest, SilenceEndsAfterSevenSends)
{
    Start();
    int sends = 1;
    while (const auto due = client.NextTimeout())
    {
        client.HandleTimeout(*due);
        sends += client.PollTransmit() ? 1 : 0;
        if (const auto event = client.PollEvent())
        {
            EXPECT_EQ(event->failure.reason, "timeout");
            EXPECT_EQ(*due, At(39.5));
        }
    }
    EXPECT_EQ(sends, 7);
}

TEST_F(BindingClientTest, ABrokenPathEndsIt)
{
    Start();
    client.HandleLowerFailed(At(0.1), {"udp", "unreachable", "port"});
    const auto event = client.PollEvent();
    ASSERT_TRUE(event);
    EXPECT_EQ(event->failure.reason, "unreachable");
    client.HandleLowerFailed(At(0.2), {"udp", "unreachable", "port"});
    EXPECT_FALSE(client.PollEvent());
}

} // namespace
} // namespace imsfw::stun
