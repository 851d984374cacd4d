// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// re-INVITE (RFC 3261 14): hold and resume from both sides, both at once, refused, lost, unanswered.
#include "sip-network.h"
#include "sip-samples.h"

#include <gtest/gtest.h>

namespace imsfw::sip::test
{

using Type = UserAgentEvent::Type;

namespace
{

constexpr const char* CALLEE = "sip:callee@example.org";

SdpSession
Held(SdpSession session)
{
    session.direction = SdpDirection::SENDONLY;
    return session;
}

/// A call that is established at 2 s.
struct Script
{
    explicit Script(bool isReliable) : ue(net.AddUe("alice", "10.0.0.2", isReliable))
    {
        UserAgentConfig config = SipNetwork::UeConfig("callee", "198.51.100.7", false);
        config.publicIdentity = CALLEE;
        config.answerDelay = 100ms;
        callee = &net.Add("callee", config);
        net.pcscf.AddStaticRoute(CALLEE, callee->address);
        net.Schedule(0ms, [this] { ue.ua.Register(net.now); });
        net.Schedule(1s, [this] { ue.ua.Call(net.now, CALLEE, ours); });
        net.Schedule(1100ms, [this] { callee->ua.Answer(net.now, theirs); });
    }

    SipNetwork net;
    SipNetwork::Agent& ue;
    SipNetwork::Agent* callee{nullptr};
    SdpSession ours{Offer("10.0.0.2", 4000)};
    SdpSession theirs{Offer("198.51.100.7", 5000)};
};

/// @return "reason:direction" of each change that the agent has seen.
std::string
Changes(const SipNetwork::Agent& agent)
{
    std::string changes;
    for (const auto& event : agent.events)
    {
        if (event.type == Type::SESSION_CHANGED)
        {
            changes += event.reason + ":" +
                       (event.sdp ? std::string(ToString(event.sdp->direction)) : "none") + " ";
        }
    }
    return changes;
}

} // namespace

class Changing : public testing::TestWithParam<bool>
{
};

INSTANTIATE_TEST_SUITE_P(BothTransports,
                         Changing,
                         testing::Bool(),
                         [](const auto& row) { return row.param ? "Stream" : "Datagram"; });

TEST_P(Changing, HoldsAndResumesFromTheCaller)
{
    Script s(GetParam());
    s.net.Schedule(3s, [&] { s.ue.ua.ChangeSession(s.net.now, Held(s.ours)); });
    s.net.Schedule(5s, [&] { s.ue.ua.ChangeSession(s.net.now, s.ours); });
    s.net.Schedule(7s, [&] { s.callee->ua.Hangup(s.net.now); });
    s.net.RunUntil(60s);
    EXPECT_EQ(Changes(s.ue), "local:recvonly local:sendrecv ");
    EXPECT_EQ(Changes(*s.callee), "remote:sendonly remote:sendrecv ");
    EXPECT_TRUE(s.ue.Has(Type::CALL_ENDED));
    EXPECT_FALSE(s.ue.Has(Type::CALL_FAILED));
    EXPECT_EQ(s.net.pcscf.TransactionCount(), 0U);
}

TEST_P(Changing, WorksFromTheCalleeAsWell)
{
    Script s(GetParam());
    SdpSession moved = s.theirs;
    moved.audio.port = 6000;
    s.net.Schedule(3s, [&] { s.callee->ua.ChangeSession(s.net.now, moved); });
    s.net.Schedule(7s, [&] { s.ue.ua.Hangup(s.net.now); });
    s.net.RunUntil(60s);
    EXPECT_EQ(Changes(s.ue), "remote:sendrecv ");
    ASSERT_TRUE(s.ue.Has(Type::SESSION_CHANGED));
    EXPECT_EQ(s.ue.Find(Type::SESSION_CHANGED)->sdp->audio.port, 6000);
    EXPECT_EQ(s.ue.Find(Type::SESSION_CHANGED)->sdp->version, moved.version + 1);
    EXPECT_EQ(Changes(*s.callee), "local:sendrecv ");
    EXPECT_TRUE(s.callee->Has(Type::CALL_ENDED));
}

TEST_P(Changing, FromBothSidesAtOnceOneWaitsForTheOther)
{
    Script s(GetParam());
    s.net.Schedule(3s, [&] { s.ue.ua.ChangeSession(s.net.now, Held(s.ours)); });
    s.net.Schedule(3s, [&] { s.callee->ua.ChangeSession(s.net.now, Held(s.theirs)); });
    s.net.RunUntil(60s);
    EXPECT_NE(s.net.trace.find("SIP/2.0 491 Request Pending"), std::string::npos);
    // Both get their change in the end: the callee, who does not own the Call-ID, first.
    EXPECT_EQ(Changes(s.ue), "remote:sendonly local:recvonly ");
    EXPECT_EQ(Changes(*s.callee), "local:recvonly remote:sendonly ");
    EXPECT_FALSE(s.ue.Has(Type::CALL_FAILED));
}

TEST_P(Changing, WithoutACommonCodecNothingChanges)
{
    Script s(GetParam());
    SdpSession other = s.ours;
    other.codecs = {{110, "EVS", 16000, ""}};
    s.net.Schedule(3s, [&] { s.ue.ua.ChangeSession(s.net.now, other); });
    s.net.Schedule(5s, [&] { s.ue.ua.ChangeSession(s.net.now, Held(s.ours)); });
    s.net.RunUntil(60s);
    EXPECT_EQ(Changes(s.ue), "refused:none local:recvonly ");
    EXPECT_EQ(s.ue.Find(Type::SESSION_CHANGED)->status, 488);
    EXPECT_EQ(Changes(*s.callee), "remote:sendonly ");
}

TEST_P(Changing, ThatNobodyAnswersEndsTheCall)
{
    Script s(GetParam());
    s.net.Schedule(3s, [&] { s.callee->isCut = true; });
    s.net.Schedule(4s, [&] { s.ue.ua.ChangeSession(s.net.now, Held(s.ours)); });
    s.net.RunUntil(200s);
    ASSERT_TRUE(s.ue.Has(Type::CALL_FAILED));
    EXPECT_EQ(s.ue.Find(Type::CALL_FAILED)->reason, "dialog-gone"); // 408 by the proxy
    EXPECT_EQ(s.ue.Find(Type::CALL_FAILED)->time, At(4s + 32s + 40ms));
    EXPECT_TRUE(s.ue.Has(Type::CALL_ENDED));
}

TEST_P(Changing, BeforeTheCallIsThereIsIgnored)
{
    Script s(GetParam());
    s.net.Schedule(500ms, [&] { s.ue.ua.ChangeSession(s.net.now, Held(s.ours)); });
    s.net.Schedule(1050ms, [&] { s.ue.ua.ChangeSession(s.net.now, Held(s.ours)); });
    s.net.RunUntil(10s);
    EXPECT_EQ(Changes(s.ue), "");
    EXPECT_TRUE(s.ue.Has(Type::CALL_ANSWERED));
}

TEST(ChangingOverDatagrams, SurvivesTheLossOfEachDatagram)
{
    int last = 1;
    for (int number = 0; number < last; ++number)
    {
        Script s(false);
        s.net.Schedule(10s, [&] { s.callee->ua.ChangeSession(s.net.now, Held(s.theirs)); });
        s.net.Schedule(20s, [&] { s.ue.ua.Hangup(s.net.now); });
        s.net.RunUntil(9s);
        const int before = s.net.datagrams;
        s.net.lost = {before + number};
        s.net.RunUntil(80s);
        EXPECT_EQ(Changes(s.ue), "remote:sendonly ") << "lost " << number;
        EXPECT_EQ(Changes(*s.callee), "local:recvonly ") << "lost " << number;
        EXPECT_TRUE(s.callee->Has(Type::CALL_ENDED)) << "lost " << number;
        EXPECT_EQ(s.net.pcscf.TransactionCount(), 0U) << "lost " << number;
        last = std::max(last, number == 0 ? s.net.datagrams - before : last);
    }
    EXPECT_GT(last, 8);
}

TEST(ChangingOverDatagrams, WithoutAnAckEndsTheCall)
{
    Script s(false);
    s.net.Schedule(3s, [&] { s.ue.ua.ChangeSession(s.net.now, Held(s.ours)); });
    s.net.Schedule(3070ms, [&] { s.ue.isCut = true; }); // the 200 is on its way back
    s.net.RunUntil(200s);
    ASSERT_TRUE(s.callee->Has(Type::CALL_FAILED));
    EXPECT_EQ(s.callee->Find(Type::CALL_FAILED)->reason, "dialog-gone");
    EXPECT_EQ(s.callee->Find(Type::CALL_FAILED)->time, At(3040ms + 32s));
}

} // namespace imsfw::sip::test
