// SPDX-License-Identifier: GPL-2.0-only
#include "finished-run.h"
#include "verdict-finder.h"

namespace imsfw::scenario
{

TEST(RunReaderTest, GivesBackWhatWasDecided)
{
    const TestFolder folder;
    const auto run = FailedRun(folder, "name: x\ntransport: solution\n", "web-ports");
    EXPECT_TRUE(run.HasFailed());
    EXPECT_EQ(run.experiment.transport, "solution");
    EXPECT_EQ(run.suite, "TLS_RSA_WITH_NULL_SHA");
    ASSERT_TRUE(run.control.decidedBy);
    EXPECT_EQ(run.control.decidedBy->rule, "web-ports");
    EXPECT_EQ(run.control.decidedBy->at, TimePoint(std::chrono::microseconds(1500)));
    EXPECT_EQ(run.mediaUdp.verdict, Verdict::NOT_ATTEMPTED);
}

TEST(RunReaderTest, SaysWhatIsWrongWithAFolder)
{
    EXPECT_EQ(ReadRun("/nowhere/run").Error(), "/nowhere/run: there is no such folder");
    const TestFolder folder;
    EXPECT_NE(ReadRun(folder.Path()).Error().find("has no experiment.yaml"), std::string::npos);
    folder.Write("experiment.yaml", "name: x\ntransport: solution\n");
    EXPECT_NE(ReadRun(folder.Path()).Error().find("has no result.json"), std::string::npos);
    for (const char* text : {"",
                             "[]",
                             "{",
                             "{\"planes\": 3}",
                             R"({"planes": {"control": []}})",
                             R"({"planes": {"control": {"verdict": "perhaps"}}})"})
    {
        folder.Write("result.json", text);
        const auto run = ReadRun(folder.Path());
        ASSERT_FALSE(run) << text;
        EXPECT_NE(run.Error().find("is no result of a run"), std::string::npos);
    }
    folder.Write("result.json", FailedResult("x"));
    EXPECT_TRUE(ReadRun(folder.Path()));
    folder.Write("experiment.yaml", "transport: no-such\n");
    EXPECT_NE(ReadRun(folder.Path()).Error().find("unknown transport"), std::string::npos);
}

TEST(RunReaderTest, TakesNoTimeThatIsBeyondAllSimulations)
{
    const auto decidedAt = [](const std::string& time)
    {
        const std::string plane = R"({"verdict": "fail", "decided_by": {"at_ms": )" + time + "}}";
        FinishedRun run;
        EXPECT_TRUE(ReadResult(
            R"({"planes": {"control": )" + plane + R"(, "media_udp": )" + plane + "}}", run));
        return run.control.decidedBy->at;
    };
    EXPECT_EQ(decidedAt("12.5"), TimePoint(std::chrono::microseconds(12500)));
    for (const char* time : {"1e300", "-5", "\"12\""})
    {
        EXPECT_EQ(decidedAt(time), TimePoint()) << time;
    }
}

TEST(ParseFlowTest, ReadsWhatResultsWriteAndNothingElse)
{
    const std::string text = "udp 10.1.0.2:5060 > 192.0.2.2:5060";
    const auto flow = ParseFlow(text);
    ASSERT_TRUE(flow);
    EXPECT_EQ(flow->ToString(), text);
    for (const char* wrong : {"",
                              "udp",
                              "udp 10.1.0.2:5060 < 192.0.2.2:5060",
                              "sctp 10.1.0.2:1 > 192.0.2.2:1",
                              "tcp 10.1.0.2 > 192.0.2.2:1",
                              "tcp 10.1.0.2:1 > 192.0.2.2:1 again"})
    {
        EXPECT_FALSE(ParseFlow(wrong)) << wrong;
    }
}

} // namespace imsfw::scenario
