// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Percentiles and histogram of delays.
#include "ims-media-delay-distribution.h"

#include <gtest/gtest.h>

namespace imsfw::rtp
{
namespace
{

using std::chrono::microseconds;
using std::chrono::milliseconds;

TEST(DelayDistribution, EmptyIsZero)
{
    const DelayDistribution delays;
    EXPECT_EQ(delays.GetCount(), 0U);
    EXPECT_EQ(delays.GetMin(), Duration{});
    EXPECT_EQ(delays.GetMean(), Duration{});
    EXPECT_EQ(delays.GetPercentile(95), Duration{});
    EXPECT_EQ(delays.GetHistogram(milliseconds(1), 2), (std::vector<uint64_t>{0, 0}));
}

TEST(DelayDistribution, NearestRankWhateverTheOrder)
{
    DelayDistribution delays;
    for (const int ms : {30, 10, 50, 20, 40})
    {
        delays.Add(milliseconds(ms));
    }

    struct Row
    {
        unsigned percent;
        int64_t ms;
    };

    for (const Row row : {Row{0, 10}, {1, 10}, {20, 10}, {21, 20}, {50, 30}, {80, 40}, {81, 50}})
    {
        EXPECT_EQ(delays.GetPercentile(row.percent), milliseconds(row.ms)) << row.percent;
    }
    EXPECT_EQ(delays.GetPercentile(100), milliseconds(50));
    EXPECT_EQ(delays.GetPercentile(1000), milliseconds(50));
    EXPECT_EQ(delays.GetMean(), milliseconds(30));
    delays.Add(milliseconds(5)); // after it was read
    EXPECT_EQ(delays.GetMin(), milliseconds(5));
}

TEST(DelayDistribution, HistogramHasOpenEnds)
{
    DelayDistribution delays;
    for (const int us : {-5, 0, 999, 1000, 2500, 90'000'000})
    {
        delays.Add(microseconds(us));
    }
    EXPECT_EQ(delays.GetHistogram(milliseconds(1), 4), (std::vector<uint64_t>{3, 1, 1, 1}));
}

} // namespace
} // namespace imsfw::rtp
