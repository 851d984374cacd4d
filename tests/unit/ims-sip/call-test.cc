// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Calls through the P-CSCF in both directions, over both kinds of transport, with every datagram lost once.
#include "sip-network.h"

#include <gtest/gtest.h>

namespace imsfw::sip::test
{

using Type = UserAgentEvent::Type;

namespace
{

constexpr const char* CALLEE = "sip:callee@example.org";

/// A UE behind the P-CSCF and a callee at the core's side, who answers when it hears of a call.
struct Script
{
    explicit Script(bool isReliable, SipTimers timers = SipTimers::Rfc3261())
    {
        net.pcscf.AddUser({"alice@ims.test", "sip:alice@ims.test", "secret-alice"});
        UserAgentConfig ueConfig = SipNetwork::UeConfig("alice", "10.0.0.2", isReliable);
        ueConfig.timers = timers;
        ueConfig.answerDelay = 300ms;
        ue = &net.Add("alice", ueConfig);
        UserAgentConfig config = SipNetwork::UeConfig("callee", "198.51.100.7", false);
        config.publicIdentity = CALLEE;
        config.ringDelay = 100ms;
        config.answerDelay = 400ms;
        callee = &net.Add("callee", config);
        net.pcscf.AddStaticRoute(CALLEE, callee->address);
        net.Schedule(0ms, [this] { ue->ua.Register(net.now); });
    }

    void
    CallFromUe(Duration when)
    {
        net.Schedule(when, [this] { ue->ua.Call(net.now, CALLEE, Offer("10.0.0.2", 4000)); });
        net.Schedule(when + 200ms,
                     [this] { callee->ua.Answer(net.now, Offer("198.51.100.7", 5000)); });
    }

    void
    CallToUe(Duration when)
    {
        net.Schedule(
            when,
            [this]
            { callee->ua.Call(net.now, "sip:alice@ims.test", Offer("198.51.100.7", 5000)); });
        net.Schedule(when + 200ms, [this] { ue->ua.Answer(net.now, Offer("10.0.0.2", 4000)); });
    }

    SipNetwork net;
    SipNetwork::Agent* ue;
    SipNetwork::Agent* callee;
};

} // namespace

class Calling : public testing::TestWithParam<bool>
{
};

INSTANTIATE_TEST_SUITE_P(BothTransports,
                         Calling,
                         testing::Bool(),
                         [](const auto& row) { return row.param ? "Stream" : "Datagram"; });

TEST_P(Calling, FromTheUe)
{
    Script s(GetParam());
    s.CallFromUe(1s);
    s.net.Schedule(5s, [&] { s.ue->ua.Hangup(s.net.now); });
    s.net.RunUntil(60s);
    // 40 ms to the callee, 100 ms until it rings, 40 ms back; 400 ms later the answer.
    ASSERT_TRUE(s.ue->Has(Type::RINGING));
    EXPECT_EQ(s.ue->Find(Type::RINGING)->time, At(1180ms));
    ASSERT_TRUE(s.ue->Has(Type::CALL_ANSWERED));
    EXPECT_EQ(s.ue->Find(Type::CALL_ANSWERED)->time, At(1580ms));
    EXPECT_EQ(s.ue->Find(Type::CALL_ANSWERED)->sdp->audio.ToString(), "198.51.100.7:5000");
    ASSERT_TRUE(s.callee->Has(Type::INCOMING_CALL));
    EXPECT_EQ(s.callee->Find(Type::INCOMING_CALL)->time, At(1040ms));
    EXPECT_EQ(s.callee->Find(Type::INCOMING_CALL)->sdp->audio.ToString(), "10.0.0.2:4000");
    ASSERT_TRUE(s.callee->Has(Type::CALL_ESTABLISHED));
    EXPECT_EQ(s.callee->Find(Type::CALL_ESTABLISHED)->time, At(1620ms));
    ASSERT_TRUE(s.callee->Has(Type::CALL_ENDED));
    EXPECT_EQ(s.callee->Find(Type::CALL_ENDED)->reason, "remote");
    EXPECT_EQ(s.callee->Find(Type::CALL_ENDED)->time, At(5040ms));
    ASSERT_TRUE(s.ue->Has(Type::CALL_ENDED));
    EXPECT_EQ(s.ue->Find(Type::CALL_ENDED)->reason, "local");
    EXPECT_EQ(s.ue->Find(Type::CALL_ENDED)->time, At(5080ms));
    EXPECT_EQ(s.net.pcscf.TransactionCount(), 0U);
}

TEST_P(Calling, ToTheUeOverItsRegisteredFlow)
{
    Script s(GetParam());
    s.CallToUe(1s);
    s.net.Schedule(5s, [&] { s.callee->ua.Hangup(s.net.now); });
    s.net.RunUntil(60s);
    ASSERT_TRUE(s.ue->Has(Type::INCOMING_CALL));
    EXPECT_EQ(s.ue->Find(Type::INCOMING_CALL)->sdp->audio.ToString(), "198.51.100.7:5000");
    ASSERT_TRUE(s.ue->Has(Type::CALL_ESTABLISHED));
    ASSERT_TRUE(s.callee->Has(Type::CALL_ANSWERED));
    EXPECT_EQ(s.callee->Find(Type::CALL_ANSWERED)->sdp->audio.ToString(), "10.0.0.2:4000");
    ASSERT_TRUE(s.ue->Has(Type::CALL_ENDED));
    EXPECT_EQ(s.ue->Find(Type::CALL_ENDED)->reason, "remote");
    EXPECT_EQ(s.net.pcscf.TransactionCount(), 0U);
}

TEST_P(Calling, TheCalleesByeReachesTheUe)
{
    Script s(GetParam());
    s.CallFromUe(1s);
    s.net.Schedule(5s, [&] { s.callee->ua.Hangup(s.net.now); });
    s.net.RunUntil(60s);
    ASSERT_TRUE(s.ue->Has(Type::CALL_ENDED));
    EXPECT_EQ(s.ue->Find(Type::CALL_ENDED)->reason, "remote");
    EXPECT_EQ(s.ue->Find(Type::CALL_ENDED)->time, At(5040ms));
    EXPECT_EQ(s.callee->Find(Type::CALL_ENDED)->reason, "local");
}

TEST_P(Calling, BetweenTwoUes)
{
    Script s(GetParam());
    auto& bob = s.net.AddUe("bob", "10.9.0.2", !GetParam());
    s.net.Schedule(0ms, [&] { bob.ua.Register(s.net.now); });
    s.net.Schedule(1s,
                   [&] { s.ue->ua.Call(s.net.now, "sip:bob@ims.test", Offer("10.0.0.2", 4000)); });
    s.net.Schedule(1200ms, [&] { bob.ua.Answer(s.net.now, Offer("10.9.0.2", 6000)); });
    s.net.Schedule(5s, [&] { bob.ua.Hangup(s.net.now); });
    s.net.RunUntil(60s);
    EXPECT_TRUE(bob.Has(Type::CALL_ESTABLISHED));
    EXPECT_TRUE(s.ue->Has(Type::CALL_ANSWERED));
    ASSERT_TRUE(s.ue->Has(Type::CALL_ENDED));
    EXPECT_EQ(s.ue->Find(Type::CALL_ENDED)->reason, "remote");
}

TEST_P(Calling, TheCallerOfTwoUesHangsUp)
{
    Script s(GetParam());
    auto& bob = s.net.AddUe("bob", "10.9.0.2", GetParam());
    s.net.Schedule(0ms, [&] { bob.ua.Register(s.net.now); });
    s.net.Schedule(1s,
                   [&] { s.ue->ua.Call(s.net.now, "sip:bob@ims.test", Offer("10.0.0.2", 4000)); });
    s.net.Schedule(1200ms, [&] { bob.ua.Answer(s.net.now, Offer("10.9.0.2", 6000)); });
    s.net.Schedule(5s, [&] { s.ue->ua.Hangup(s.net.now); });
    s.net.RunUntil(60s);
    ASSERT_TRUE(bob.Has(Type::CALL_ENDED));
    EXPECT_EQ(bob.Find(Type::CALL_ENDED)->reason, "remote");
}

TEST_P(Calling, RefusalsHaveNames)
{
    struct Row
    {
        const char* name;
        bool isRegistered;
        const char* callee;
        int status;
    };

    for (const Row& row : {Row{"caller not registered", false, CALLEE, 403},
                           Row{"callee unknown", true, "sip:nobody@example.org", 404},
                           Row{"callee a user, not registered", true, "sip:bob@ims.test", 480}})
    {
        SipNetwork net;
        auto& ue = net.AddUe("alice", "10.0.0.2", GetParam());
        net.pcscf.AddUser({"bob@ims.test", "sip:bob@ims.test", "x"});
        net.pcscf.AddStaticRoute(CALLEE, {*IpAddress::Parse("198.51.100.7"), 5060});
        if (row.isRegistered)
        {
            net.Schedule(0ms, [&] { ue.ua.Register(net.now); });
        }
        net.Schedule(1s, [&] { ue.ua.Call(net.now, row.callee, Offer("10.0.0.2", 4000)); });
        net.RunUntil(60s);
        ASSERT_TRUE(ue.Has(Type::CALL_FAILED)) << row.name;
        EXPECT_EQ(ue.Find(Type::CALL_FAILED)->reason, "refused") << row.name;
        EXPECT_EQ(ue.Find(Type::CALL_FAILED)->status, row.status) << row.name;
        EXPECT_EQ(net.pcscf.TransactionCount(), 0U) << row.name;
    }
}

TEST_P(Calling, ADeadCalleeIsATimeOut)
{
    Script s(GetParam());
    s.callee->isCut = true;
    s.CallFromUe(1s);
    s.net.RunUntil(120s);
    ASSERT_TRUE(s.ue->Has(Type::CALL_FAILED));
    EXPECT_EQ(s.ue->Find(Type::CALL_FAILED)->status, 408); // timer B at the proxy
    EXPECT_EQ(s.ue->Find(Type::CALL_FAILED)->time, At(1s + 32s + 40ms));
}

TEST_P(Calling, ABusyCalleeSaysSo)
{
    Script s(GetParam());
    auto& bob = s.net.AddUe("bob", "10.9.0.2", false);
    s.net.Schedule(0ms, [&] { bob.ua.Register(s.net.now); });
    s.CallFromUe(1s);
    s.net.Schedule(3s, [&] { bob.ua.Call(s.net.now, CALLEE, Offer("10.9.0.2", 6000)); });
    s.net.RunUntil(10s);
    ASSERT_TRUE(bob.Has(Type::CALL_FAILED));
    EXPECT_EQ(bob.Find(Type::CALL_FAILED)->status, 486);
}

TEST_P(Calling, AnOfferThatCannotBeAnsweredIsNotAcceptable)
{
    Script s(GetParam());
    s.net.Schedule(1s, [&] { s.ue->ua.Call(s.net.now, CALLEE, Offer("10.0.0.2", 4000)); });
    s.net.Schedule(1300ms, [&] { s.callee->ua.Refuse(s.net.now); });
    s.net.Schedule(30s, [&] { s.callee->ua.Refuse(s.net.now); }); // nothing to refuse any more
    s.net.RunUntil(60s);
    ASSERT_TRUE(s.ue->Has(Type::CALL_FAILED));
    EXPECT_EQ(s.ue->Find(Type::CALL_FAILED)->status, 488);
    EXPECT_EQ(s.net.pcscf.TransactionCount(), 0U);
}

TEST_P(Calling, ADeclinedCallIsRefused)
{
    Script s(GetParam());
    s.net.Schedule(1s, [&] { s.ue->ua.Call(s.net.now, CALLEE, Offer("10.0.0.2", 4000)); });
    s.net.Schedule(1300ms, [&] { s.callee->ua.Hangup(s.net.now); });
    s.net.RunUntil(60s);
    ASSERT_TRUE(s.ue->Has(Type::CALL_FAILED));
    EXPECT_EQ(s.ue->Find(Type::CALL_FAILED)->status, 603);
    EXPECT_EQ(s.net.pcscf.TransactionCount(), 0U);
}

TEST_P(Calling, GivenUpBeforeTheAnswerEndsRightAfterIt)
{
    Script s(GetParam());
    s.CallFromUe(1s);
    s.net.Schedule(1300ms, [&] { s.ue->ua.Hangup(s.net.now); });
    s.net.RunUntil(60s);
    ASSERT_TRUE(s.callee->Has(Type::CALL_ENDED));
    EXPECT_EQ(s.callee->Find(Type::CALL_ENDED)->reason, "remote");
    EXPECT_TRUE(s.ue->Has(Type::CALL_ENDED));
}

TEST_P(Calling, OptionsAreAnsweredBothWays)
{
    Script s(GetParam());
    s.net.Schedule(1s, [&] { s.ue->ua.Options(s.net.now); });
    s.net.Schedule(2s, [&] { s.callee->ua.Options(s.net.now, "sip:alice@ims.test"); });
    s.net.RunUntil(10s);
    ASSERT_TRUE(s.ue->Has(Type::OPTIONS_ANSWERED));
    EXPECT_EQ(s.ue->Find(Type::OPTIONS_ANSWERED)->status, 200);
    ASSERT_TRUE(s.callee->Has(Type::OPTIONS_ANSWERED));
    EXPECT_EQ(s.callee->Find(Type::OPTIONS_ANSWERED)->status, 200);
}

TEST_P(Calling, TheFlowsDeathEndsTheCall)
{
    Script s(GetParam());
    s.CallFromUe(1s);
    s.net.Schedule(3s, [&] { s.ue->ua.HandleFlowFailed(s.net.now, {"tcp", "reset", ""}); });
    s.net.RunUntil(10s);
    ASSERT_TRUE(s.ue->Has(Type::CALL_FAILED));
    EXPECT_EQ(s.ue->Find(Type::CALL_FAILED)->reason, "flow-failed");
    EXPECT_EQ(s.ue->Find(Type::CALL_FAILED)->detail, "tcp: reset");
}

TEST_P(Calling, TwoRunsAreOne)
{
    std::string traces[2];
    for (std::string& trace : traces)
    {
        Script s(GetParam());
        s.CallFromUe(1s);
        s.net.Schedule(5s, [&] { s.ue->ua.Hangup(s.net.now); });
        s.net.RunUntil(60s);
        trace = s.net.trace;
    }
    EXPECT_EQ(traces[0], traces[1]);
}

TEST(CallingOverDatagrams, SurvivesTheLossOfEachDatagram)
{
    int last = 1;
    for (int number = 0; number < last; ++number)
    {
        Script s(false);
        s.net.lost = {number};
        s.CallFromUe(2s);
        s.net.Schedule(2900ms,
                       [&] { s.callee->ua.Answer(s.net.now, Offer("198.51.100.7", 5000)); });
        s.net.Schedule(10s, [&] { s.callee->ua.Hangup(s.net.now); });
        s.net.RunUntil(60s);
        EXPECT_TRUE(s.ue->Has(Type::CALL_ANSWERED)) << "lost " << number;
        EXPECT_TRUE(s.callee->Has(Type::CALL_ESTABLISHED)) << "lost " << number;
        ASSERT_TRUE(s.ue->Has(Type::CALL_ENDED)) << "lost " << number;
        EXPECT_EQ(s.ue->Find(Type::CALL_ENDED)->reason, "remote") << "lost " << number;
        EXPECT_EQ(s.callee->Count(Type::INCOMING_CALL), 1U) << "lost " << number;
        EXPECT_EQ(s.net.pcscf.TransactionCount(), 0U) << "lost " << number;
        last = std::max(last, number == 0 ? s.net.datagrams : last);
    }
    EXPECT_GT(last, 15);
}

TEST(CallingOverDatagrams, ALostAckEndsInNoAck)
{
    Script s(false);
    s.CallFromUe(1s);
    s.net.Schedule(1550ms, [&] { s.ue->isCut = true; }); // the 200 is on its way and never arrives
    s.net.RunUntil(120s);
    ASSERT_TRUE(s.callee->Has(Type::CALL_FAILED));
    EXPECT_EQ(s.callee->Find(Type::CALL_FAILED)->reason, "no-ack");
    EXPECT_EQ(s.callee->Find(Type::CALL_FAILED)->time, At(1540ms + 32s));
}

} // namespace imsfw::sip::test
