// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The sender as a script: when packets leave and what stands in them.
#include "ims-media-rtp-packet.h"
#include "ims-media-rtp-sender.h"

#include <gtest/gtest.h>

namespace imsfw::rtp
{
namespace
{

using std::chrono::milliseconds;

TimePoint
At(int64_t ms)
{
    return TimePoint(milliseconds(ms));
}

struct Sent
{
    TimePoint time;
    Bytes bytes;

    Packet
    Parsed() const
    {
        return ParsePacket(bytes).value();
    }
};

/// Drive @p sender as an adapter does, up to @p end.
std::vector<Sent>
RunUntil(RtpSender& sender, TimePoint now, TimePoint end)
{
    std::vector<Sent> sent;
    while (true)
    {
        while (auto bytes = sender.PollTransmit())
        {
            sent.push_back({now, std::move(*bytes)});
        }
        const auto next = sender.NextTimeout();
        if (!next || *next > end)
        {
            return sent;
        }
        now = *next;
        sender.HandleTimeout(now);
    }
}

/// Fills with one repeated byte, so that the drawn numbers are known.
class ConstantRandom : public RandomSource
{
  public:
    explicit ConstantRandom(uint8_t value) : m_value(value)
    {
    }

    void
    Fill(uint8_t* target, std::size_t size) override
    {
        std::fill(target, target + size, m_value);
    }

  private:
    uint8_t m_value;
};

class RtpSenderOf : public testing::TestWithParam<const char*>
{
};

INSTANTIATE_TEST_SUITE_P(EveryCodec,
                         RtpSenderOf,
                         testing::Values("g711", "amr-wb-12.65", "amr-wb-23.85", "opus-15"));

TEST_P(RtpSenderOf, SendsOnePacketEachIntervalFromTheStart)
{
    const Codec& codec = *FindCodec(GetParam());
    SeededRandom random(1, 1, "sender");
    RtpSender sender(codec, random);
    EXPECT_FALSE(sender.NextTimeout());
    EXPECT_FALSE(sender.GetOrigin());
    sender.Start(At(1000));
    const auto sent = RunUntil(sender, At(1000), At(2000));
    ASSERT_EQ(sent.size(), 51U);
    EXPECT_EQ(sender.GetSent(), 51U);
    const Packet first = sent.front().Parsed();
    for (std::size_t i = 0; i < sent.size(); ++i)
    {
        const Packet packet = sent[i].Parsed();
        EXPECT_EQ(sent[i].time, At(1000 + 20 * static_cast<int64_t>(i)));
        EXPECT_EQ(sent[i].bytes.size(), 12 + codec.payload);
        EXPECT_EQ(packet.payloadType, codec.payloadType);
        EXPECT_EQ(packet.marker, i == 0);
        EXPECT_EQ(packet.ssrc, first.ssrc);
        EXPECT_EQ(packet.sequence, static_cast<uint16_t>(first.sequence + i));
        EXPECT_EQ(packet.timestamp,
                  first.timestamp + static_cast<uint32_t>(i) * codec.TicksPerPacket());
    }
}

TEST(RtpSender, OpusTellsWhatItHolds)
{
    const std::pair<const char*, uint8_t> rows[] = {
        {"opus-15", 0x48}, {"opus-25", 0x68}, {"opus-40", 0x78}}; // RFC 6716 3.1
    for (const auto& [name, contents] : rows)
    {
        SeededRandom random(1, 1, "sender");
        RtpSender sender(*FindCodec(name), random);
        sender.EnableDtx({});
        sender.Start(At(0));
        for (const auto& sent : RunUntil(sender, At(0), At(5000))) // speech and comfort noise
        {
            EXPECT_EQ(sent.bytes.at(12), contents) << name;
        }
    }
}

TEST(RtpSender, OriginIsTheFirstPacket)
{
    SeededRandom random(1, 1, "sender");
    RtpSender sender(*FindCodec("g711"), random);
    sender.Start(At(70));
    const auto sent = RunUntil(sender, At(70), At(70));
    ASSERT_EQ(sent.size(), 1U);
    const auto origin = sender.GetOrigin();
    ASSERT_TRUE(origin);
    EXPECT_EQ(origin->ssrc, sent[0].Parsed().ssrc);
    EXPECT_EQ(origin->timestamp, sent[0].Parsed().timestamp);
    EXPECT_EQ(origin->time, At(70));
}

TEST(RtpSender, StartedTwiceItTalksOnce)
{
    SeededRandom random(1, 1, "sender");
    RtpSender sender(*FindCodec("g711"), random);
    sender.Start(At(0));
    sender.Start(At(0));
    sender.Start(At(5));
    EXPECT_EQ(RunUntil(sender, At(5), At(39)).size(), 2U); // of 0 and 20 ms
}

TEST(RtpSender, SequenceAndTimestampWrap)
{
    ConstantRandom random(0xff);
    RtpSender sender(*FindCodec("g711"), random);
    sender.Start(At(0));
    const auto sent = RunUntil(sender, At(0), At(40));
    ASSERT_EQ(sent.size(), 3U);
    EXPECT_EQ(sent[0].Parsed().sequence, 0xffff);
    EXPECT_EQ(sent[1].Parsed().sequence, 0);
    EXPECT_EQ(sent[0].Parsed().timestamp, 0xffffffffU);
    EXPECT_EQ(sent[1].Parsed().timestamp, 159U);
    EXPECT_EQ(sent[2].Parsed().timestamp, 319U);
}

TEST(RtpSender, SilenceMovesTheTimestampAndNotTheSequence)
{
    SeededRandom random(1, 1, "sender");
    RtpSender sender(*FindCodec("g711"), random);
    sender.Start(At(0));
    const auto before = RunUntil(sender, At(0), At(20));
    sender.Stop();
    EXPECT_FALSE(sender.NextTimeout());
    sender.HandleTimeout(At(500));
    EXPECT_FALSE(sender.PollTransmit());

    sender.Start(At(1010));
    const auto after = RunUntil(sender, At(1010), At(1030));
    ASSERT_EQ(before.size(), 2U);
    ASSERT_EQ(after.size(), 2U);
    const Packet first = before[0].Parsed();
    const Packet again = after[0].Parsed();
    EXPECT_EQ(again.sequence, static_cast<uint16_t>(first.sequence + 2));
    EXPECT_EQ(again.timestamp - first.timestamp, 8080U); // 1,010 ms at 8 kHz
    EXPECT_TRUE(again.marker);                           // RFC 3551 4.1: begins a talkspurt
    EXPECT_FALSE(after[1].Parsed().marker);
    EXPECT_EQ(sender.GetOrigin()->time, At(0));
    EXPECT_EQ(sender.GetSent(), 4U);
}

TEST(RtpSender, LateTimerSendsWhatWasDueAndKeepsThePace)
{
    SeededRandom random(1, 1, "sender");
    RtpSender sender(*FindCodec("g711"), random);
    sender.Start(At(0));
    sender.HandleTimeout(At(65)); // due at 20, 40, 60
    std::size_t count = 0;
    while (sender.PollTransmit())
    {
        ++count;
    }
    EXPECT_EQ(count, 4U);
    EXPECT_EQ(sender.NextTimeout(), At(80));
}

TEST(RtpSender, OneSeedOneStream)
{
    const auto stream = [](uint64_t seed, const char* name)
    {
        SeededRandom random(seed, 1, name);
        RtpSender sender(*FindCodec("amr-wb-12.65"), random);
        sender.Start(At(0));
        Bytes all;
        for (const Sent& sent : RunUntil(sender, At(0), At(200)))
        {
            Append(all, sent.bytes);
        }
        return all;
    };
    EXPECT_EQ(stream(1, "a"), stream(1, "a"));
    EXPECT_NE(stream(1, "a"), stream(2, "a"));
    EXPECT_NE(stream(1, "a"), stream(1, "b"));
}

} // namespace
} // namespace imsfw::rtp
