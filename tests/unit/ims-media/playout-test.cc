// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The jitter buffer, the runs of loss, and the quality that follows, on scripts of arrivals.
#include "ims-media-jitter-buffer.h"
#include "ims-media-loss-runs.h"
#include "ims-media-rtp-packet.h"
#include "ims-media-rtp-receiver.h"
#include "ims-media-voice-quality.h"

#include <gtest/gtest.h>

namespace imsfw::rtp
{
namespace
{

using std::chrono::milliseconds;
using Mode = PlayoutOptions::Mode;

TimePoint
At(int64_t ms)
{
    return TimePoint(milliseconds(ms));
}

PlayoutOptions
Fixed(int64_t ms)
{
    PlayoutOptions options;
    options.delay = milliseconds(ms);
    return options;
}

PlayoutOptions
Adaptive()
{
    PlayoutOptions options;
    options.mode = Mode::ADAPTIVE;
    return options;
}

/// Packet @p number (20 ms each, of an 8 kHz clock) comes @p delayMs after it was sent.
std::optional<TimePoint>
Hear(JitterBuffer& buffer, uint32_t number, int64_t delayMs, bool isSpurtStart = false)
{
    constexpr uint32_t FIRST = 0xffffff00; // wraps in the second packet
    return buffer.HandlePacket(
        At(20 * int64_t{number} + delayMs), FIRST + 160 * number, isSpurtStart);
}

TEST(JitterBuffer, FixedPlaysAtItsDelayOrNotAtAll)
{
    struct Row
    {
        int64_t delayMs; ///< of packet 1, where packet 0 had 30 ms
        bool isPlayed;
    };

    // 60 ms of buffer behind 30 ms of network: whatever comes within 90 ms is played then.
    for (const Row row :
         {Row{0, true}, {30, true}, {89, true}, {90, true}, {91, false}, {500, false}})
    {
        JitterBuffer buffer(Fixed(60), 8000);
        EXPECT_EQ(Hear(buffer, 0, 30), At(90));
        const auto playAt = Hear(buffer, 1, row.delayMs);
        EXPECT_EQ(playAt.has_value(), row.isPlayed) << row.delayMs;
        if (playAt)
        {
            EXPECT_EQ(*playAt, At(20 + 90));
        }
        EXPECT_EQ(buffer.GetStatistics().late, row.isPlayed ? 0U : 1U);
    }
}

TEST(JitterBuffer, FixedNeverMoves)
{
    JitterBuffer buffer(Fixed(40), 8000);
    for (uint32_t i = 0; i < 500; ++i)
    {
        Hear(buffer, i, i < 100 ? 30 : 130, i % 50 == 0); // the path changes for good
    }
    EXPECT_EQ(buffer.GetStatistics().played, 100U);
    EXPECT_EQ(buffer.GetStatistics().late, 400U);
    EXPECT_EQ(buffer.GetStatistics().moves, 0U);
    EXPECT_EQ(buffer.GetStatistics().bufferingMean, milliseconds(40));
}

TEST(JitterBuffer, AdaptiveFollowsAPathThatGotLonger)
{
    JitterBuffer buffer(Adaptive(), 8000);
    for (uint32_t i = 0; i < 500; ++i)
    {
        Hear(buffer, i, i < 100 ? 30 : 130);
    }
    // One packet is late; until 2 % of the window came as late, the buffer goes back each second and learns it again.
    EXPECT_GE(buffer.GetStatistics().late, 1U);
    EXPECT_LE(buffer.GetStatistics().late, 3U);
    EXPECT_GT(buffer.GetStatistics().moves, 0U);
}

TEST(JitterBuffer, AdaptiveLosesOnePacketOfABurstThatWasHeldUp)
{
    // As behind a lost segment of TCP: ten packets wait for 200 ms and come together.
    for (const bool isAdaptive : {false, true})
    {
        JitterBuffer buffer(isAdaptive ? Adaptive() : Fixed(60), 8000);
        for (uint32_t i = 0; i < 100; ++i)
        {
            Hear(buffer, i, i >= 20 && i < 30 ? 230 - 20 * (static_cast<int64_t>(i) - 20) : 30);
        }
        EXPECT_EQ(buffer.GetStatistics().late, isAdaptive ? 1U : 7U);
    }
}

TEST(JitterBuffer, AdaptiveShrinksOnASteadyPath)
{
    JitterBuffer buffer(Adaptive(), 8000);
    std::optional<TimePoint> playAt;
    for (uint32_t i = 0; i < 200; ++i)
    {
        playAt = Hear(buffer, i, 30);
    }
    EXPECT_EQ(playAt, At(20 * 199 + 30 + 20)); // the least: 20 ms
    EXPECT_EQ(buffer.GetStatistics().moves, 1U);
}

TEST(JitterBuffer, AdaptiveStaysWithinItsLimit)
{
    PlayoutOptions options = Adaptive();
    options.most = milliseconds(100);
    JitterBuffer buffer(options, 8000);
    for (uint32_t i = 0; i < 300; ++i)
    {
        const auto playAt = Hear(buffer, i, i % 2 == 0 ? 10 : 900);
        EXPECT_EQ(playAt.has_value(), i % 2 == 0) << i;
    }
    EXPECT_EQ(buffer.GetStatistics().bufferingMax, milliseconds(100));
}

TEST(JitterBuffer, AdaptiveMovesAtATalkspurtWhateverThePace)
{
    PlayoutOptions options = Adaptive();
    options.pace = std::chrono::hours(1);
    JitterBuffer buffer(options, 8000);
    for (uint32_t i = 0; i < 100; ++i)
    {
        Hear(buffer, i, 30);
    }
    EXPECT_EQ(buffer.GetStatistics().moves, 0U);
    EXPECT_EQ(Hear(buffer, 100, 30, true), At(2000 + 50));
    EXPECT_EQ(buffer.GetStatistics().moves, 1U);
}

TEST(JitterBuffer, WildTimestampsOnlyMakePacketsLateOrWait)
{
    JitterBuffer buffer(Adaptive(), 8000);
    uint32_t timestamp = 0;
    for (int i = 0; i < 100'000; ++i)
    {
        buffer.HandlePacket(At(i), timestamp, false);
        timestamp += 0x7fffffff;
    }
    const auto statistics = buffer.GetStatistics();
    EXPECT_EQ(statistics.played + statistics.late + statistics.early, 100'000U);
    EXPECT_GT(statistics.early, 500U);
    EXPECT_LE(statistics.bufferingMax, std::chrono::seconds(10));
}

LossRuns::Figures
Runs(const std::vector<int64_t>& played)
{
    LossRuns runs;
    for (const int64_t number : played)
    {
        runs.Add(std::abs(number), number >= 0); // negative: came too late
    }
    return runs.GetFigures();
}

TEST(LossRuns, Table)
{
    struct Row
    {
        const char* name;
        std::vector<int64_t> played;
        uint64_t missing;
        uint64_t runs;
    };

    const std::vector<Row> rows = {
        {"nothing", {}, 0, 0},
        {"all", {1, 2, 3}, 0, 0},
        {"one missing", {1, 3}, 1, 1},
        {"a burst", {1, 5, 6}, 3, 1},
        {"two runs", {1, 3, 4, 7}, 3, 2},
        {"reordered", {1, 3, 2, 4}, 0, 0},
        {"far apart", {1, 500, 1000}, 997, 2},
        {"a restart", {1, 2, 3003, 3005}, 1, 1},
        {"late alone", {1, -2, 3}, 1, 1},
        {"late at the end", {1, -2, -3}, 2, 1},
        {"late beside a gap", {1, -2, 5, 6}, 3, 1},
        {"late at the beginning", {-1, -2, 3}, 2, 1},
        {"too late to count", {1, 500, 501, 2}, 498, 1},
    };
    for (const Row& row : rows)
    {
        const auto figures = Runs(row.played);
        EXPECT_EQ(figures.missing, row.missing) << row.name;
        EXPECT_EQ(figures.runs, row.runs) << row.name;
    }
}

TEST(LossRuns, RandomLossHasABurstRatioOfOne)
{
    SeededRandom random(1, 1, "loss");
    LossRuns independent;
    LossRuns inTens;
    bool isLosing = false;
    for (int64_t i = 0; i < 200'000; ++i)
    {
        if (random.Below(100) >= 5)
        {
            independent.Add(i, true);
        }
        isLosing = i % 10 == 0 ? random.Below(100) < 5 : isLosing;
        if (!isLosing)
        {
            inTens.Add(i, true);
        }
    }
    EXPECT_NEAR(independent.GetFigures().LossPercent(), 5, 0.2);
    EXPECT_NEAR(independent.GetFigures().BurstRatio(), 1, 0.02);
    EXPECT_NEAR(inTens.GetFigures().LossPercent(), 5, 0.4);
    EXPECT_NEAR(inTens.GetFigures().BurstRatio(), 10, 0.3);
    EXPECT_EQ(LossRuns().GetFigures().BurstRatio(), 1);
}

/// A G.711 stream of 1,000 packets through a path, received with a buffer of 60 ms.
class Path
{
  public:
    /// @param delayMs of a packet; negative: the network loses it
    template <typename F>
    explicit Path(F delayMs)
    {
        m_receiver.EnablePlayout(Fixed(60));
        const Bytes payload(160);
        for (uint32_t i = 0; i < 1000; ++i)
        {
            const int64_t delay = delayMs(i);
            if (delay >= 0)
            {
                m_receiver.HandleInput(
                    At(20 * int64_t{i} + delay),
                    WritePacket({i == 0, 0, static_cast<uint16_t>(i), 160 * i, 7, payload}),
                    StreamOrigin{7, 0, At(0)});
            }
        }
    }

    RtpReceiver m_receiver{*FindCodec("g711")};
};

TEST(Playout, LateLossIsToldFromNetworkLoss)
{
    // Every tenth packet is lost, every tenth comes 100 ms late.
    const Path path([](uint32_t i) -> int64_t
                    { return i % 10 == 5   ? -1
                             : i % 10 == 8 ? 150
                                           : 50; });
    EXPECT_EQ(path.m_receiver.GetStatistics().lost, 100U);
    EXPECT_EQ(path.m_receiver.GetPlayout().late, 100U);
    EXPECT_EQ(path.m_receiver.GetPlayout().played, 800U);
    EXPECT_EQ(path.m_receiver.GetMouthToEar().GetMean(), milliseconds(110));
    EXPECT_EQ(path.m_receiver.GetDelays().GetMax(), milliseconds(150));
    const auto quality = path.m_receiver.GetQuality();
    ASSERT_TRUE(quality);
    EXPECT_NEAR(quality->lossPercent, 20, 0.1);
    EXPECT_EQ(quality->delay, milliseconds(130)); // and 20 ms to fill a packet
}

TEST(Playout, QualityFallsWithLossAndDelay)
{
    const auto mos = [](auto delayMs) { return Path(delayMs).m_receiver.GetQuality()->mos; };
    const double clean = mos([](uint32_t) -> int64_t { return 20; });
    const double lossy = mos([](uint32_t i) -> int64_t { return i % 20 == 1 ? -1 : 20; });
    const double far = mos([](uint32_t) -> int64_t { return 220; });
    EXPECT_NEAR(clean, 4.409, 0.001); // 100 ms in all: no impairment
    EXPECT_NEAR(lossy, 3.92, 0.01);   // 5 %, single packets
    EXPECT_NEAR(far, 3.964, 0.001);   // 300 ms
}

TEST(Playout, NoQualityWithoutWhatItNeeds)
{
    RtpReceiver receiver(*FindCodec("g711"));
    EXPECT_FALSE(receiver.GetQuality());
    const Path dead([](uint32_t) -> int64_t { return -1; });
    EXPECT_FALSE(dead.m_receiver.GetQuality());
    LossRuns::Figures loss;
    loss.played = 1;
    EXPECT_FALSE(EstimateQuality(*FindCodec("evs-24.4"), milliseconds(50), loss));
    const auto wide = EstimateQuality(*FindCodec("amr-wb-12.65"), milliseconds(50), loss);
    ASSERT_TRUE(wide);
    EXPECT_NEAR(wide->mos, 4.182, 0.001);
}

} // namespace
} // namespace imsfw::rtp
