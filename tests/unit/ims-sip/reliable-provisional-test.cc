// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// 100rel and PRACK (RFC 3262) at both ends and through the proxy.
#include "ims-sip-reliable-provisional.h"
#include "sip-network.h"
#include "sip-samples.h"

#include <gtest/gtest.h>

namespace imsfw::sip::test
{

using Type = UserAgentEvent::Type;
using Action = ReliableProvisional::Action;

namespace
{

SipMessage
Prack(const std::string& rack)
{
    SipMessage prack = MakeRequest("PRACK");
    prack.Add("RAck", rack);
    return prack;
}

/// A UE that calls; the test plays the network.
struct Caller
{
    Caller() : random(5, 1, "caller"), ua(SipNetwork::UeConfig("alice", "10.0.0.2", false), random)
    {
        ua.Call(At(0s), "sip:callee@example.org", Offer("10.0.0.2", 4000));
        invite = SipMessage::Parse(*ua.PollTransmit()).Value();
    }

    /// @return what the UE sends upon a 180 with this RSeq; "" in @p require leaves it unreliable.
    std::optional<SipMessage>
    Ring(const std::string& number, const std::string& require = "100rel")
    {
        SipMessage ringing = MakeResponse(*invite, 180);
        ringing.Add("Record-Route", "<sip:token@203.0.113.5;lr>");
        if (!require.empty())
        {
            ringing.Add("Require", require);
        }
        ringing.Add("RSeq", number);
        ua.HandleInput(At(0s), ringing.Serialize());
        const auto out = ua.PollTransmit();
        return out ? std::optional(SipMessage::Parse(*out).Value()) : std::nullopt;
    }

    SeededRandom random;
    UserAgent ua;
    std::optional<SipMessage> invite;
};

} // namespace

TEST(ReliableProvisional, RepeatsAtDoublingIntervalsAndGivesUp)
{
    ReliableProvisional ringing;
    ringing.Start(At(0s), MakeResponse(MakeRequest("INVITE"), 180), 17, 1, SipTimers::Rfc3261());
    EXPECT_EQ(ringing.Response().Header("RSeq"), "17");
    EXPECT_EQ(ringing.Response().Header("Require"), "100rel");
    std::vector<Duration> repeats;
    Action action = Action::REPEAT;
    while (action == Action::REPEAT)
    {
        const TimePoint now = *ringing.NextTimeout();
        action = ringing.HandleTimeout(now);
        repeats.push_back(now - At(0s));
    }
    EXPECT_EQ(repeats,
              (std::vector<Duration>{500ms, 1500ms, 3500ms, 7500ms, 15500ms, 31500ms, 32s}));
    EXPECT_EQ(action, Action::GIVE_UP);
    EXPECT_FALSE(ringing.IsPending());
    EXPECT_FALSE(ringing.NextTimeout());
}

TEST(ReliableProvisional, TakesOnlyItsOwnPrack)
{
    for (const char* rack :
         {"", "17", "17 1", "17 2 INVITE", "18 1 INVITE", "17 1 UPDATE", "x y z"})
    {
        ReliableProvisional ringing;
        ringing.Start(
            At(0s), MakeResponse(MakeRequest("INVITE"), 180), 17, 1, SipTimers::Rfc3261());
        EXPECT_FALSE(ringing.TakePrack(Prack(rack))) << rack;
        EXPECT_TRUE(ringing.IsPending());
        EXPECT_TRUE(ringing.TakePrack(Prack("17  1 INVITE")));
        EXPECT_FALSE(ringing.TakePrack(Prack("17 1 INVITE"))) << "twice";
    }
}

TEST(ReliableProvisional, TheCallerAcknowledgesInTheEarlyDialog)
{
    Caller caller;
    EXPECT_TRUE(caller.invite->HasToken("Supported", "100rel"));
    const auto prack = caller.Ring("776656");
    ASSERT_TRUE(prack);
    EXPECT_EQ(prack->Method(), "PRACK");
    EXPECT_EQ(prack->Header("RAck"), "776656 1 INVITE"); // RFC 3262 7.2
    EXPECT_EQ(prack->CSeq().number, 2U);
    EXPECT_EQ(prack->RequestUri(), "sip:callee@198.51.100.7:5060");
    EXPECT_EQ(prack->To().Tag(), "99");
    EXPECT_EQ(prack->Header("Route"), "<sip:token@203.0.113.5;lr>");
}

TEST(ReliableProvisional, TheCallerTakesThemInOrderAndOnce)
{
    Caller caller;
    ASSERT_TRUE(caller.Ring("5"));
    EXPECT_FALSE(caller.Ring("5")) << "a retransmission";
    EXPECT_FALSE(caller.Ring("7")) << "one too far";
    EXPECT_EQ(caller.Ring("6")->Header("RAck"), "6 1 INVITE");
    EXPECT_FALSE(caller.Ring("x")) << "no number";
    EXPECT_FALSE(caller.Ring("7", "")) << "not reliable";
    std::size_t ringing = 0;
    while (const auto event = caller.ua.PollEvent())
    {
        ringing += event->type == Type::RINGING ? 1 : 0;
    }
    EXPECT_EQ(ringing, 1U);
}

TEST(ReliableProvisional, TheNextRequestOfTheDialogCountsOn)
{
    Caller caller;
    ASSERT_TRUE(caller.Ring("5"));
    SipMessage ok = MakeResponse(*caller.invite, 200);
    ok.SetBody("application/sdp", SDP_SAMPLE);
    caller.ua.HandleInput(At(1s), ok.Serialize());
    EXPECT_EQ(SipMessage::Parse(*caller.ua.PollTransmit())->StartLine(),
              "ACK sip:callee@198.51.100.7:5060 SIP/2.0");
    caller.ua.Hangup(At(2s));
    EXPECT_EQ(SipMessage::Parse(*caller.ua.PollTransmit())->CSeq().ToString(), "3 BYE");
}

class CalleeOptions : public testing::TestWithParam<bool>
{
};

INSTANTIATE_TEST_SUITE_P(WithAndWithout,
                         CalleeOptions,
                         testing::Bool(),
                         [](const auto& row) { return row.param ? "With100rel" : "Without"; });

TEST_P(CalleeOptions, AnswerAsTheInviteAllows)
{
    struct Row
    {
        const char* header;
        const char* value;
        int statusWith;
        int statusWithout;
        bool isReliable; ///< where it is on
    };

    for (const Row& row : {Row{"X-Nothing", "", 180, 180, false},
                           Row{"Supported", "gruu, 100REL", 180, 180, true},
                           Row{"Require", "100rel", 180, 420, true},
                           Row{"Require", "100rel, tea", 420, 420, false}})
    {
        SeededRandom random(5, 1, "callee");
        UserAgentConfig config = SipNetwork::UeConfig("callee", "198.51.100.7", false);
        config.reliableProvisional = GetParam();
        UserAgent callee(config, random);
        SipMessage invite = MakeRequest("INVITE");
        invite.Add(row.header, row.value);
        invite.SetBody("application/sdp", SDP_SAMPLE);
        callee.HandleInput(At(0s), invite.Serialize());
        const auto response = SipMessage::Parse(*callee.PollTransmit()).Value();
        EXPECT_EQ(response.Status(), GetParam() ? row.statusWith : row.statusWithout) << row.value;
        EXPECT_EQ(response.Header("RSeq").has_value(), GetParam() && row.isReliable) << row.value;
        EXPECT_EQ(response.Header("Unsupported").has_value(), response.Status() == 420);
    }
}

} // namespace imsfw::sip::test
