// SPDX-License-Identifier: GPL-2.0-only
// Losses and delays against what their models say of them.
#include "ims-access-impairment.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace imsfw::access
{
namespace
{

constexpr int PACKETS = 1000000;

struct LossRow
{
    double loss;
    double burst;
    double lossInBad;
};

/// What was seen of many packets.
struct Seen
{
    double loss{0};
    double meanRun{0}; ///< of packets lost one after the other
};

Seen
Watch(const LossRow& row, uint64_t seed)
{
    SeededRandom random(seed, 1, "loss");
    GilbertElliott model(row.loss, row.burst, row.lossInBad);
    int lost = 0;
    int runs = 0;
    bool wasLost = false;
    for (int i = 0; i < PACKETS; ++i)
    {
        const bool isLost = model.Lose(random);
        lost += isLost ? 1 : 0;
        runs += isLost && !wasLost ? 1 : 0;
        wasLost = isLost;
    }
    return {static_cast<double>(lost) / PACKETS, static_cast<double>(lost) / std::max(runs, 1)};
}

/// @return the mean length of runs of losses: after a lost packet the next is lost too if the state stays bad and it is lost
/// in it.
double
ExpectedRun(const LossRow& row)
{
    return 1 / (1 - (1 - 1 / row.burst) * row.lossInBad);
}

TEST(GilbertElliottTest, LosesWhatItShouldInRunsOfTheRightLength)
{
    const std::vector<LossRow> rows{
        {0.01, 2, 1},
        {0.01, 10, 1},
        {0.05, 4, 1},
        {0.2, 3, 1},
        {0.05, 5, 0.5},
        {0.02, 20, 0.3},
        {0.5, 8, 1},
    };
    for (const auto& row : rows)
    {
        const Seen seen = Watch(row, 1);
        // The variance of a mean of correlated packets: about 2 * burst times that of independent ones; four sigma.
        const double sigma = std::sqrt(2 * row.burst * row.loss * (1 - row.loss) / PACKETS);
        EXPECT_NEAR(seen.loss, row.loss, 4 * sigma) << row.loss << " in " << row.burst;
        EXPECT_NEAR(seen.meanRun, ExpectedRun(row), 0.05 * ExpectedRun(row))
            << row.loss << " in " << row.burst;
    }
}

TEST(GilbertElliottTest, FollowsFromItsParameters)
{
    const GilbertElliott model(0.1, 5, 1);
    EXPECT_DOUBLE_EQ(model.GetBadToGood(), 0.2);
    EXPECT_NEAR(model.GetGoodToBad(), 0.2 * 0.1 / 0.9, 1e-12);
    const GilbertElliott half(0.1, 5, 0.5);
    EXPECT_NEAR(half.GetGoodToBad(), 0.2 * 0.2 / 0.8, 1e-12);
}

TEST(GilbertElliottTest, TheEndsOfItsRange)
{
    EXPECT_EQ(Watch({0, 5, 1}, 1).loss, 0);
    EXPECT_EQ(GilbertElliott(1, 5, 1).GetGoodToBad(), 1)
        << "more cannot be lost than is in bad spells";
    EXPECT_LE(GilbertElliott(0.95, 1.01, 1).GetGoodToBad(), 1);
}

TEST(GilbertElliottTest, OneSeedGivesOneRun)
{
    SeededRandom one(7, 1, "loss");
    SeededRandom same(7, 1, "loss");
    SeededRandom other(7, 2, "loss");
    GilbertElliott a(0.1, 3, 1);
    GilbertElliott b(0.1, 3, 1);
    GilbertElliott c(0.1, 3, 1);
    int differences = 0;
    for (int i = 0; i < 10000; ++i)
    {
        const bool lost = a.Lose(one);
        ASSERT_EQ(lost, b.Lose(same));
        differences += lost != c.Lose(other) ? 1 : 0;
    }
    EXPECT_GT(differences, 0);
}

TEST(JitterTest, SpreadsEvenlyBetweenNothingAndItsLimit)
{
    SeededRandom random(1, 1, "jitter");
    constexpr double LIMIT = 8e6; // 8 ms
    Jitter jitter(Duration(8000000), true);
    double sum = 0;
    double squares = 0;
    double least = LIMIT;
    double most = 0;
    for (int i = 0; i < PACKETS; ++i)
    {
        const TimePoint arrival(Duration(1000000) * i);
        const auto further = static_cast<double>((jitter.Delay(arrival, random) - arrival).count());
        sum += further;
        squares += further * further;
        least = std::min(least, further);
        most = std::max(most, further);
    }
    const double mean = sum / PACKETS;
    EXPECT_NEAR(mean, LIMIT / 2, 0.005 * LIMIT);
    EXPECT_NEAR(std::sqrt(squares / PACKETS - mean * mean), LIMIT / std::sqrt(12.0), 0.005 * LIMIT);
    EXPECT_GE(least, 0);
    EXPECT_LT(least, 0.001 * LIMIT);
    EXPECT_LT(most, LIMIT);
    EXPECT_GT(most, 0.999 * LIMIT);
}

/// @return how many of many packets, sent @p gap apart, arrive before one that was sent before them.
int
Overtakers(Duration gap, bool reorders)
{
    SeededRandom random(1, 1, "jitter");
    Jitter jitter(Duration(8000000), reorders);
    TimePoint last{};
    int count = 0;
    for (int i = 0; i < PACKETS / 10; ++i)
    {
        const TimePoint at = jitter.Delay(TimePoint(gap * i), random);
        count += at < last ? 1 : 0;
        last = at;
    }
    return count;
}

TEST(JitterTest, PacketsOvertakeOnlyWhereTheyMay)
{
    EXPECT_EQ(Overtakers(Duration(1000000), false), 0);
    EXPECT_EQ(Overtakers(Duration(8000000), true), 0) << "further apart than the jitter is long";
    // Two evenly spread delays differ by more than the gap g of limit L with probability (1 - g/L)^2 / 2.
    const double expected = (1 - 1.0 / 8) * (1 - 1.0 / 8) / 2;
    EXPECT_NEAR(Overtakers(Duration(1000000), true) / (PACKETS / 10.0), expected, 0.01);
}

TEST(UniformTest, IsInItsRangeWithItsMean)
{
    SeededRandom random(1, 1, "uniform");
    double sum = 0;
    for (int i = 0; i < PACKETS; ++i)
    {
        const double value = Uniform(random);
        ASSERT_GE(value, 0);
        ASSERT_LT(value, 1);
        sum += value;
    }
    EXPECT_NEAR(sum / PACKETS, 0.5, 0.002);
}

} // namespace
} // namespace imsfw::access
