// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Peers that fall silent at each step: every wait ends in a failure with a name, when its timer says.
#include "sip-network.h"
#include "sip-samples.h"

#include <gtest/gtest.h>

namespace imsfw::sip::test
{

using Type = UserAgentEvent::Type;

namespace
{

constexpr const char* CALLEE = "sip:callee@example.org";

/// A lone UE; the test plays its P-CSCF.
struct Lonely
{
    explicit Lonely(bool isReliable) : Lonely(SipNetwork::UeConfig("alice", "10.0.0.2", isReliable))
    {
    }

    explicit Lonely(const UserAgentConfig& config) : random(5, 1, "lonely"), ua(config, random)
    {
    }

    /// @return the request that the UE sends next.
    SipMessage
    Request()
    {
        const auto bytes = ua.PollTransmit();
        EXPECT_TRUE(bytes);
        return *SipMessage::Parse(*bytes);
    }

    void
    Answer(const SipMessage& response)
    {
        ua.HandleInput(now, response.Serialize());
    }

    /// Nothing is heard until @p end.
    void
    Wait(Duration end)
    {
        while (ua.NextTimeout() && *ua.NextTimeout() <= At(end))
        {
            now = *ua.NextTimeout();
            ua.HandleTimeout(now);
            while (ua.PollTransmit())
            {
            }
        }
    }

    /// @return the last event of the type.
    std::optional<UserAgentEvent>
    Last(Type type)
    {
        std::optional<UserAgentEvent> last;
        while (auto event = ua.PollEvent())
        {
            last = event->type == type ? event : last;
        }
        return last;
    }

    SeededRandom random;
    UserAgent ua;
    TimePoint now{};
};

} // namespace

class Stalling : public testing::TestWithParam<bool>
{
};

INSTANTIATE_TEST_SUITE_P(BothTransports,
                         Stalling,
                         testing::Bool(),
                         [](const auto& row) { return row.param ? "Stream" : "Datagram"; });

TEST_P(Stalling, AfterTheChallengeIsATimeOut)
{
    Lonely ue(GetParam());
    ue.ua.Register(ue.now);
    SipMessage challenge = SipMessage::Response(ue.Request(), 401, "t");
    challenge.Add("WWW-Authenticate", "Digest realm=\"ims.test\", nonce=\"n\", qop=\"auth\"");
    ue.now = At(1s);
    ue.Answer(challenge);
    ue.Wait(100s);
    const auto failed = ue.Last(Type::REGISTRATION_FAILED);
    ASSERT_TRUE(failed);
    EXPECT_EQ(failed->reason, "timeout");
    EXPECT_EQ(failed->time, At(1s + 32s)); // timer F
}

TEST_P(Stalling, AfterTryingIsNoAnswer)
{
    for (const int status : {100, 180})
    {
        Lonely ue(GetParam());
        ue.ua.Call(ue.now, CALLEE, Offer("10.0.0.2", 4000));
        ue.Answer(MakeResponse(ue.Request(), status));
        ue.Wait(1000s);
        const auto failed = ue.Last(Type::CALL_FAILED);
        ASSERT_TRUE(failed) << status;
        EXPECT_EQ(failed->reason, "no-answer") << status;
        // 200 s without an answer, then 64*T1 for the INVITE that was cancelled (RFC 3261 9.1).
        EXPECT_EQ(failed->time, At(200s + 32s)) << status;
        EXPECT_FALSE(ue.ua.NextTimeout()) << status;
    }
}

TEST_P(Stalling, WithHalfAResponseIsATimeOut)
{
    Lonely ue(GetParam());
    ue.ua.Register(ue.now);
    const Bytes whole = MakeResponse(ue.Request(), 200).Serialize();
    ue.ua.HandleInput(ue.now, ByteView(whole).Sub(0, whole.size() / 2));
    ue.Wait(100s);
    const auto failed = ue.Last(Type::REGISTRATION_FAILED);
    ASSERT_TRUE(failed);
    EXPECT_EQ(failed->reason, "timeout");
    EXPECT_EQ(failed->time, At(32s));
}

TEST_P(Stalling, AfterByeStillEndsTheCall)
{
    Lonely ue(GetParam());
    ue.ua.Call(ue.now, CALLEE, Offer("10.0.0.2", 4000));
    SipMessage ok = MakeResponse(ue.Request(), 200);
    ok.SetBody("application/sdp", SDP_SAMPLE);
    ue.Answer(ok);
    ue.now = At(1s);
    ue.ua.Hangup(ue.now);
    ue.Wait(100s);
    const auto ended = ue.Last(Type::CALL_ENDED);
    ASSERT_TRUE(ended);
    EXPECT_EQ(ended->reason, "local");
    EXPECT_EQ(ended->time, At(1s + 32s)); // timer F of the BYE
}

TEST_P(Stalling, BeforeThePrackRefusesTheCall)
{
    Lonely callee(GetParam());
    SipMessage invite = MakeRequest("INVITE");
    invite.Add("Supported", "100rel");
    invite.SetBody("application/sdp", SDP_SAMPLE);
    callee.Answer(invite);
    callee.ua.Answer(callee.now, Offer("198.51.100.7", 5000));
    std::optional<SipMessage> last;
    while (callee.ua.NextTimeout() && *callee.ua.NextTimeout() <= At(32s))
    {
        callee.now = *callee.ua.NextTimeout();
        callee.ua.HandleTimeout(callee.now);
        while (const auto out = callee.ua.PollTransmit())
        {
            last = *SipMessage::Parse(*out);
        }
    }
    const auto failed = callee.Last(Type::CALL_FAILED);
    ASSERT_TRUE(failed);
    EXPECT_EQ(failed->reason, "no-prack");
    EXPECT_EQ(failed->time, At(32s));
    ASSERT_TRUE(last);
    EXPECT_EQ(last->Status(), 504); // RFC 3262 3: "a 5xx response"
}

TEST(StallingStreams, SilentAndHalfMessagesAreBrokenByTheProxy)
{
    struct Row
    {
        const char* name;
        std::string bytes;
    };

    for (const Row& row : {Row{"nothing at all", ""},
                           Row{"half a message", REGISTER_SAMPLE.substr(0, 100)},
                           Row{"a whole one, then half of another",
                               REGISTER_SAMPLE + REGISTER_SAMPLE.substr(0, 100)},
                           Row{"half a ping", "\r\n\r"}})
    {
        SeededRandom random(1, 1, "p-cscf");
        PCscf proxy(SipNetwork::Config(), random);
        proxy.HandleStreamOpened(At(0s), 7, *Endpoint::Parse("192.0.2.1:6000"), "TCP");
        proxy.HandleStreamInput(At(0s), 7, ByteView(row.bytes));
        while (proxy.NextTimeout() && *proxy.NextTimeout() <= At(40s))
        {
            proxy.HandleTimeout(*proxy.NextTimeout());
        }
        std::optional<PCscfEvent> last;
        while (const auto event = proxy.PollEvent())
        {
            last = event;
        }
        ASSERT_TRUE(last) << row.name;
        EXPECT_EQ(last->type, PCscfEvent::Type::STREAM_BROKEN) << row.name;
        EXPECT_EQ(last->reason, "stalled") << row.name;
        EXPECT_EQ(last->time, At(32s)) << row.name;
    }
}

TEST(StallingStreams, ARegisteredOneMayBeSilent)
{
    SipNetwork net;
    auto& ue = net.AddUe("alice", "10.0.0.2", true);
    net.Schedule(0ms, [&] { ue.ua.Register(net.now); });
    net.RunUntil(2000s);
    EXPECT_NE(net.pcscf.Bindings().ByAor(net.now, "alice@ims.test"), nullptr);
    EXPECT_EQ(net.events.back().type, PCscfEvent::Type::REGISTERED);
}

} // namespace imsfw::sip::test
