// SPDX-License-Identifier: GPL-2.0-only
#include "base/queue.h"

#include <gtest/gtest.h>

#include <deque>
#include <memory>
#include <string>

namespace imsfw
{
namespace
{

TEST(Queue, GivesItemsInTheOrderOfTheirComing)
{
    Queue<std::string> queue;
    queue.Push("first");
    queue.Push("second");
    EXPECT_EQ(queue.Size(), 2U);
    EXPECT_EQ(queue.Front(), "first");
    EXPECT_EQ(queue.Back(), "second");
    EXPECT_EQ(queue.Poll(), "first");
    EXPECT_EQ(queue.Poll(), "second");
    EXPECT_EQ(queue.Poll(), std::nullopt);
    EXPECT_TRUE(queue.IsEmpty());
}

TEST(Queue, IsTheSameAsADequeHoweverPushesAndPollsAreMixed)
{
    Queue<int> queue;
    std::deque<int> expected;
    unsigned state = 1;
    for (int i = 0; i < 10'000; ++i)
    {
        state = state * 1'103'515'245U + 12'345U;
        // Phases of growth and of emptying, so that the queue is drained now and then.
        const unsigned pushes = i % 200 < 100 ? 2 : 1;
        if ((state >> 16) % 3 < pushes)
        {
            queue.Push(i);
            expected.push_back(i);
        }
        else if (expected.empty())
        {
            ASSERT_EQ(queue.Poll(), std::nullopt);
        }
        else
        {
            ASSERT_EQ(queue.Front(), expected.front());
            ASSERT_EQ(queue.Poll(), expected.front());
            expected.pop_front();
        }
        ASSERT_EQ(queue.Size(), expected.size());
    }
}

TEST(Queue, LetsGoOfWhatItHeldWhenTakenAndWhenCleared)
{
    const auto held = std::make_shared<int>(7);
    Queue<std::shared_ptr<int>> queue;
    for (int i = 0; i < 10; ++i)
    {
        queue.Push(held);
    }
    EXPECT_EQ(held.use_count(), 11);
    queue.Poll();
    EXPECT_EQ(held.use_count(), 10);
    queue.Clear();
    EXPECT_EQ(held.use_count(), 1);
    EXPECT_TRUE(queue.IsEmpty());
    queue.Push(held);
    EXPECT_EQ(queue.Poll(), held);
}

TEST(Queue, HoldsItemsThatCannotBeCopied)
{
    Queue<std::unique_ptr<int>> queue;
    queue.Push(std::make_unique<int>(1));
    const auto first = queue.Poll();
    ASSERT_TRUE(first.has_value());
    EXPECT_EQ(**first, 1);
}

} // namespace
} // namespace imsfw
