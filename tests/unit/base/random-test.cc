// SPDX-License-Identifier: GPL-2.0-only
#include "base/random.h"

#include "base/text.h"

#include <gtest/gtest.h>

using namespace imsfw;

TEST(SeededRandomTest, SameSeedRunAndStreamGiveTheSameBytes)
{
    SeededRandom a(1, 1, "ue-0/tls");
    SeededRandom b(1, 1, "ue-0/tls");
    EXPECT_EQ(a.Draw(1000), b.Draw(1000));
}

TEST(SeededRandomTest, EachOfSeedRunAndStreamMatters)
{
    const Bytes reference = SeededRandom(1, 1, "ue-0/tls").Draw(32);
    EXPECT_NE(SeededRandom(2, 1, "ue-0/tls").Draw(32), reference);
    EXPECT_NE(SeededRandom(1, 2, "ue-0/tls").Draw(32), reference);
    EXPECT_NE(SeededRandom(1, 1, "ue-1/tls").Draw(32), reference);
}

TEST(SeededRandomTest, TheStreamIsPinned)
{
    // A change of the generator changes every published result: it must not happen unseen.
    EXPECT_EQ(ToHex(SeededRandom(1, 1, "pinned").Draw(8)), "2eb79e31d865cbc8");
}

TEST(RandomSourceTest, BelowStaysBelowAndReachesAll)
{
    SeededRandom random(1, 1, "below");
    std::array<int, 7> counts{};
    for (int i = 0; i < 7000; ++i)
    {
        ++counts.at(random.Below(7));
    }
    for (const int count : counts)
    {
        EXPECT_GT(count, 800);
    }
}
