// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// What a receiver makes of loss, reordering, duplicates and delay. The jitter figures are worked out by hand.
#include "ims-media-rtp-packet.h"
#include "ims-media-rtp-receiver.h"

#include <gtest/gtest.h>

#include <numeric>

namespace imsfw::rtp
{
namespace
{

using std::chrono::microseconds;
using std::chrono::milliseconds;

constexpr uint32_t SSRC = 0x01020304;

TimePoint
At(int64_t ms)
{
    return TimePoint(milliseconds(ms));
}

/// One G.711 receiver and the packets of one stream, named by their number: 0 is the first that was sent, at 0 ms.
class Listener
{
  public:
    explicit Listener(uint16_t firstSequence = 100, uint32_t firstTimestamp = 5000)
        : m_sequence(firstSequence), m_timestamp(firstTimestamp), m_payload(160, 0x55)
    {
    }

    Bytes
    Make(uint32_t number) const
    {
        return WritePacket({false,
                            0,
                            static_cast<uint16_t>(m_sequence + number),
                            m_timestamp + 160 * number,
                            SSRC,
                            m_payload});
    }

    void
    Hear(uint32_t number, TimePoint when)
    {
        m_receiver.HandleInput(when, Make(number), StreamOrigin{SSRC, m_timestamp, At(0)});
    }

    /// Each of @p numbers 10 ms after it was sent, or right after its predecessor where that came later.
    void
    HearAll(const std::vector<uint32_t>& numbers)
    {
        for (const uint32_t number : numbers)
        {
            m_now = std::max(m_now, At(20 * int64_t{number} + 10));
            Hear(number, m_now);
        }
    }

    void
    HearRaw(ByteView bytes)
    {
        m_receiver.HandleInput(m_now, bytes, std::nullopt);
    }

    ReceiverStatistics
    Statistics() const
    {
        return m_receiver.GetStatistics();
    }

  private:
    RtpReceiver m_receiver{*FindCodec("g711")};
    uint16_t m_sequence;
    uint32_t m_timestamp;
    Bytes m_payload;
    TimePoint m_now{};
};

TEST(RtpReceiver, CountsTable)
{
    struct Row
    {
        const char* name;
        std::vector<uint32_t> numbers;
        uint64_t received;
        uint64_t lost;
        uint64_t duplicates;
        uint64_t reordered;
    };

    const std::vector<Row> rows = {
        {"nothing", {}, 0, 0, 0, 0},
        {"one", {0}, 1, 0, 0, 0},
        {"in order", {0, 1, 2, 3}, 4, 0, 0, 0},
        {"one lost", {0, 1, 3}, 3, 1, 0, 0},
        {"a burst lost", {0, 1, 10}, 3, 8, 0, 0},
        {"lost at the end is not seen", {0, 1}, 2, 0, 0, 0},
        {"two swapped", {0, 2, 1, 3}, 4, 0, 0, 1},
        {"late by three", {0, 2, 3, 4, 1}, 5, 0, 0, 1},
        {"the first comes second", {1, 0, 2}, 3, 0, 0, 1},
        {"twice", {0, 1, 1, 2}, 3, 0, 1, 0},
        {"three times", {0, 1, 1, 1, 2}, 3, 0, 2, 0},
        {"late and twice", {0, 2, 1, 1}, 3, 0, 1, 1},
        {"a duplicate fills no gap", {0, 2, 2}, 2, 1, 1, 0},
        {"backwards", {3, 2, 1, 0}, 4, 0, 0, 3},
    };
    for (const Row& row : rows)
    {
        // From 65,534 on the same numbers go through the wrap of the sequence.
        for (const uint16_t first : {100, 65534, 65535, 0})
        {
            SCOPED_TRACE(row.name + (" from " + std::to_string(first)));
            Listener listener(first);
            listener.HearAll(row.numbers);
            const ReceiverStatistics s = listener.Statistics();
            EXPECT_EQ(s.received, row.received);
            EXPECT_EQ(s.lost, row.lost);
            EXPECT_EQ(s.duplicates, row.duplicates);
            EXPECT_EQ(s.reordered, row.reordered);
            EXPECT_EQ(s.malformed, 0U);
        }
    }
}

TEST(RtpReceiver, SequenceWrapsManyTimes)
{
    Listener listener(65000);
    constexpr uint32_t COUNT = 200'000; // three wraps
    for (uint32_t i = 0; i < COUNT; ++i)
    {
        if (i % 1000 != 999)
        {
            listener.Hear(i, At(20 * int64_t{i}));
        }
    }
    const ReceiverStatistics s = listener.Statistics();
    EXPECT_EQ(s.received, COUNT - COUNT / 1000);
    EXPECT_EQ(s.lost, COUNT / 1000 - 1); // the last one is missing at the very end
    EXPECT_EQ(s.reordered, 0U);
    EXPECT_EQ(s.delayMax, Duration{});
}

TEST(RtpReceiver, DuplicateBeyondMemoryDoesNotUndoALoss)
{
    Listener listener;
    std::vector<uint32_t> numbers(5000);
    std::iota(numbers.begin(), numbers.end(), 0);
    numbers.push_back(1);
    listener.HearAll(numbers);
    const ReceiverStatistics s = listener.Statistics();
    EXPECT_EQ(s.received, 5000U);
    EXPECT_EQ(s.lost, 0U);
    EXPECT_EQ(s.duplicates, 0U);
    EXPECT_EQ(s.jumped, 1U);
}

TEST(RtpReceiver, OtherBytesAreMalformed)
{
    Listener listener;
    listener.HearAll({0, 1});
    const Bytes good = listener.Make(2);
    std::vector<Bytes> bad = {{}, good, good, good, good, good};
    bad[1].pop_back();   // payload of 159
    bad[2].push_back(0); // payload of 161
    bad[3][0] = 0x00;    // version 0
    bad[4][1] = 8;       // another payload type
    bad[5][11] ^= 1;     // another SSRC
    for (const Bytes& bytes : bad)
    {
        listener.HearRaw(bytes);
    }
    for (std::size_t size = 0; size < good.size(); ++size)
    {
        listener.HearRaw(ByteView(good).Sub(0, size));
    }
    const ReceiverStatistics s = listener.Statistics();
    EXPECT_EQ(s.malformed, bad.size() + good.size());
    EXPECT_EQ(s.received, 2U);
    EXPECT_EQ(s.last, At(30));
}

/// Arrivals of packets 0, 1, 2, ... in milliseconds, and RFC 3550's J after the last of them.
struct JitterRow
{
    const char* name;
    std::vector<int64_t> arrivals;
    double jitterMs;
};

const std::vector<JitterRow> JITTER_ROWS = {
    {"one packet has none", {7}, 0},
    {"a constant delay has none", {50, 70, 90, 110}, 0},
    {"late by 5 ms once", {0, 20, 45}, 5.0 / 16},
    // |D| = 5, then again 5 on the way back: 0.3125 + (5 - 0.3125) / 16
    {"late by 5 ms and back", {0, 20, 45, 60}, 0.60546875},
    // |D| = 16, 16, 16, ... : 1, 1.9375, 2.81640625
    {"drifting by 16 ms each", {0, 36, 72, 108}, 2.81640625},
    // |D| = 8, 0, 0: 0.5, then decays by 15/16 each
    {"a step decays", {0, 28, 48, 68}, 0.5 * 15 / 16 * 15 / 16},
};

TEST(RtpReceiver, JitterWorkedOutByHand)
{
    for (const JitterRow& row : JITTER_ROWS)
    {
        // The second one wraps its timestamp after the first packet, the third its top bit.
        for (const uint32_t timestamp : {5000U, 0xffffffffU, 0x7fffffffU})
        {
            SCOPED_TRACE(row.name + (" from " + std::to_string(timestamp)));
            Listener listener(1, timestamp);
            for (uint32_t i = 0; i < row.arrivals.size(); ++i)
            {
                listener.Hear(i, At(row.arrivals[i]));
            }
            EXPECT_NEAR(ToMilliseconds(listener.Statistics().jitter), row.jitterMs, 1e-6);
        }
    }
}

TEST(RtpReceiver, JitterIgnoresLossAndDuplicates)
{
    Listener listener;
    listener.Hear(0, At(10));
    listener.Hear(3, At(70)); // sent 60 ms apart, came 60 ms apart
    listener.Hear(3, At(90));
    listener.Hear(4, At(90));
    EXPECT_EQ(listener.Statistics().jitter, Duration{});
}

TEST(RtpReceiver, DelayFromTheOrigin)
{
    Listener listener(1, 0xffffffff); // the timestamps wrap
    // Delays of 1, 2, ..., 100 ms.
    for (uint32_t i = 0; i < 100; ++i)
    {
        listener.Hear(i, At(20 * int64_t{i} + 1 + i));
    }
    const ReceiverStatistics s = listener.Statistics();
    EXPECT_EQ(s.delayMin, milliseconds(1));
    EXPECT_EQ(s.delayMean, microseconds(50'500));
    EXPECT_EQ(s.delayP95, milliseconds(95));
    EXPECT_EQ(s.delayMax, milliseconds(100));
    EXPECT_EQ(s.first, At(1));
    EXPECT_EQ(s.last, At(20 * 99 + 100));
}

TEST(RtpReceiver, NearestRankOfFewDelays)
{
    struct Row
    {
        uint32_t count;
        int64_t p95Ms;
    };

    // The nearest rank is the ceiling of 0.95 n; the delays are 1, 2, ..., n ms.
    for (const Row row : {Row{1, 1}, Row{2, 2}, Row{19, 19}, Row{20, 19}, Row{21, 20}, Row{40, 38}})
    {
        Listener listener;
        for (uint32_t i = 0; i < row.count; ++i)
        {
            listener.Hear(i, At(20 * int64_t{i} + 1 + i));
        }
        EXPECT_EQ(listener.Statistics().delayP95, milliseconds(row.p95Ms)) << row.count;
    }
}

TEST(RtpReceiver, NoDelayWithoutItsOwnOrigin)
{
    const Listener source;
    for (const auto& origin :
         {std::optional<StreamOrigin>(), std::optional(StreamOrigin{SSRC + 1, 5000, At(0)})})
    {
        RtpReceiver receiver(*FindCodec("g711"));
        receiver.HandleInput(At(33), source.Make(0), origin);
        EXPECT_EQ(receiver.GetStatistics().received, 1U);
        EXPECT_EQ(receiver.GetStatistics().delayMax, Duration{});
    }
}

TEST(RtpReceiver, LongestGapIsBetweenTwoArrivals)
{
    Listener listener;
    listener.Hear(0, At(400)); // the wait for the first one is no gap
    listener.Hear(1, At(420));
    listener.Hear(2, At(790));
    listener.Hear(3, At(800));
    EXPECT_EQ(listener.Statistics().longestGap, milliseconds(370));
    EXPECT_EQ(listener.Statistics().first, At(400));
    EXPECT_EQ(listener.Statistics().last, At(800));
}

TEST(RtpReceiver, DelaySurvivesAPauseOfTheSpeaker)
{
    SeededRandom random(1, 1, "sender");
    RtpSender sender(*FindCodec("amr-wb-12.65"), random);
    RtpReceiver receiver(*FindCodec("amr-wb-12.65"));
    const auto talk = [&](int64_t fromMs, int64_t toMs)
    {
        sender.Start(At(fromMs));
        for (int64_t ms = fromMs; ms < toMs; ms += 20)
        {
            sender.HandleTimeout(At(ms));
            while (const auto bytes = sender.PollTransmit())
            {
                receiver.HandleInput(At(ms + 30), *bytes, sender.GetOrigin());
            }
        }
        sender.Stop();
    };
    talk(0, 200);
    talk(5007, 5207);
    const ReceiverStatistics s = receiver.GetStatistics();
    EXPECT_EQ(s.received, 20U);
    EXPECT_EQ(s.lost, 0U);
    EXPECT_EQ(s.delayMin, milliseconds(30));
    EXPECT_EQ(s.delayMax, milliseconds(30));
    EXPECT_EQ(s.jitter, Duration{});
}

} // namespace
} // namespace imsfw::rtp
