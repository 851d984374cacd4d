// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Registration of a UA at the P-CSCF: Digest, sizes, refresh, expiry, loss, every failure by its name.
#include "sip-network.h"

#include <gtest/gtest.h>

namespace imsfw::sip::test
{

using Type = UserAgentEvent::Type;

class Registering : public testing::TestWithParam<bool>
{
};

INSTANTIATE_TEST_SUITE_P(BothTransports,
                         Registering,
                         testing::Bool(),
                         [](const auto& row) { return row.param ? "Stream" : "Datagram"; });

TEST_P(Registering, TakesTwoRoundTrips)
{
    SipNetwork net;
    auto& ue = net.AddUe("alice", "10.0.0.2", GetParam());
    net.Schedule(0ms, [&] { ue.ua.Register(net.now); });
    net.RunUntil(1s);
    ASSERT_EQ(ue.events.size(), 1U);
    EXPECT_EQ(ue.events[0].type, Type::REGISTERED);
    EXPECT_EQ(ue.events[0].time, At(80ms));
    EXPECT_TRUE(ue.ua.IsRegistered());
    ASSERT_EQ(ue.sent.size(), 2U);
    const auto first = SipMessage::Parse(ByteView(ue.sent[0]));
    const auto second = SipMessage::Parse(ByteView(ue.sent[1]));
    ASSERT_TRUE(first && second);
    EXPECT_EQ(first->CallId(), second->CallId());
    EXPECT_EQ(first->CSeq().number + 1, second->CSeq().number);
    EXPECT_NE(first->TopVia().Branch(), second->TopVia().Branch());
}

TEST_P(Registering, HasTheSizeOfARealOne)
{
    SipNetwork net;
    auto& ue = net.AddUe("alice", "10.0.0.2", GetParam());
    net.Schedule(0ms, [&] { ue.ua.Register(net.now); });
    net.RunUntil(1s);
    ASSERT_EQ(ue.sent.size(), 2U);
    EXPECT_GE(ue.sent[0].size(), 700U);
    EXPECT_LE(ue.sent[1].size(), 1200U);
}

TEST_P(Registering, SaysThatThePasswordIsWrong)
{
    SipNetwork net;
    net.pcscf.AddUser({"alice@ims.test", "sip:alice@ims.test", "another"});
    auto& ue = net.Add("alice", SipNetwork::UeConfig("alice", "10.0.0.2", GetParam()));
    net.Schedule(0ms, [&] { ue.ua.Register(net.now); });
    net.RunUntil(1s);
    ASSERT_EQ(ue.events.size(), 1U);
    EXPECT_EQ(ue.events[0].type, Type::REGISTRATION_FAILED);
    EXPECT_EQ(ue.events[0].reason, "wrong-credentials");
    EXPECT_EQ(ue.events[0].status, 403);
    EXPECT_EQ(net.events.back().reason, "wrong-password");
}

TEST_P(Registering, RefusesWhoIsNoUser)
{
    SipNetwork net;
    auto& ue = net.Add("mallory", SipNetwork::UeConfig("mallory", "10.0.0.2", GetParam()));
    net.Schedule(0ms, [&] { ue.ua.Register(net.now); });
    net.RunUntil(1s);
    ASSERT_EQ(ue.events.size(), 1U);
    EXPECT_EQ(ue.events[0].type, Type::REGISTRATION_FAILED);
    EXPECT_EQ(net.events.back().reason, "unknown-user");
}

TEST_P(Registering, RefusesTheIdentityOfAnother)
{
    SipNetwork net;
    net.AddUe("bob", "10.0.0.3", false);
    net.pcscf.AddUser({"alice@ims.test", "sip:alice@ims.test", "secret-alice"});
    UserAgentConfig config = SipNetwork::UeConfig("alice", "10.0.0.2", GetParam());
    config.publicIdentity = "sip:bob@ims.test";
    auto& ue = net.Add("thief", config);
    net.Schedule(0ms, [&] { ue.ua.Register(net.now); });
    net.RunUntil(1s);
    ASSERT_EQ(ue.events.size(), 1U);
    EXPECT_EQ(ue.events[0].type, Type::REGISTRATION_FAILED);
    EXPECT_EQ(net.events.back().reason, "not-your-identity");
}

TEST_P(Registering, RefreshesInTimeAndStaysRegistered)
{
    SipNetwork net; // the registrar grants 3600 s
    auto& ue = net.AddUe("alice", "10.0.0.2", GetParam());
    net.Schedule(0ms, [&] { ue.ua.Register(net.now); });
    net.RunUntil(3 * 3600s);
    // TS 24.229 5.1.1.4.1: 600 s before the end, each time with a nonce that has become stale.
    ASSERT_EQ(ue.Count(Type::REGISTERED), 4U);
    EXPECT_EQ(ue.events[1].time, At(80ms + 3000s + 80ms));
    EXPECT_FALSE(ue.Has(Type::REGISTRATION_FAILED));
    EXPECT_NE(net.pcscf.Bindings().ByAor(net.now, "alice@ims.test"), nullptr);
    EXPECT_EQ(net.pcscf.TransactionCount(), 0U);
}

TEST_P(Registering, ExpiresWhenTheUeFallsSilent)
{
    SipNetwork net;
    auto& ue = net.AddUe("alice", "10.0.0.2", GetParam());
    net.Schedule(0ms, [&] { ue.ua.Register(net.now); });
    net.Schedule(1s, [&] { ue.isCut = true; });
    net.RunUntil(3599s);
    EXPECT_NE(net.pcscf.Bindings().ByAor(net.now, "alice@ims.test"), nullptr);
    net.RunUntil(3601s);
    EXPECT_EQ(net.pcscf.Bindings().ByAor(net.now, "alice@ims.test"), nullptr);
    EXPECT_EQ(net.events.back().type, PCscfEvent::Type::DEREGISTERED);
    EXPECT_EQ(net.events.back().reason, "expired");
    // The refresh was tried, and its failure has a name (timer F: 32 s).
    ASSERT_TRUE(ue.Has(Type::REGISTRATION_FAILED));
    EXPECT_EQ(ue.Find(Type::REGISTRATION_FAILED)->reason, "timeout");
    EXPECT_EQ(ue.Find(Type::REGISTRATION_FAILED)->time, At(80ms + 3000s + 32s));
}

TEST(RegisteringOverDatagrams, SurvivesTheLossOfEachDatagram)
{
    for (int number = 0; number < 4; ++number)
    {
        SipNetwork net;
        net.lost = {number};
        auto& ue = net.AddUe("alice", "10.0.0.2", false);
        net.Schedule(0ms, [&] { ue.ua.Register(net.now); });
        net.RunUntil(10s);
        ASSERT_EQ(ue.events.size(), 1U) << "lost " << number;
        EXPECT_EQ(ue.events[0].type, Type::REGISTERED);
        EXPECT_EQ(ue.events[0].time, At(580ms)) << "one T1 later, lost " << number;
    }
}

TEST(RegisteringOverDatagrams, TimesOutAfterTimerF)
{
    struct Row
    {
        const char* name;
        SipTimers timers;
        Duration timerF;
        std::size_t sent;
    };

    for (const Row& row : {Row{"rfc3261", SipTimers::Rfc3261(), 32s, 11U},
                           Row{"3gpp", SipTimers::ThreeGpp(), 128s, 11U}})
    {
        SipNetwork net;
        UserAgentConfig config = SipNetwork::UeConfig("alice", "10.0.0.2", false);
        config.timers = row.timers;
        auto& ue = net.Add("alice", config);
        ue.isCut = true;
        net.Schedule(0ms, [&] { ue.ua.Register(net.now); });
        net.RunUntil(200s);
        ASSERT_EQ(ue.events.size(), 2U) << row.name;
        EXPECT_EQ(ue.events[0].type, Type::REQUEST_TIMED_OUT);
        EXPECT_EQ(ue.events[0].detail, "REGISTER");
        EXPECT_EQ(ue.events[1].type, Type::REGISTRATION_FAILED);
        EXPECT_EQ(ue.events[1].reason, "timeout");
        EXPECT_EQ(ue.events[1].time, At(row.timerF)) << row.name;
        EXPECT_EQ(ue.sent.size(), row.sent) << row.name;
    }
}

TEST(RegisteringOverStreams, FailsWithTheFlow)
{
    SipNetwork net;
    auto& ue = net.AddUe("alice", "10.0.0.2", true);
    net.Schedule(0ms, [&] { ue.ua.Register(net.now); });
    net.Schedule(
        1s,
        [&] {
            ue.ua.HandleFlowFailed(net.now, {"tls", "alert-received", "handshake_failure"});
        });
    net.Schedule(1s, [&] { net.pcscf.HandleStreamClosed(net.now, ue.channel); });
    net.RunUntil(2s);
    ASSERT_EQ(ue.events.size(), 3U);
    EXPECT_EQ(ue.events[1].type, Type::FLOW_FAILED);
    EXPECT_EQ(ue.events[1].detail, "tls: alert-received: handshake_failure");
    EXPECT_EQ(ue.events[2].type, Type::REGISTRATION_FAILED);
    EXPECT_EQ(ue.events[2].reason, "flow-failed");
    EXPECT_EQ(net.events.back().reason, "flow-lost");
    EXPECT_EQ(net.pcscf.Bindings().ByAor(net.now, "alice@ims.test"), nullptr);
    EXPECT_FALSE(ue.ua.NextTimeout());
}

TEST(RegisteringOverStreams, KeepsTheFlowAliveAndNoticesItsDeath)
{
    PCscfConfig proxy = SipNetwork::Config();
    proxy.keepAliveS = 100; // RFC 6223
    SipNetwork net(proxy);
    auto& ue = net.AddUe("alice", "10.0.0.2", true);
    net.Schedule(0ms, [&] { ue.ua.Register(net.now); });
    net.RunUntil(1000s);
    std::size_t pings = 0;
    for (const std::string& sent : ue.sent)
    {
        pings += sent == "\r\n\r\n" ? 1 : 0;
    }
    EXPECT_GE(pings, 10U); // each 80 to 100 s
    EXPECT_LE(pings, 12U);
    EXPECT_FALSE(ue.Has(Type::FLOW_FAILED));
    ue.isCut = true;
    net.RunUntil(1120s);
    ASSERT_TRUE(ue.Has(Type::FLOW_FAILED));
    EXPECT_EQ(ue.Find(Type::FLOW_FAILED)->reason, "no-pong");
    EXPECT_EQ(ue.Find(Type::REGISTRATION_FAILED)->reason, "flow-failed");
}

TEST(RegisteringOverDatagrams, SendsKeepAlivesThatNobodyAnswers)
{
    SipNetwork net;
    net.pcscf.AddUser({"alice@ims.test", "sip:alice@ims.test", "secret-alice"});
    UserAgentConfig config = SipNetwork::UeConfig("alice", "10.0.0.2", false);
    config.keepAlive = 29s;
    auto& ue = net.Add("alice", config);
    net.Schedule(0ms, [&] { ue.ua.Register(net.now); });
    net.RunUntil(60s);
    EXPECT_EQ(ue.sent.size(), 4U); // two REGISTER, two keep-alives within 60 s
    EXPECT_EQ(ue.sent[3], "\r\n\r\n");
    EXPECT_FALSE(ue.Has(Type::FLOW_FAILED));
    EXPECT_TRUE(net.events.size() ==
                2); // challenged, registered: a keep-alive is no malformed message
}

TEST(RegisteringTwice, GivesOneTraceByteForByte)
{
    std::string traces[2];
    for (std::string& trace : traces)
    {
        SipNetwork net;
        auto& ue = net.AddUe("alice", "10.0.0.2", false);
        net.Schedule(0ms, [&] { ue.ua.Register(net.now); });
        net.RunUntil(4000s);
        trace = net.trace;
    }
    EXPECT_FALSE(traces[0].empty());
    EXPECT_EQ(traces[0], traces[1]);
}

} // namespace imsfw::sip::test
