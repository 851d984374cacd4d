// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Media over TCP: messages (MSRP) in both directions, over TURN TCP allocations and directly, and what stops them.
#include "scenario-run.h"

namespace imsfw::scenario
{
namespace
{

using Settings = std::vector<std::string>;

Settings
With(Settings settings, const Settings& more)
{
    settings.insert(settings.end(), more.begin(), more.end());
    return settings;
}

const Settings MESSAGES{
    "transport=solution", "messages.enabled=true", "call.duration=3s", "evidence.captures=false"};

TEST(Messages, AreNotAttemptedWhereNobodyAsked)
{
    const auto output = RunWith({"call.duration=1s"});
    EXPECT_EQ(output.result.mediaTcp.verdict, Verdict::NOT_ATTEMPTED);
    EXPECT_FALSE(output.result.messagesUp || output.result.messagesDown);
}

TEST(Messages, ComeWholeInBothDirectionsWhoeverOpensTheSession)
{
    const std::vector<Settings> rows{
        {},
        {"messages.setup=active"},
        {"messages.setup=passive"},
        {"firewall.policy=authenticating-proxy"},
        {"messages.path=direct", "firewall.policy=stateful-nat"},
        {"messages.path=relay", "media.path=none"},
        {"control.transport=none"},
        {"control.transport=none", "messages.setup=passive"},
        {"callee.policy=symmetric-nat"},
        {"callee.policy=proxy-only", "messages.setup=passive"},
        {"transport=sip-tcp", "firewall.policy=symmetric-nat"},
        {"messages.success_reports=false", "messages.failure_reports=no"},
    };
    for (const auto& row : rows)
    {
        const std::string name = row.empty() ? "as it is" : row.front();
        const auto result = RunWith(With(MESSAGES, row)).result;
        EXPECT_EQ(result.mediaTcp.verdict, Verdict::PASS)
            << name << (result.mediaTcp.decidedBy ? result.mediaTcp.decidedBy->reason : "");
        ASSERT_TRUE(result.messagesUp && result.messagesDown) << name;
        for (const auto& direction : {*result.messagesUp, *result.messagesDown})
        {
            EXPECT_EQ(direction.expected, 3U) << name;
            EXPECT_EQ(direction.whole, 3U) << name;
            EXPECT_EQ(direction.bytes, 600U) << name;
            EXPECT_EQ(direction.damaged + direction.failures, 0U) << name;
            EXPECT_EQ(direction.successReports, name == "messages.success_reports=false" ? 0U : 3U)
                << name;
            EXPECT_LE(*direction.first, *direction.last) << name;
        }
    }
}

TEST(Messages, AFileComesInChunks)
{
    const auto result =
        RunWith(With(MESSAGES, {"messages.file=200000", "messages.chunk=500", "messages.count=1"}))
            .result;
    EXPECT_EQ(result.mediaTcp.verdict, Verdict::PASS);
    EXPECT_EQ(result.messagesUp->whole, 2U);
    EXPECT_EQ(result.messagesUp->bytes, 200'200U);
    EXPECT_GT(*result.messagesUp->last, *result.messagesUp->first) << "chat does not wait for it";
}

TEST(Messages, LargeFilesComeThroughRelaysThatLosePackets)
{
    // Losses and SACK fill the windows of the relays' connections to the byte, and slow readers close them.
    const Settings common{"messages.count=1", "call.duration=60s"};
    for (const Settings& row : std::vector<Settings>{
             {"messages.file=3000000",
              "links.access.loss=0.01",
              "firewall.policy=proxy-only",
              "callee.policy=stateful-nat"},
             {"messages.file=11000000",
              "transport=sip-udp"}, // longer than sessions take by default
         })
    {
        const auto result = RunWith(With(With(MESSAGES, common), row)).result;
        EXPECT_EQ(result.mediaTcp.verdict, Verdict::PASS) << row.front();
    }
}

TEST(Messages, LargeFilesComeOverASlowAccess)
{
    const Settings common{"transport=turn-tcp-80", "links.access.rate=500kbps", "messages.count=3"};
    // 1.5 MB each way in 60 s are 200 of 500 kbit/s, voice 91 more; the voice hardly waits for them.
    auto result =
        RunWith(With(MESSAGES, With(common, {"messages.file=1500000", "call.duration=60s"})))
            .result;
    EXPECT_EQ(result.mediaTcp.verdict, Verdict::PASS);
    EXPECT_EQ(result.messagesUp->whole + result.messagesDown->whole, 8U);
    EXPECT_LT(*result.messagesUp->last, std::chrono::seconds(45));
    EXPECT_LT(result.voiceDown->delayMeanMs, 1000);
    // Without a bound, seconds of chunks wait on the way: responses come too late, and the run says so.
    result = RunWith(With(MESSAGES,
                          With(common,
                               {"messages.unanswered=0",
                                "messages.file=4000000",
                                "links.access.rate=200kbps",
                                "call.duration=60s"})))
                 .result;
    EXPECT_EQ(result.mediaTcp.verdict, Verdict::FAIL);
    ASSERT_TRUE(result.mediaTcp.decidedBy);
    EXPECT_NE(result.mediaTcp.decidedBy->detail.find("the sender was told: 408 no-response after"),
              std::string::npos)
        << result.mediaTcp.decidedBy->detail;
}

TEST(Messages, WhatIsNotThroughByTheEndOfTheCallFails)
{
    const auto result =
        RunWith(With(MESSAGES,
                     {"messages.file=1000000", "links.access.rate=1Mbps", "call.duration=1s"}))
            .result;
    EXPECT_EQ(result.mediaTcp.verdict, Verdict::FAIL);
    ASSERT_TRUE(result.mediaTcp.decidedBy);
    EXPECT_EQ(result.mediaTcp.decidedBy->reason, "msrp-incomplete");
    EXPECT_EQ(result.control.verdict, Verdict::PASS) << "a plane of its own";
}

TEST(Messages, AFirewallThatStandsInTheWayIsNamed)
{
    struct Row
    {
        Settings settings;
        const char* element;
        const char* rule;
    };

    const std::vector<Row> rows{
        {{"messages.path=direct", "firewall.policy=web-ports-only"}, "nimsfw", "default"},
        {{"transport=turn-tcp-80", "firewall.policy=web-protocols-only"},
         "nimsfw",
         "not-http-on-80"},
    };
    for (const auto& row : rows)
    {
        const auto result = RunWith(With(MESSAGES, row.settings)).result;
        EXPECT_EQ(result.mediaTcp.verdict, Verdict::FAIL) << row.rule;
        ASSERT_TRUE(result.mediaTcp.decidedBy) << row.rule;
        EXPECT_EQ(result.mediaTcp.decidedBy->element, row.element);
        EXPECT_EQ(result.mediaTcp.decidedBy->rule, row.rule);
        EXPECT_EQ(result.control.verdict, Verdict::PASS) << row.rule;
    }
}

TEST(Messages, DoNotWaitForVoiceThatIsBlocked)
{
    // Direct voice does not come through a symmetric NAT, a connection that the UE opens does.
    const auto result =
        RunWith(With(MESSAGES, {"transport=sip-udp", "firewall.policy=symmetric-nat"})).result;
    EXPECT_EQ(result.mediaUdp.verdict, Verdict::FAIL);
    EXPECT_EQ(result.mediaTcp.verdict, Verdict::PASS);
}

TEST(Messages, NobodyCanBeReachedBehindANatWithoutARelay)
{
    const auto result = RunWith(With(MESSAGES,
                                     {"messages.path=direct",
                                      "messages.setup=passive",
                                      "firewall.policy=stateful-nat"}))
                            .result;
    EXPECT_EQ(result.mediaTcp.verdict, Verdict::FAIL);
}

TEST(Messages, OneSeedGivesTheSameResultTwice)
{
    const Settings settings = With(MESSAGES, {"messages.file=50000"});
    const auto experiment = LoadExperiment("", settings);
    ASSERT_TRUE(experiment);
    const auto first = RunWith(settings);
    const auto second = RunWith(settings);
    EXPECT_EQ(ToJson(*experiment, first.result, MakeProvenance("")),
              ToJson(*experiment, second.result, MakeProvenance("")));
}

TEST(Messages, SettingsThatMakeNoSenseAreRefused)
{
    const std::vector<std::pair<Settings, const char*>> rows{
        {{"messages.count=5"}, "messages.enabled"},
        {{"messages.enabled=true", "call.enabled=false"}, "call.enabled"},
        {{"messages.enabled=true", "media.path=none"}, "media.path"},
        {{"messages.enabled=true", "messages.count=0"}, "nothing to write"},
        {{"messages.enabled=true", "messages.chunk=4096"}, "messages.chunk"},
        {{"messages.enabled=true", "messages.setup=holdconn"}, "messages.setup"},
    };
    for (const auto& [settings, told] : rows)
    {
        const auto experiment = LoadExperiment("", settings);
        ASSERT_FALSE(experiment) << told;
        EXPECT_NE(config::ToString(experiment.Error()).find(told), std::string::npos)
            << config::ToString(experiment.Error());
    }
}

} // namespace
} // namespace imsfw::scenario
