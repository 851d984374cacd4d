// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Flows that stay alive (RFC 5626, RFC 6223): reg-id and instance, Flow-Timer, pongs, back-off; intervals that are too
/// brief, and registrations that are given up.
#include "ims-sip-flow-recovery.h"
#include "sip-network.h"
#include "sip-samples.h"

#include <gtest/gtest.h>

namespace imsfw::sip::test
{

using Type = UserAgentEvent::Type;

namespace
{

std::size_t
Pings(const SipNetwork::Agent& ue)
{
    std::size_t pings = 0;
    for (const std::string& sent : ue.sent)
    {
        pings += sent == "\r\n\r\n" ? 1 : 0;
    }
    return pings;
}

PCscfConfig
WithFlowTimer(uint32_t seconds)
{
    PCscfConfig config = SipNetwork::Config();
    config.registrar.flowTimerS = seconds;
    return config;
}

} // namespace

TEST(Outbound, AFlowTimerSetsTheInterval)
{
    SipNetwork net(WithFlowTimer(100));
    auto& ue = net.AddUe("alice", "10.0.0.2", true);
    net.Schedule(0ms, [&] { ue.ua.Register(net.now); });
    net.RunUntil(1000s);
    EXPECT_NE(net.trace.find("\r\nFlow-Timer: 100\r\n"), std::string::npos);
    EXPECT_NE(net.trace.find("\r\nRequire: outbound\r\n"), std::string::npos);
    EXPECT_GE(Pings(ue), 10U); // each 80 to 100 s
    EXPECT_LE(Pings(ue), 12U);
    EXPECT_TRUE(ue.ua.IsFlowProven());
    EXPECT_EQ(net.events.back().type, PCscfEvent::Type::REGISTERED);
}

TEST(Outbound, TheShortestOfTheIntervalsCounts)
{
    struct Row
    {
        Duration own;
        uint32_t keep;
        uint32_t flowTimer;
        std::size_t least; ///< pings in 1000 s
        std::size_t most;
    };

    for (const Row& row : {Row{0s, 0, 0, 0, 0},
                           Row{50s, 0, 0, 20, 25},
                           Row{50s, 200, 100, 20, 25},
                           Row{500s, 200, 100, 10, 12},
                           Row{500s, 50, 100, 20, 25}})
    {
        PCscfConfig proxy = WithFlowTimer(row.flowTimer);
        proxy.keepAliveS = row.keep;
        SipNetwork net(proxy);
        net.pcscf.AddUser({"alice@ims.test", "sip:alice@ims.test", "secret-alice"});
        UserAgentConfig config = SipNetwork::UeConfig("alice", "10.0.0.2", true);
        config.keepAlive = row.own;
        auto& ue = net.Add("alice", config);
        net.Schedule(0ms, [&] { ue.ua.Register(net.now); });
        net.RunUntil(1000s);
        EXPECT_GE(Pings(ue), row.least) << row.own.count() << " " << row.keep;
        EXPECT_LE(Pings(ue), row.most) << row.own.count() << " " << row.keep;
        EXPECT_EQ(ue.ua.IsFlowProven(), true);
    }
}

TEST(Outbound, ASilentFlowIsClosedAfterItsTimerAndSomeGrace)
{
    SipNetwork net(WithFlowTimer(100));
    auto& ue = net.AddUe("alice", "10.0.0.2", true);
    net.Schedule(0ms, [&] { ue.ua.Register(net.now); });
    net.Schedule(1s, [&] { ue.isCut = true; });
    net.RunUntil(200s);
    ASSERT_GE(net.events.size(), 2U);
    const auto& broken = net.events[net.events.size() - 2];
    EXPECT_EQ(broken.type, PCscfEvent::Type::STREAM_BROKEN);
    EXPECT_EQ(broken.reason, "no-keep-alive");
    EXPECT_EQ(broken.time, At(60ms + 110s)); // the last that arrived was the second REGISTER
    EXPECT_EQ(net.events.back().reason, "flow-lost");
    // The UE notices as well: no pong within 10 s.
    EXPECT_EQ(ue.Find(Type::FLOW_FAILED)->reason, "no-pong");
    EXPECT_FALSE(ue.ua.IsFlowProven());
}

TEST(Outbound, ANewFlowOfTheSameInstanceReplacesTheOld)
{
    SipNetwork net;
    auto& first = net.AddUe("alice", "10.0.0.2", true);
    auto& second =
        net.AddUe("alice", "10.0.0.3", true); // another address, the same instance and reg-id
    net.Schedule(0ms, [&] { first.ua.Register(net.now); });
    net.RunUntil(1s);
    const std::string token = net.pcscf.Bindings().ByAor(net.now, "alice@ims.test")->token;
    net.Schedule(2s, [&] { second.ua.Register(net.now); });
    net.RunUntil(3s);
    const Binding* binding = net.pcscf.Bindings().ByAor(net.now, "alice@ims.test");
    ASSERT_TRUE(binding);
    EXPECT_EQ(binding->contact, "sip:alice@10.0.0.3:5060;transport=tcp");
    EXPECT_EQ(binding->token, token);
    net.pcscf.HandleStreamClosed(net.now, first.channel);
    EXPECT_NE(net.pcscf.Bindings().ByAor(net.now, "alice@ims.test"), nullptr);
}

TEST(Outbound, AnotherInstanceIsBesideAndTakesOverWhenTheLatestIsLost)
{
    SipNetwork net;
    auto& first = net.AddUe("alice", "10.0.0.2", true);
    UserAgentConfig config = SipNetwork::UeConfig("alice", "10.0.0.3", true);
    config.instanceId = "urn:gsma:imei:90420156-025763-0";
    auto& second = net.Add("alice", config);
    net.Schedule(0ms, [&] { first.ua.Register(net.now); });
    net.Schedule(1s, [&] { second.ua.Register(net.now); });
    net.RunUntil(2s);
    EXPECT_EQ(net.pcscf.Bindings().ByAor(net.now, "alice@ims.test")->flow.channel, second.channel);
    net.pcscf.HandleStreamClosed(net.now, second.channel);
    EXPECT_EQ(net.pcscf.Bindings().ByAor(net.now, "alice@ims.test")->flow.channel, first.channel);
}

TEST(RegisteringLonger, WithTooBriefAnIntervalIsDoneAgain)
{
    PCscfConfig proxy = SipNetwork::Config();
    proxy.registrar.minExpiresS = 600;
    SipNetwork net(proxy);
    net.pcscf.AddUser({"alice@ims.test", "sip:alice@ims.test", "secret-alice"});
    UserAgentConfig config = SipNetwork::UeConfig("alice", "10.0.0.2", false);
    config.expiresS = 60;
    auto& ue = net.Add("alice", config);
    net.Schedule(0ms, [&] { ue.ua.Register(net.now); });
    net.RunUntil(1s);
    ASSERT_EQ(ue.sent.size(), 3U); // challenged, too brief, taken
    EXPECT_NE(ue.sent[2].find("\r\nExpires: 600\r\n"), std::string::npos);
    EXPECT_TRUE(ue.ua.IsRegistered());
    EXPECT_EQ(net.events[1].reason, "interval-too-brief");
}

TEST(RegisteringLonger, IsUndoneByTheUser)
{
    SipNetwork net(WithFlowTimer(100));
    auto& ue = net.AddUe("alice", "10.0.0.2", true);
    net.Schedule(0ms, [&] { ue.ua.Deregister(net.now); }); // nothing to undo yet
    net.Schedule(1s, [&] { ue.ua.Register(net.now); });
    net.Schedule(2s, [&] { ue.ua.Deregister(net.now); });
    net.RunUntil(4000s);
    ASSERT_TRUE(ue.Has(Type::DEREGISTERED));
    EXPECT_EQ(ue.Find(Type::DEREGISTERED)->time, At(2040ms));
    EXPECT_FALSE(ue.ua.IsRegistered());
    EXPECT_EQ(net.pcscf.Bindings().ByAor(net.now, "alice@ims.test"), nullptr);
    EXPECT_EQ(ue.sent.size(), 3U) << "neither a refresh nor a keep-alive follows";
}

TEST(RegisteringLonger, OneIdentityRegistersTheWholeSet)
{
    SipNetwork net;
    SipUser user{"alice@ims.test", "sip:alice@ims.test", "secret-alice"};
    user.moreIdentities = {"sip:+15551234@ims.test;user=phone", "tel:+15551234"};
    net.pcscf.AddUser(user);
    auto& ue = net.Add("alice", SipNetwork::UeConfig("alice", "10.0.0.2", false));
    net.Schedule(0ms, [&] { ue.ua.Register(net.now); });
    net.RunUntil(1s);
    const Registrar& registrar = net.pcscf.Bindings();
    const Binding* binding = registrar.ByAor(net.now, "alice@ims.test");
    ASSERT_TRUE(binding);
    EXPECT_EQ(registrar.ByAor(net.now, "+15551234@ims.test"), binding);
    EXPECT_EQ(registrar.ByAor(net.now, "+15551234"), binding);
    EXPECT_TRUE(registrar.IsIdentityOf(*binding, "tel:+15551234"));
    EXPECT_FALSE(registrar.IsIdentityOf(*binding, "sip:bob@ims.test"));
    EXPECT_NE(net.trace.find("P-Associated-URI: <tel:+15551234>"), std::string::npos);
}

TEST(FlowRecovery, WaitsAsTheRfcSays)
{
    struct Row
    {
        uint32_t failures;
        Duration bound;
    };

    for (const Row& row :
         {Row{1, 60s}, Row{2, 120s}, Row{3, 240s}, Row{5, 960s}, Row{6, 1800s}, Row{40, 1800s}})
    {
        SeededRandom random(row.failures, 1, "recovery");
        FlowRecovery recovery;
        Duration wait{0};
        for (uint32_t i = 0; i < row.failures; ++i)
        {
            wait = recovery.HandleFailure(false, random);
        }
        EXPECT_EQ(recovery.ConsecutiveFailures(), row.failures);
        EXPECT_GE(wait, row.bound / 2) << row.failures;
        EXPECT_LE(wait, row.bound) << row.failures;
        EXPECT_EQ(recovery.HandleFailure(true, random), 0s) << "it had been well since";
        EXPECT_LE(recovery.HandleFailure(false, random), 60s);
    }
}

TEST(FlowRecovery, SpreadsOverTheWholeRange)
{
    SeededRandom random(1, 1, "recovery");
    Duration least = 1000s;
    Duration most{0};
    for (int i = 0; i < 200; ++i)
    {
        const Duration wait = FlowRecovery().HandleFailure(false, random);
        least = std::min(least, wait);
        most = std::max(most, wait);
    }
    EXPECT_LT(least, 31s);
    EXPECT_GT(most, 59s);
}

} // namespace imsfw::sip::test
