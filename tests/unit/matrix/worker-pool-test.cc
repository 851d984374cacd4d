// SPDX-License-Identifier: GPL-2.0-only
#include "worker-pool.h"

#include <gtest/gtest.h>

#include <csignal>
#include <map>

using namespace imsfw::scenario;

TEST(WorkerPoolTest, EveryJobIsDoneOnceWhateverTheWorkers)
{
    for (const unsigned workers : {1U, 2U, 5U, 100U})
    {
        std::map<std::size_t, std::string> outputs;
        RunJobs(
            23,
            workers,
            [](std::size_t job) { return std::string(job * 10000, 'x') + std::to_string(job); },
            [&](const JobOutcome& outcome)
            {
                EXPECT_FALSE(outcome.crashed);
                EXPECT_TRUE(outputs.emplace(outcome.job, outcome.output).second);
            });
        ASSERT_EQ(outputs.size(), 23U);
        EXPECT_EQ(outputs[7].substr(70000), "7");
    }
}

TEST(WorkerPoolTest, ACrashCostsItsOwnJobAlone)
{
    std::map<std::size_t, JobOutcome> outcomes;
    RunJobs(
        6,
        2,
        [](std::size_t job)
        {
            if (job % 3 == 1)
            {
                raise(SIGKILL);
            }
            return std::string("done");
        },
        [&](const JobOutcome& outcome) { outcomes[outcome.job] = outcome; });
    ASSERT_EQ(outcomes.size(), 6U);
    for (const auto& [job, outcome] : outcomes)
    {
        EXPECT_EQ(outcome.crashed, job % 3 == 1);
        EXPECT_EQ(outcome.output == "done", job % 3 != 1) << outcome.output;
    }
}

TEST(WorkerPoolTest, NoJobsIsNoWork)
{
    RunJobs(
        0, 2, [](std::size_t) { return std::string(); }, [](const JobOutcome&) { ADD_FAILURE(); });
}
