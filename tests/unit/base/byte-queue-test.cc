// SPDX-License-Identifier: GPL-2.0-only
#include "base/byte-queue.h"
#include "base/random.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace imsfw
{
namespace
{

/// @return text in which no short piece is like its neighbours.
std::string
Text(std::size_t size)
{
    std::string text;
    for (std::size_t i = 0; text.size() < size; ++i)
    {
        text += std::to_string(i) + ' ';
    }
    text.resize(size);
    return text;
}

TEST(ByteQueue, GivesWhatWasPutInWhateverThePieces)
{
    SeededRandom random(1, 1, "pieces");
    const std::string text = Text(20000);
    ByteQueue queue;
    std::size_t pushed = 0;
    std::string taken;
    while (taken.size() < text.size())
    {
        const std::string_view more = std::string_view(text).substr(pushed, random.Below(300));
        queue.Push(ByteView(more));
        pushed += more.size();
        const ByteView next = queue.Peek(random.Below(300));
        taken.append(next.AsText());
        queue.Skip(next.Size());
        ASSERT_EQ(queue.Size(), pushed - taken.size());
    }
    EXPECT_TRUE(taken == text);
    EXPECT_TRUE(queue.IsEmpty());
    EXPECT_TRUE(queue.Peek(10).IsEmpty());
    queue.Push(ByteView(std::string_view("abc")));
    queue.Skip(7);
    EXPECT_TRUE(queue.IsEmpty()) << "skipping more than there is takes all";
    queue.Push(ByteView(std::string_view("abc")));
    queue.Clear();
    EXPECT_EQ(queue.Size(), 0U);
}

} // namespace
} // namespace imsfw
