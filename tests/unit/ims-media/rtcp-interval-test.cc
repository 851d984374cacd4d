// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The intervals of RFC 3550 6.3.1, worked out by hand.
#include "ims-media-rtcp-interval.h"

#include <gtest/gtest.h>

#include <vector>

namespace imsfw::rtp
{
namespace
{

using std::chrono::milliseconds;

struct Row
{
    const char* name;
    std::size_t members;
    std::size_t senders;
    bool weSent;
    bool isInitial;
    double averageSize;
    int64_t ms;
};

TEST(RtcpInterval, DeterministicTable)
{
    // The bandwidth is 500 octets/s: 5 % of 80 kbit/s.
    const std::vector<Row> rows = {
        {"two talk", 2, 2, true, false, 120, 5000},
        {"two talk, at the beginning", 2, 2, true, true, 120, 2500},
        // 120 octets of 100 members over 500 octets/s
        {"all talk", 100, 100, true, false, 120, 24'000},
        // senders are a quarter: 25 of them share 125 octets/s
        {"a sender among many", 100, 25, true, false, 120, 24'000},
        {"a receiver among many", 100, 25, false, false, 120, 24'000}, // 75 share 375
        {"a lone sender of many", 100, 1, true, false, 120, 5000},     // 0.96 s
        {"a receiver beside one sender", 100, 1, false, false, 120, 31'680},
        {"just above a quarter", 100, 26, true, false, 120, 24'000}, // together again
        {"the minimum of the beginning only", 100, 100, true, true, 120, 24'000},
        {"large packets", 2, 2, true, false, 2500, 10'000},
    };
    for (const Row& row : rows)
    {
        const RtcpIntervalInput input{row.members,
                                      row.senders,
                                      500,
                                      row.weSent,
                                      row.averageSize,
                                      row.isInitial,
                                      std::chrono::seconds(5)};
        EXPECT_EQ(DeterministicRtcpInterval(input), milliseconds(row.ms)) << row.name;
    }
}

TEST(RtcpInterval, RandomStaysBetweenHalfAndOneAndAHalf)
{
    SeededRandom random(1, 1, "interval");
    const RtcpIntervalInput input{2, 2, 500, true, 120, false, std::chrono::seconds(5)};
    const double low = 5000 * 0.5 / (2.71828 - 1.5);
    const double high = 5000 * 1.5 / (2.71828 - 1.5);
    double sum = 0;
    for (int i = 0; i < 10'000; ++i)
    {
        const double ms = ToMilliseconds(RandomRtcpInterval(input, random));
        EXPECT_GE(ms, low - 0.001);
        EXPECT_LE(ms, high);
        sum += ms;
    }
    EXPECT_NEAR(sum / 10'000, (low + high) / 2, 30);
}

TEST(RtcpInterval, NoBandwidthIsLongAndFinite)
{
    const RtcpIntervalInput input{1000, 1000, 1e-9, true, 1500, false, std::chrono::seconds(5)};
    EXPECT_EQ(DeterministicRtcpInterval(input), std::chrono::seconds(1'000'000));
}

} // namespace
} // namespace imsfw::rtp
