// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Scripts: what happens when, and what the plan wants done.
#include "attempt-plan.h"

#include <gtest/gtest.h>

#include <set>

using namespace imsfw;
using namespace imsfw::scenario;
using namespace std::chrono_literals;

namespace
{

const StreamFailure REFUSED{"tcp", "reset", ""};

TimePoint
At(Duration time)
{
    return TimePoint(time);
}

/// The commands so far, for example "start0 cancel0 start1".
std::string
Commands(AttemptPlan& plan)
{
    static constexpr const char* NAMES[] = {"start", "cancel", "won", "lost"};
    std::string text;
    while (const auto command = plan.PollCommand())
    {
        text += (text.empty() ? "" : " ") + std::string(NAMES[static_cast<int>(command->type)]) +
                std::to_string(command->index);
    }
    return text;
}

AttemptPlan
Ordered()
{
    return AttemptPlan({AttemptOrder::ORDERED, 3, 3s, 250ms});
}

AttemptPlan
Race()
{
    return AttemptPlan({AttemptOrder::RACE, 3, 3s, 250ms});
}

} // namespace

TEST(AttemptPlanTest, WhatIsNotTriedIsPassedOver)
{
    std::set<std::size_t> untried{1};
    AttemptPlan plan({AttemptOrder::ORDERED, 4, 3s, 250ms, [&](std::size_t index) {
                          return untried.count(index) == 0;
                      }});
    plan.Start(At(0s));
    plan.HandleFailure(At(40ms), 0, REFUSED);
    EXPECT_EQ(Commands(plan), "start0 cancel0 start2");
    EXPECT_EQ(plan.GetAttempts()[1].state, AttemptState::WAITING);
    untried.insert(3); // asked when its turn comes, not before
    plan.HandleFailure(At(80ms), 2, REFUSED);
    EXPECT_EQ(Commands(plan), "cancel2 lost2") << "the last that failed, not the last there is";
    EXPECT_EQ(plan.NextTimeout(), std::nullopt);
}

TEST(AttemptPlanTest, InOrderTheNextOneFollowsAFailureAtOnce)
{
    auto plan = Ordered();
    plan.Start(At(0s));
    EXPECT_EQ(Commands(plan), "start0");
    EXPECT_EQ(plan.NextTimeout(), At(3s));
    plan.HandleFailure(At(40ms), 0, REFUSED);
    EXPECT_EQ(Commands(plan), "cancel0 start1");
    plan.HandleSuccess(At(90ms), 1);
    EXPECT_EQ(Commands(plan), "won1");
    EXPECT_FALSE(plan.NextTimeout());
    EXPECT_EQ(plan.GetAttempts()[0].state, AttemptState::FAILED);
    EXPECT_EQ(plan.GetAttempts()[0].failure->reason, "reset");
    EXPECT_EQ(plan.GetAttempts()[1].started, At(40ms));
    EXPECT_EQ(plan.GetAttempts()[1].ended, At(90ms));
    EXPECT_EQ(plan.GetAttempts()[2].state, AttemptState::WAITING);
}

TEST(AttemptPlanTest, SilenceCostsTheCapEachTimeAndTheLastOneLoses)
{
    auto plan = Ordered();
    plan.Start(At(0s));
    for (const auto time : {3s, 6s, 9s})
    {
        ASSERT_EQ(plan.NextTimeout(), At(time));
        plan.HandleTimeout(At(time));
    }
    EXPECT_EQ(Commands(plan), "start0 cancel0 start1 cancel1 start2 cancel2 lost2");
    EXPECT_EQ(plan.GetAttempts()[2].failure->reason, "timeout");
    EXPECT_FALSE(plan.NextTimeout());
}

TEST(AttemptPlanTest, ATimeoutBeforeItsTimeDoesNothing)
{
    auto plan = Ordered();
    plan.Start(At(0s));
    Commands(plan);
    plan.HandleTimeout(At(2999ms));
    EXPECT_EQ(Commands(plan), "");
}

TEST(AttemptPlanTest, ARaceIsStaggeredAndItsWinnerCallsTheOthersOff)
{
    auto plan = Race();
    plan.Start(At(0s));
    EXPECT_EQ(plan.NextTimeout(), At(250ms));
    plan.HandleTimeout(At(250ms));
    plan.HandleTimeout(At(500ms));
    EXPECT_EQ(Commands(plan), "start0 start1 start2");
    EXPECT_EQ(plan.NextTimeout(), At(3s));
    plan.HandleSuccess(At(600ms), 1);
    EXPECT_EQ(Commands(plan), "cancel0 cancel2 won1");
    EXPECT_EQ(plan.GetAttempts()[0].state, AttemptState::CANCELLED);
    EXPECT_EQ(plan.GetAttempts()[2].ended, At(600ms));
}

TEST(AttemptPlanTest, InARaceNobodyWaitsForTheStaggerWhenNothingIsRunning)
{
    auto plan = Race();
    plan.Start(At(0s));
    plan.HandleFailure(At(30ms), 0, REFUSED);
    EXPECT_EQ(Commands(plan), "start0 cancel0 start1");
    EXPECT_EQ(plan.NextTimeout(), At(280ms));
}

TEST(AttemptPlanTest, InARaceTheOthersGoOnWhenOneFails)
{
    auto plan = Race();
    plan.Start(At(0s));
    plan.HandleTimeout(At(250ms));
    plan.HandleFailure(At(300ms), 0, REFUSED);
    EXPECT_EQ(Commands(plan), "start0 start1 cancel0");
    EXPECT_EQ(plan.NextTimeout(), At(500ms));
}

TEST(AttemptPlanTest, WhatComesTooLateChangesNothing)
{
    auto plan = Ordered();
    plan.Start(At(0s));
    plan.HandleTimeout(At(3s));
    Commands(plan);
    plan.HandleSuccess(At(3100ms), 0);          // had its time
    plan.HandleFailure(At(3100ms), 2, REFUSED); // was not begun
    EXPECT_EQ(Commands(plan), "");
    plan.HandleSuccess(At(3200ms), 1);
    EXPECT_EQ(Commands(plan), "won1");
    plan.HandleFailure(At(3300ms), 1, REFUSED);
    plan.HandleTimeout(At(60s));
    EXPECT_EQ(Commands(plan), "");
    EXPECT_EQ(plan.GetAttempts()[1].state, AttemptState::WON);
}
