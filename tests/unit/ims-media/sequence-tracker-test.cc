// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// RFC 3550 A.1 and A.3 as scripts of sequence numbers.
#include "ims-media-sequence-tracker.h"

#include <gtest/gtest.h>

#include <vector>

namespace imsfw::rtp
{
namespace
{

using Verdict = SequenceTracker::Verdict;

void
AddAll(SequenceTracker& tracker, uint16_t first, unsigned count)
{
    for (unsigned i = 0; i < count; ++i)
    {
        tracker.Add(static_cast<uint16_t>(first + i));
    }
}

TEST(SequenceTracker, ExtendsOverTheWrap)
{
    SequenceTracker tracker;
    AddAll(tracker, 65530, 10);
    EXPECT_EQ(tracker.GetExtended(), 65539);
    EXPECT_EQ(tracker.GetHighestForReport(), 0x00010003U); // one cycle, number 3
    EXPECT_EQ(tracker.Add(65529), Verdict::REORDERED); // of before the first, and before the wrap
    EXPECT_EQ(tracker.GetExtended(), 65529);
    EXPECT_EQ(tracker.GetHighestForReport(), 0x00010003U);
    EXPECT_EQ(tracker.GetExpected(), 11U);
    EXPECT_EQ(tracker.GetLost(), 0U);
}

/// From number 1000: one packet after it, @p step away.
struct StepRow
{
    int step;
    Verdict verdict;
    uint64_t lost;
};

TEST(SequenceTracker, StepsAreBelievedUpToTheLimitsOfA1)
{
    const std::vector<StepRow> rows = {
        {1, Verdict::FRESH, 0},
        {2, Verdict::FRESH, 1},
        {2999, Verdict::FRESH, 2998}, // MAX_DROPOUT 3000
        {3000, Verdict::JUMPED, 0},
        {32767, Verdict::JUMPED, 0},
        {32768, Verdict::JUMPED, 0},
        {-101, Verdict::JUMPED, 0}, // MAX_MISORDER 100
        {-100, Verdict::REORDERED, 99},
        {-1, Verdict::REORDERED, 0},
        {0, Verdict::DUPLICATE, 0},
    };
    for (const StepRow& row : rows)
    {
        for (const uint16_t from : {1000, 0, 65535, 50})
        {
            SCOPED_TRACE(std::to_string(row.step) + " from " + std::to_string(from));
            SequenceTracker tracker;
            tracker.Add(from);
            EXPECT_EQ(tracker.Add(static_cast<uint16_t>(from + row.step)), row.verdict);
            EXPECT_EQ(tracker.GetLost(), row.lost);
        }
    }
}

TEST(SequenceTracker, TwoInSequenceAfterAJumpAreARestart)
{
    SequenceTracker tracker;
    AddAll(tracker, 100, 5);
    tracker.Add(106); // 105 is lost
    EXPECT_EQ(tracker.Add(40000), Verdict::JUMPED);
    EXPECT_EQ(tracker.Add(40001), Verdict::FRESH);
    EXPECT_EQ(tracker.GetExtended(), 40001);
    EXPECT_EQ(tracker.Add(40003), Verdict::FRESH);
    EXPECT_EQ(tracker.GetReceived(), 8U);
    EXPECT_EQ(tracker.GetLost(), 2U); // 105 and 40002; the jump itself is no loss
    EXPECT_EQ(tracker.GetJumped(), 1U);
}

TEST(SequenceTracker, ARestartBelowCountsOnUpwards)
{
    SequenceTracker tracker;
    AddAll(tracker, 50000, 2);
    tracker.Add(10);
    tracker.Add(11);
    EXPECT_EQ(tracker.GetExtended(), 65536 + 11);
}

TEST(SequenceTracker, SingleStraysNeverRestart)
{
    SequenceTracker tracker;
    tracker.Add(1000);
    for (const uint16_t stray : {20000, 30000, 20000, 40000})
    {
        EXPECT_EQ(tracker.Add(stray), Verdict::JUMPED);
    }
    EXPECT_EQ(tracker.Add(1001), Verdict::FRESH);
    EXPECT_EQ(tracker.GetLost(), 0U);
}

TEST(SequenceTracker, FractionLostIsOfTheIntervalOnly)
{
    SequenceTracker tracker;
    EXPECT_EQ(tracker.TakeFractionLost(), 0);
    AddAll(tracker, 0, 10);
    EXPECT_EQ(tracker.TakeFractionLost(), 0);
    tracker.Add(13); // 3 of 4 are missing
    EXPECT_EQ(tracker.TakeFractionLost(), 192);
    EXPECT_EQ(tracker.GetLostForReport(), 3);
    EXPECT_EQ(tracker.TakeFractionLost(), 0); // nothing was expected since
    AddAll(tracker, 14, 4);
    EXPECT_EQ(tracker.TakeFractionLost(), 0);
    tracker.Add(10); // late: less than nothing is lost in this interval
    EXPECT_EQ(tracker.TakeFractionLost(), 0);
    EXPECT_EQ(tracker.GetLostForReport(), 2);
}

TEST(SequenceTracker, DuplicatesMakeTheReportedLossNegative)
{
    SequenceTracker tracker;
    AddAll(tracker, 7, 3);
    AddAll(tracker, 7, 3);
    EXPECT_EQ(tracker.GetLostForReport(), -3);
    EXPECT_EQ(tracker.GetLost(), 0U);
    EXPECT_EQ(tracker.GetDuplicates(), 3U);
}

TEST(SequenceTracker, BeforeTheFirstPacketAllIsZero)
{
    const SequenceTracker tracker;
    EXPECT_EQ(tracker.GetExpected(), 0U);
    EXPECT_EQ(tracker.GetLost(), 0U);
    EXPECT_EQ(tracker.GetLostForReport(), 0);
}

} // namespace
} // namespace imsfw::rtp
