// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The queue of what a core gives out.
#include "ims-turn-outbox.h"

#include <gtest/gtest.h>
#include <string>

namespace imsfw::turn
{
namespace
{

TEST(Outbox, GivesOutInOrderWhateverTheTurns)
{
    Outbox<std::string> box;
    EXPECT_FALSE(box.Pop());
    box.Push("one");
    box.Push() = "two";
    EXPECT_EQ(box.Pop(), "one");
    box.Push("three"); // while not empty
    EXPECT_EQ(box.Pop(), "two");
    EXPECT_EQ(box.Pop(), "three");
    EXPECT_FALSE(box.Pop());
    box.Push("four");
    EXPECT_EQ(box.Pop(), "four");
    box.Push("five");
    EXPECT_EQ(box.Pop(), "five");
    EXPECT_FALSE(box.Pop());
}

TEST(Outbox, ClearForgetsAll)
{
    Outbox<std::string> box;
    box.Push("one");
    box.Push("two");
    EXPECT_EQ(box.Pop(), "one");
    box.Clear();
    EXPECT_FALSE(box.Pop());
    box.Push("three");
    EXPECT_EQ(box.Pop(), "three");
}

} // namespace
} // namespace imsfw::turn
