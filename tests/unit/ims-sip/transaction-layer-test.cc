// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Matching of messages to transactions, and where responses go.
#include "ims-sip-transaction-layer.h"
#include "sip-samples.h"

#include <gtest/gtest.h>

namespace imsfw::sip::test
{

using namespace std::chrono_literals;
using Type = LayerEvent::Type;

namespace
{

const SipFlow UDP{false, 0, *Endpoint::Parse("192.0.2.1:6000")};
const SipFlow TCP{true, 7, *Endpoint::Parse("192.0.2.1:6000")};
const TimePoint NOW{};

} // namespace

TEST(TransactionLayer, MatchesByBranchAndMethod)
{
    TransactionLayer layer(SipTimers::Rfc3261());
    const SipMessage bye = MakeRequest("BYE", "z9hG4bKa");
    const SipMessage options = MakeRequest("OPTIONS", "z9hG4bKb");
    const TransactionId first = layer.SendRequest(NOW, UDP, bye);
    const TransactionId second = layer.SendRequest(NOW, UDP, options);
    layer.HandleMessage(NOW, UDP, MakeResponse(options, 200));
    const auto event = layer.PollEvent();
    ASSERT_TRUE(event);
    EXPECT_EQ(event->type, Type::RESPONSE);
    EXPECT_EQ(event->id, second);
    EXPECT_NE(event->id, first);
    layer.HandleMessage(
        NOW,
        UDP,
        MakeResponse(MakeRequest("INVITE", "z9hG4bKa"), 200)); // same branch, other method
    layer.HandleMessage(
        NOW, UDP, MakeResponse(MakeRequest("BYE", "z9hG4bKc"), 200)); // unknown branch
    EXPECT_FALSE(layer.PollEvent());
}

TEST(TransactionLayer, TellsARequestOnce)
{
    TransactionLayer layer(SipTimers::Rfc3261());
    const SipMessage request = MakeRequest("OPTIONS");
    layer.HandleMessage(NOW, UDP, request);
    layer.HandleMessage(NOW, UDP, request);
    const auto event = layer.PollEvent();
    ASSERT_TRUE(event);
    EXPECT_EQ(event->type, Type::REQUEST);
    EXPECT_FALSE(layer.PollEvent());
    layer.Respond(NOW, event->id, MakeResponse(*event->message, 200));
    layer.HandleMessage(NOW, UDP, request);
    EXPECT_TRUE(layer.PollTransmit());
    EXPECT_TRUE(layer.PollTransmit()); // again, from the transaction
    EXPECT_FALSE(layer.PollTransmit());
    // The same branch from another sent-by is another transaction (17.2.3).
    SipMessage other = request;
    other.Set("Via", "SIP/2.0/UDP 10.0.0.3:5060;branch=z9hG4bK1");
    layer.HandleMessage(NOW, UDP, other);
    EXPECT_TRUE(layer.PollEvent());
}

TEST(TransactionLayer, NotesWhereARequestCameFrom)
{
    struct Row
    {
        const char* via;
        const char* expected;
        const char* responseTo;
    };

    for (const Row& row :
         {Row{"SIP/2.0/UDP 10.0.0.2:5060;branch=z9hG4bK1;rport",
              "SIP/2.0/UDP 10.0.0.2:5060;branch=z9hG4bK1;rport=6000;received=192.0.2.1",
              "192.0.2.1:6000"},
          Row{"SIP/2.0/UDP 10.0.0.2:5070;branch=z9hG4bK1",
              "SIP/2.0/UDP 10.0.0.2:5070;branch=z9hG4bK1;received=192.0.2.1",
              "192.0.2.1:5070"},
          Row{"SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1",
              "SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1",
              "192.0.2.1:5060"}})
    {
        TransactionLayer layer(SipTimers::Rfc3261());
        SipMessage request = MakeRequest("OPTIONS");
        request.Set("Via", row.via);
        layer.HandleMessage(NOW, UDP, request);
        const auto event = layer.PollEvent();
        ASSERT_TRUE(event) << row.via;
        EXPECT_EQ(event->message->Header("Via"), row.expected);
        layer.Respond(NOW, event->id, SipMessage::Response(*event->message, 200, "x"));
        const auto out = layer.PollTransmit();
        ASSERT_TRUE(out);
        EXPECT_EQ(out->flow.remote.ToString(), row.responseTo) << row.via;
    }
}

TEST(TransactionLayer, PassesTheAckToA2xxUp)
{
    TransactionLayer layer(SipTimers::Rfc3261());
    layer.HandleMessage(NOW, UDP, MakeRequest("ACK", "z9hG4bKnew"));
    const auto event = layer.PollEvent();
    ASSERT_TRUE(event);
    EXPECT_EQ(event->type, Type::ACK);
    EXPECT_EQ(layer.Size(), 0U);
}

TEST(TransactionLayer, AbsorbsTheAckToAFailure)
{
    TransactionLayer layer(SipTimers::Rfc3261());
    layer.HandleMessage(NOW, TCP, MakeRequest("INVITE"));
    const auto event = layer.PollEvent();
    ASSERT_TRUE(event);
    layer.Respond(NOW, event->id, MakeResponse(*event->message, 486));
    layer.HandleMessage(NOW, TCP, MakeRequest("ACK"));
    EXPECT_FALSE(layer.PollEvent());
    EXPECT_EQ(layer.Size(), 0U); // timer I is zero on a stream
}

TEST(TransactionLayer, IgnoresBranchesWithoutTheCookie)
{
    TransactionLayer layer(SipTimers::Rfc3261());
    layer.HandleMessage(NOW, UDP, MakeRequest("OPTIONS", "old"));
    EXPECT_FALSE(layer.PollEvent());
    EXPECT_EQ(layer.Size(), 0U);
}

TEST(TransactionLayer, TellsClientsThatTheirFlowIsLost)
{
    TransactionLayer layer(SipTimers::Rfc3261());
    const TransactionId lost = layer.SendRequest(NOW, TCP, MakeRequest("BYE", "z9hG4bKa"));
    layer.SendRequest(NOW, UDP, MakeRequest("BYE", "z9hG4bKb"));
    layer.HandleMessage(NOW, TCP, MakeRequest("OPTIONS", "z9hG4bKc"));
    layer.PollEvent();
    layer.HandleFlowLost(TCP);
    const auto event = layer.PollEvent();
    ASSERT_TRUE(event);
    EXPECT_EQ(event->type, Type::FLOW_LOST);
    EXPECT_EQ(event->id, lost);
    EXPECT_FALSE(layer.PollEvent());
    EXPECT_EQ(layer.Size(), 1U);
    EXPECT_FALSE(layer.Has(lost));
    layer.Respond(NOW, lost, MakeResponse(MakeRequest("BYE"), 200)); // harmless
}

TEST(TransactionLayer, ForgetsWhatHasTimedOut)
{
    TransactionLayer layer(SipTimers::Rfc3261());
    const TransactionId id = layer.SendRequest(NOW, TCP, MakeRequest("BYE"));
    ASSERT_TRUE(layer.NextTimeout());
    EXPECT_EQ(*layer.NextTimeout(), NOW + 32s);
    layer.HandleTimeout(NOW + 32s);
    const auto event = layer.PollEvent();
    ASSERT_TRUE(event);
    EXPECT_EQ(event->type, Type::TIMED_OUT);
    EXPECT_EQ(event->id, id);
    EXPECT_EQ(layer.Size(), 0U);
    EXPECT_FALSE(layer.NextTimeout());
}

TEST(NewBranch, HasTheCookieAndDiffers)
{
    SeededRandom random(1, 1, "branch");
    const std::string first = NewBranch(random);
    EXPECT_EQ(first.rfind("z9hG4bK", 0), 0U);
    EXPECT_NE(first, NewBranch(random));
}

} // namespace imsfw::sip::test
