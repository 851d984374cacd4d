// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// CANCEL (RFC 3261 9): by the caller, by the proxy, too early and too late.
#include "sip-network.h"
#include "sip-samples.h"

#include <gtest/gtest.h>

namespace imsfw::sip::test
{

using Type = UserAgentEvent::Type;

namespace
{

constexpr const char* CALLEE = "sip:callee@example.org";

struct Script
{
    explicit Script(bool isReliable) : ue(net.AddUe("alice", "10.0.0.2", isReliable))
    {
        UserAgentConfig config = SipNetwork::UeConfig("callee", "198.51.100.7", false);
        config.publicIdentity = CALLEE;
        config.ringDelay = 100ms;
        callee = &net.Add("callee", config);
        net.pcscf.AddStaticRoute(CALLEE, callee->address);
        net.Schedule(0ms, [this] { ue.ua.Register(net.now); });
        net.Schedule(1s, [this] { ue.ua.Call(net.now, CALLEE, Offer("10.0.0.2", 4000)); });
    }

    static std::size_t
    Sent(const SipNetwork::Agent& agent, const std::string& method)
    {
        std::size_t count = 0;
        for (const std::string& text : agent.sent)
        {
            count += text.rfind(method + " ", 0) == 0 ? 1 : 0;
        }
        return count;
    }

    SipNetwork net;
    SipNetwork::Agent& ue;
    SipNetwork::Agent* callee{nullptr};
};

} // namespace

class Cancelling : public testing::TestWithParam<bool>
{
};

INSTANTIATE_TEST_SUITE_P(BothTransports,
                         Cancelling,
                         testing::Bool(),
                         [](const auto& row) { return row.param ? "Stream" : "Datagram"; });

TEST_P(Cancelling, WhileItRingsEndsTheCallAtOnce)
{
    Script s(GetParam());
    s.net.Schedule(2s, [&] { s.ue.ua.Hangup(s.net.now); });
    s.net.RunUntil(60s);
    ASSERT_TRUE(s.callee->Has(Type::CALL_ENDED));
    EXPECT_EQ(s.callee->Find(Type::CALL_ENDED)->detail, "cancelled");
    EXPECT_EQ(s.callee->Find(Type::CALL_ENDED)->time, At(2040ms));
    ASSERT_TRUE(s.ue.Has(Type::CALL_ENDED));
    EXPECT_EQ(s.ue.Find(Type::CALL_ENDED)->detail, "487 Request Terminated");
    EXPECT_EQ(s.ue.Find(Type::CALL_ENDED)->time, At(2080ms));
    EXPECT_FALSE(s.ue.Has(Type::CALL_FAILED));
    EXPECT_EQ(s.net.pcscf.TransactionCount(), 0U);
}

TEST_P(Cancelling, BeforeAnyResponseWaitsForOne)
{
    Script s(GetParam());
    s.net.Schedule(1001ms, [&] { s.ue.ua.Hangup(s.net.now); }); // the 100 comes at 1040 ms
    s.net.RunUntil(1039ms);
    EXPECT_EQ(Script::Sent(s.ue, "CANCEL"), 0U);
    s.net.RunUntil(60s);
    EXPECT_EQ(Script::Sent(s.ue, "CANCEL"), 1U);
    EXPECT_TRUE(s.callee->Has(Type::CALL_ENDED));
    EXPECT_TRUE(s.ue.Has(Type::CALL_ENDED));
    EXPECT_EQ(s.net.pcscf.TransactionCount(), 0U);
}

TEST_P(Cancelling, ThatCrossesTheAnswerEndsWithBye)
{
    Script s(GetParam());
    s.net.Schedule(1200ms, [&] { s.callee->ua.Answer(s.net.now, Offer("198.51.100.7", 5000)); });
    s.net.Schedule(2130ms, [&] { s.ue.ua.Hangup(s.net.now); }); // the 200 leaves at 2140 ms
    s.net.RunUntil(60s);
    EXPECT_EQ(Script::Sent(s.ue, "CANCEL"), 1U);
    EXPECT_EQ(Script::Sent(s.ue, "BYE"), 1U);
    ASSERT_TRUE(s.callee->Has(Type::CALL_ENDED));
    EXPECT_EQ(s.callee->Find(Type::CALL_ENDED)->detail, "");
    EXPECT_TRUE(s.ue.Has(Type::CALL_ENDED));
    EXPECT_EQ(s.net.pcscf.TransactionCount(), 0U);
}

TEST_P(Cancelling, TimerCOfTheProxyCancelsAtTheCallee)
{
    Script s(GetParam());
    s.net.RunUntil(300s);
    ASSERT_TRUE(s.ue.Has(Type::CALL_FAILED));
    EXPECT_EQ(s.ue.Find(Type::CALL_FAILED)->status, 408);
    ASSERT_TRUE(s.callee->Has(Type::CALL_ENDED));
    EXPECT_EQ(s.callee->Find(Type::CALL_ENDED)->detail, "cancelled");
    EXPECT_EQ(s.net.pcscf.TransactionCount(), 0U);
}

TEST(Cancel, HasTheHeadersOfItsInvite)
{
    TransactionLayer layer(SipTimers::Rfc3261());
    const SipFlow flow{false, 0, *Endpoint::Parse("192.0.2.1:5060")};
    SipMessage invite = MakeRequest("INVITE");
    invite.Add("Route", "<sip:203.0.113.5;lr>");
    const TransactionId id = layer.SendRequest(At(0s), flow, invite);
    EXPECT_FALSE(layer.Cancel(At(0s), id)); // no provisional response yet
    layer.HandleMessage(At(0s), flow, MakeResponse(invite, 180));
    ASSERT_TRUE(layer.Cancel(At(1s), id));
    layer.PollTransmit();
    const auto out = layer.PollTransmit();
    ASSERT_TRUE(out);
    const auto cancel = SipMessage::Parse(out->bytes);
    ASSERT_TRUE(cancel);
    EXPECT_EQ(cancel->Method(), "CANCEL");
    EXPECT_EQ(cancel->RequestUri(), invite.RequestUri());
    EXPECT_EQ(cancel->Headers("Via"), invite.Headers("Via"));
    for (const char* name : {"Route", "From", "To", "Call-ID"})
    {
        EXPECT_EQ(cancel->Header(name), invite.Header(name)) << name;
    }
    EXPECT_EQ(cancel->CSeq().number, invite.CSeq().number);
}

TEST(Cancel, FindsItsInviteByBranchAlone)
{
    TransactionLayer layer(SipTimers::Rfc3261());
    const SipFlow flow{false, 0, *Endpoint::Parse("192.0.2.1:5060")};
    layer.HandleMessage(At(0s), flow, MakeRequest("INVITE"));
    EXPECT_TRUE(layer.FindInvite(MakeRequest("CANCEL")));
    EXPECT_FALSE(layer.FindInvite(MakeRequest("CANCEL", "z9hG4bK2")));
}

} // namespace imsfw::sip::test
