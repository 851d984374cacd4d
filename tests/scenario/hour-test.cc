// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// A call of an hour through TURN: what has to be renewed is, as often as its lifetime says; and what dies without it.
#include "scenario-run.h"

#include <map>

namespace imsfw::scenario
{
namespace
{

using Settings = std::vector<std::string>;

constexpr int CALL = 62 * 60;  // seconds, as scenarios/configs/hour-long-call.yaml has it
constexpr int NONCE = 15 * 60; // likewise

RunOutput
RunHour(const Settings& settings)
{
    const auto experiment =
        LoadExperiment(DataRoot() + "/scenarios/configs/hour-long-call.yaml", settings);
    EXPECT_TRUE(experiment) << (experiment ? "" : config::ToString(experiment.Error()));
    auto output = RunExperiment(*experiment, "");
    EXPECT_TRUE(output) << (output ? "" : output.Error());
    return std::move(*output);
}

/// @return how often each message is named in the timeline, by "sent NAME" and "received NAME".
std::map<std::string, int>
CountMessages(const RunOutput& output, const std::string& node)
{
    std::map<std::string, int> counts;
    for (const auto& event : output.timeline)
    {
        if (event.event != "message" || event.node != node)
        {
            continue;
        }
        const std::string way = event.details["way"].get<std::string>() + " ";
        std::string names = event.details["name"].get<std::string>() + ", ";
        while (!names.empty())
        {
            const auto end = names.find(", ");
            counts[way + names.substr(0, end)] += event.details.value("count", 1);
            names.erase(0, end + 2);
        }
    }
    return counts;
}

TEST(HourLongCall, RenewsAllThatExpires)
{
    const auto output = RunHour({});
    EXPECT_EQ(output.result.control.verdict, Verdict::PASS);
    EXPECT_EQ(output.result.mediaUdp.verdict, Verdict::PASS) << Why(output.result);
    EXPECT_EQ(output.result.mediaTcp.verdict, Verdict::PASS);
    ASSERT_TRUE(output.result.messagesUp && output.result.messagesDown);
    for (const auto& direction : {*output.result.messagesUp, *output.result.messagesDown})
    {
        EXPECT_EQ(direction.whole, 4U);
        EXPECT_GE(*direction.last, std::chrono::minutes(60)) << "the last one is written then";
    }
    auto counts = CountMessages(output, "ue");
    // RFC 8656 9, 12, 7.2: 300, 600 and 600 s, each refreshed 60 s before its end. Two allocations are refreshed, and at last
    // given back; the UDP one has a peer.
    EXPECT_EQ(counts["received Refresh success"], 2 * (CALL / 540 + 1));
    EXPECT_EQ(counts["received CreatePermission success"], 1 + CALL / 240);
    EXPECT_EQ(counts["received ChannelBind success"], 1 + CALL / 540);
    // A nonce is found to be stale by the first request behind its end; the client takes the new one of the 438.
    EXPECT_EQ(counts["received CreatePermission 438"], CALL / (NONCE / 240 * 240 + 240));
    EXPECT_EQ(counts["received Refresh 438"], CALL / (NONCE / 540 * 540 + 540));
    EXPECT_EQ(counts["sent Refresh"],
              counts["received Refresh success"] + counts["received Refresh 438"]);
    // The control connection of the TCP allocation is silent but for its refreshes; the other has comfort noise.
    EXPECT_GE(counts["sent Binding indication"], CALL / 60 - CALL / 540 - 1);
    EXPECT_LE(counts["sent Binding indication"], CALL / 60);
    // RFC 3261 10.2.4, 12.2: an hour's registration ten minutes before its end, each time with a challenge; re-INVITEs.
    EXPECT_EQ(counts["received 200 REGISTER"], 2);
    EXPECT_EQ(counts["sent INVITE"], 1 + CALL / (30 * 60));
    EXPECT_EQ(counts["sent ConnectionBind"], 1);
}

TEST(HourLongCall, BelongsToIceTooWithConsentAllTheTime)
{
    const auto output = RunHour({"transport=solution-ice", "evidence.timeline=false"});
    EXPECT_EQ(output.result.control.verdict, Verdict::PASS);
    EXPECT_EQ(output.result.mediaUdp.verdict, Verdict::PASS) << Why(output.result);
    EXPECT_EQ(output.result.mediaTcp.verdict, Verdict::PASS);
}

TEST(HourLongCall, DiesOfSilenceWhereNothingIsKeptAlive)
{
    // Four minutes of silence on connections that the proxy closes after two: the one to the TURN server, or MSRP's own.
    const Settings few{"call.duration=5min", "messages.count=2", "messages.interval=4min"};
    for (const Settings& more :
         std::vector<Settings>{{"turn.keep_alive=0s"}, {"messages.keep_alive=0s"}})
    {
        Settings settings = few;
        settings.insert(settings.end(), more.begin(), more.end());
        const auto result = RunHour(settings).result;
        EXPECT_EQ(result.control.verdict, Verdict::PASS) << more.front();
        EXPECT_EQ(result.mediaUdp.verdict, Verdict::PASS) << more.front();
        EXPECT_EQ(result.mediaTcp.verdict, Verdict::FAIL) << more.front();
        ASSERT_TRUE(result.mediaTcp.decidedBy) << more.front();
        EXPECT_EQ(result.mediaTcp.decidedBy->element, "web-proxy") << more.front();
    }
    EXPECT_EQ(RunHour(few).result.mediaTcp.verdict, Verdict::PASS);
}

} // namespace
} // namespace imsfw::scenario
