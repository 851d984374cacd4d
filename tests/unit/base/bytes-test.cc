// SPDX-License-Identifier: GPL-2.0-only
#include "base/bytes.h"

#include <gtest/gtest.h>

using namespace imsfw;

TEST(ByteReaderTest, ReadsInNetworkOrder)
{
    const Bytes bytes{1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
    ByteReader reader(bytes);
    EXPECT_EQ(reader.U8(), 0x01);
    EXPECT_EQ(reader.U16(), 0x0203);
    EXPECT_EQ(reader.U24(), 0x040506U);
    EXPECT_EQ(reader.U32(), 0x0708090aU);
    EXPECT_TRUE(reader.IsAtEnd());
}

TEST(ByteReaderTest, AReadPastTheEndMovesNothing)
{
    const Bytes bytes{0xaa, 0xbb, 0xcc};
    for (std::size_t held = 0; held < bytes.size(); ++held)
    {
        ByteReader reader(ByteView(bytes).Sub(0, held));
        EXPECT_FALSE(reader.U24());
        EXPECT_FALSE(reader.U64());
        EXPECT_FALSE(reader.Take(held + 1));
        EXPECT_EQ(reader.Remaining(), held);
    }
}

TEST(ByteReaderTest, ALyingLengthPrefixMovesNothing)
{
    const Bytes bytes{0, 3, 'a', 'b'};
    ByteReader reader(bytes);
    EXPECT_FALSE(reader.TakePrefixed16());
    EXPECT_EQ(reader.Remaining(), 4U);
    EXPECT_EQ(reader.TakePrefixed8()->Size(), 0U);
    EXPECT_EQ(reader.Remaining(), 3U);
}

TEST(ByteReaderTest, TakesPrefixedBlocks)
{
    const Bytes bytes{1, 'x', 0, 2, 'y', 'z', 0, 0, 0};
    ByteReader reader(bytes);
    EXPECT_EQ(reader.TakePrefixed8()->AsText(), "x");
    EXPECT_EQ(reader.TakePrefixed16()->AsText(), "yz");
    EXPECT_TRUE(reader.TakePrefixed24()->IsEmpty());
    EXPECT_TRUE(reader.IsAtEnd());
}

TEST(ByteWriterTest, WritesWhatTheReaderReads)
{
    ByteWriter writer;
    writer.U8(1);
    writer.U16(0);
    writer.U24(0xabcdef);
    writer.U32(0xdeadbeef);
    writer.U64(0x0123456789abcdef);
    writer.Zeros(2);
    writer.PatchU16(1, 0x1234);
    const Bytes bytes = writer.Finish();
    EXPECT_EQ(writer.Size(), 0U);
    ByteReader reader(bytes);
    EXPECT_EQ(reader.U8(), 1);
    EXPECT_EQ(reader.U16(), 0x1234);
    EXPECT_EQ(reader.U24(), 0xabcdefU);
    EXPECT_EQ(reader.U32(), 0xdeadbeefU);
    EXPECT_EQ(reader.U64(), 0x0123456789abcdefU);
    EXPECT_EQ(reader.U16(), 0);
    EXPECT_TRUE(reader.IsAtEnd());
}

TEST(ByteViewTest, SubNeverLeavesTheView)
{
    const Bytes bytes{1, 2, 3};
    const ByteView view(bytes);
    EXPECT_EQ(view.Sub(1).Size(), 2U);
    EXPECT_EQ(view.Sub(1, 100).Size(), 2U);
    EXPECT_TRUE(view.Sub(3).IsEmpty());
    EXPECT_TRUE(view.Sub(99, 1).IsEmpty());
    EXPECT_TRUE(view.StartsWith(view.Sub(0, 2)));
    EXPECT_FALSE(view.Sub(0, 2).StartsWith(view));
}
