// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Tables in huge pages: where they begin, what they hold while they grow, and what cannot be had.
#include "base/huge-pages.h"

#include <gtest/gtest.h>

namespace imsfw
{

namespace
{

struct alignas(64) Line
{
    uint64_t number{0};
};

bool
IsAligned(const void* memory, std::size_t to)
{
    return reinterpret_cast<uintptr_t>(memory) % to == 0;
}

TEST(HugePages, LargeTablesBeginAtAPage)
{
    const struct
    {
        std::size_t lines;
        bool isLarge;
    } rows[] = {
        {1, false},
        {HUGE_PAGE / sizeof(Line) - 1, false},
        {HUGE_PAGE / sizeof(Line), true},
        {HUGE_PAGE / sizeof(Line) + 1, true},
        {5 * HUGE_PAGE / sizeof(Line) / 2, true},
    };

    for (const auto& row : rows)
    {
        HugePageVector<Line> table(row.lines);
        EXPECT_EQ(DeservesHugePages(row.lines * sizeof(Line)), row.isLarge) << row.lines;
        EXPECT_TRUE(IsAligned(table.data(), row.isLarge ? HUGE_PAGE : alignof(Line))) << row.lines;
        table.back().number = 7; // the last byte is ours
        EXPECT_EQ(table.front().number, row.lines == 1 ? 7U : 0U);
    }
}

TEST(HugePages, ContentsOutliveGrowth)
{
    constexpr std::size_t MANY = 3 * HUGE_PAGE / sizeof(Line);
    HugePageVector<Line> table;
    for (std::size_t i = 0; i < MANY; ++i)
    {
        table.push_back({i});
    }
    HugePageVector<Line> moved = std::move(table);
    for (std::size_t i = 0; i < MANY; i += 1000)
    {
        ASSERT_EQ(moved[i].number, i);
    }
    moved.resize(3);
    moved.shrink_to_fit();
    EXPECT_EQ(moved[2].number, 2U);
}

TEST(HugePages, MoreThanThereIsIsRefused)
{
    HugePageAllocator<Line> allocator;
    constexpr auto MOST = std::numeric_limits<std::size_t>::max();
    EXPECT_THROW(allocator.allocate(MOST / sizeof(Line) + 1), std::bad_array_new_length);
    EXPECT_THROW(allocator.allocate(MOST), std::bad_array_new_length);
}

TEST(HugePages, AllAllocatorsAreEqual)
{
    EXPECT_TRUE(HugePageAllocator<Line>() == HugePageAllocator<Line>());
    EXPECT_FALSE(HugePageAllocator<Line>() != HugePageAllocator<Line>());
    const HugePageAllocator<int> other{HugePageAllocator<Line>()};
    HugePageVector<int> table({1, 2, 3}, other);
    EXPECT_EQ(table[2], 3);
}

} // namespace

} // namespace imsfw
