// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// One direction of TCP put in order: scripts of segments, overlaps, wrap, limits, and a random comparison with a model.
#include "classify/tcp-reassembler.h"
#include "talk.h"

#include <gtest/gtest.h>

#include <map>

namespace imsfw::classify
{

namespace
{

struct Segment
{
    uint32_t sequence;
    std::string_view text;
    bool syn{false};
};

struct Script
{
    std::string name;
    std::vector<Segment> segments;
    std::string expected;
};

void
PrintTo(const Script& script, std::ostream* out)
{
    *out << script.name;
}

class ReassemblyScripts : public testing::TestWithParam<Script>
{
};

TEST_P(ReassemblyScripts, GiveTheStream)
{
    TcpReassembler reassembler(1000, 100);
    std::string stream;
    for (const auto& segment : GetParam().segments)
    {
        const Bytes payload = Text(segment.text);
        stream += reassembler.Push(segment.sequence, segment.syn, payload).AsText();
    }
    EXPECT_EQ(stream, GetParam().expected);
    EXPECT_FALSE(reassembler.HasGivenUp());
}

INSTANTIATE_TEST_SUITE_P(
    Table,
    ReassemblyScripts,
    testing::ValuesIn(std::vector<Script>{
        {"InOrder", {{100, "", true}, {101, "abc"}, {104, "def"}}, "abcdef"},
        {"WithoutSyn", {{101, "abc"}, {104, "def"}}, "abcdef"},
        {"DataOnSyn", {{100, "abc", true}, {104, "def"}}, "abcdef"},
        {"SynAgain", {{100, "", true}, {101, "abc"}, {100, "", true}, {104, "d"}}, "abcd"},
        {"Swapped", {{100, "", true}, {104, "def"}, {101, "abc"}}, "abcdef"},
        {"LastFirst", {{100, "", true}, {107, "g"}, {104, "def"}, {101, "abc"}}, "abcdefg"},
        {"Duplicate", {{100, "", true}, {101, "abc"}, {101, "abc"}, {104, "d"}}, "abcd"},
        {"RetransmittedLonger", {{100, "", true}, {101, "abc"}, {101, "XXXdef"}}, "abcdef"},
        {"OldData", {{100, "", true}, {101, "abcdef"}, {102, "XX"}}, "abcdef"},
        {"KeepAliveProbe", {{100, "", true}, {101, "abc"}, {103, "X"}, {104, "d"}}, "abcd"},
        {"FirstCopyWinsLater", {{100, "", true}, {104, "def"}, {101, "abcXXXg"}}, "abcdefg"},
        {"FirstCopyWinsMiddle",
         {{100, "", true}, {103, "c"}, {105, "e"}, {102, "bXdXf"}, {101, "a"}},
         "abcdef"},
        {"FirstCopyWinsHead", {{100, "", true}, {103, "cd"}, {102, "bX"}, {101, "a"}}, "abcd"},
        {"Contained", {{100, "", true}, {102, "bcde"}, {103, "XX"}, {101, "a"}}, "abcde"},
        {"Wraps", {{0xFFFFFFFD, "", true}, {0xFFFFFFFE, "abc"}, {1, "def"}}, "abcdef"},
        {"WrapsSwapped", {{0xFFFFFFFD, "", true}, {1, "def"}, {0xFFFFFFFE, "abc"}}, "abcdef"},
        {"NeverFilled", {{100, "", true}, {104, "def"}}, ""},
        {"Empty", {{100, "", true}, {101, ""}, {101, ""}}, ""},
    }),
    [](const auto& row) { return row.param.name; });

TEST(TcpReassembler, GivesUpBeyondItsByteLimit)
{
    TcpReassembler reassembler(10, 100);
    EXPECT_TRUE(reassembler.Push(100, true, {}).IsEmpty());
    EXPECT_TRUE(reassembler.Push(110, false, Text("0123456789")).IsEmpty());
    EXPECT_FALSE(reassembler.HasGivenUp());
    EXPECT_EQ(reassembler.GetHeldBytes(), 10U);
    EXPECT_TRUE(reassembler.Push(120, false, Text("0")).IsEmpty());
    EXPECT_TRUE(reassembler.HasGivenUp());
    EXPECT_EQ(reassembler.GetHeldBytes(), 0U);
    EXPECT_TRUE(reassembler.Push(101, false, Text("abc")).IsEmpty());
}

TEST(TcpReassembler, GivesUpBeyondItsSegmentLimit)
{
    TcpReassembler reassembler(1000, 3);
    EXPECT_TRUE(reassembler.Push(100, true, {}).IsEmpty());
    for (uint32_t i = 0; i < 4; ++i)
    {
        EXPECT_FALSE(reassembler.HasGivenUp());
        EXPECT_TRUE(reassembler.Push(110 + 2 * i, false, Text("x")).IsEmpty());
    }
    EXPECT_TRUE(reassembler.HasGivenUp());
}

TEST(TcpReassembler, StopsWithoutGivingUp)
{
    TcpReassembler reassembler(1000, 3);
    EXPECT_TRUE(reassembler.Push(110, false, {}).IsEmpty());
    EXPECT_TRUE(reassembler.Push(112, false, Text("x")).IsEmpty());
    reassembler.Stop();
    EXPECT_FALSE(reassembler.HasGivenUp());
    EXPECT_EQ(reassembler.GetHeldBytes(), 0U);
    EXPECT_TRUE(reassembler.Push(110, false, Text("abc")).IsEmpty());
}

class ReassemblyModel : public testing::TestWithParam<OverlapPolicy>
{
};

/// The plainest reassembly: a byte is what its first copy said, or its last one before it was handed out.
TEST_P(ReassemblyModel, Agrees)
{
    const bool lastWins = GetParam() == OverlapPolicy::LAST_WINS;
    for (uint64_t seed = 1; seed <= 300; ++seed)
    {
        Noise noise(seed);
        TcpReassembler reassembler(100000, 100000, GetParam());
        const auto base = static_cast<uint32_t>(noise.Next());
        EXPECT_TRUE(reassembler.Push(base - 1, true, {}).IsEmpty());
        std::map<std::size_t, uint8_t> model;
        Bytes stream;
        for (int i = 0; i < 60; ++i)
        {
            const std::size_t offset = noise.Below(200);
            const Bytes payload = noise.Take(noise.Below(20));
            for (std::size_t k = 0; k < payload.size(); ++k)
            {
                const bool isNew = model.emplace(offset + k, payload[k]).second;
                if (!isNew && lastWins && offset + k >= stream.size())
                {
                    model[offset + k] = payload[k];
                }
            }
            const auto sequence = base + static_cast<uint32_t>(offset);
            Append(stream, reassembler.Push(sequence, false, payload));
        }
        Bytes expected;
        for (std::size_t k = 0; model.count(k) > 0; ++k)
        {
            expected.push_back(model[k]);
        }
        ASSERT_EQ(stream, expected) << "seed " << seed;
        ASSERT_EQ(reassembler.GetHeldBytes(), model.size() - expected.size()) << "seed " << seed;
        EXPECT_TRUE(reassembler.HasConflict());
    }
}

INSTANTIATE_TEST_SUITE_P(Policies,
                         ReassemblyModel,
                         testing::Values(OverlapPolicy::FIRST_WINS, OverlapPolicy::LAST_WINS));

TEST(TcpReassembler, DoesNotCallEqualCopiesAConflict)
{
    TcpReassembler reassembler(1000, 100);
    EXPECT_TRUE(reassembler.Push(100, true, {}).IsEmpty());
    EXPECT_TRUE(reassembler.Push(104, false, Text("defg")).IsEmpty());
    EXPECT_TRUE(reassembler.Push(105, false, Text("efghi")).IsEmpty());
    EXPECT_EQ(reassembler.Push(101, false, Text("abcd")).AsText(), "abcdefghi");
    EXPECT_FALSE(reassembler.HasConflict());
}

} // namespace

} // namespace imsfw::classify
