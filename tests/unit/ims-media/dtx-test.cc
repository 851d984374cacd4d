// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Talkspurts and pauses, and what a sender and a receiver make of them.
#include "ims-media-rtp-packet.h"
#include "ims-media-rtp-receiver.h"
#include "ims-media-rtp-sender.h"

#include <gtest/gtest.h>

namespace imsfw::rtp
{
namespace
{

using std::chrono::milliseconds;
using std::chrono::seconds;

TimePoint
At(int64_t ms)
{
    return TimePoint(milliseconds(ms));
}

TEST(TalkspurtModel, TalksTheShareOfTheMeans)
{
    SeededRandom random(1, 1, "talk");
    TalkspurtModel model(TalkspurtMeans{}, random, At(0));
    EXPECT_TRUE(model.IsTalking(At(0)));
    constexpr int FRAMES = 1'000'000;
    int talking = 0;
    int spurts = 1;
    bool before = true;
    for (int i = 0; i < FRAMES; ++i)
    {
        const bool now = model.IsTalking(At(20 * int64_t{i}));
        talking += now ? 1 : 0;
        spurts += now && !before ? 1 : 0;
        before = now;
    }
    EXPECT_NEAR(static_cast<double>(talking) / FRAMES, 1004.0 / (1004 + 1587), 0.01);
    // A pause or spurt shorter than a frame may fall between two of them: about 1 in 80.
    EXPECT_NEAR(spurts, FRAMES * 0.020 / (1.004 + 1.587), 300);
}

/// The numbers of the frames (from 0) that @p codec's sender sends in the pause after its first talkspurt.
std::vector<uint32_t>
NoiseFrames(const Codec& codec)
{
    SeededRandom random(1, 1, "dtx");
    RtpSender sender(codec, random);
    sender.EnableDtx({milliseconds(1), seconds(3600)}); // one short spurt, then silence
    sender.Start(At(0));
    std::vector<uint32_t> frames;
    std::optional<uint32_t> firstSilent;
    for (uint32_t frame = 0; frame < 60; ++frame)
    {
        sender.HandleTimeout(At(20 * int64_t{frame}));
        while (const auto bytes = sender.PollTransmit())
        {
            const auto packet = ParsePacket(*bytes);
            if (packet->payload.Size() == codec.noise.payload && frame > 0)
            {
                firstSilent = firstSilent.value_or(frame);
                frames.push_back(frame - *firstSilent);
                EXPECT_EQ(packet->payloadType, codec.noise.payloadType);
                EXPECT_EQ(packet->timestamp - sender.GetOrigin()->timestamp,
                          frame * codec.TicksPerPacket());
                EXPECT_FALSE(packet->marker);
            }
        }
    }
    return frames;
}

TEST(Dtx, NoiseComesAtThePaceOfItsCodec)
{
    using Frames = std::vector<uint32_t>;
    EXPECT_EQ(NoiseFrames(*FindCodec("amr-wb-12.65")),
              (Frames{0, 3, 11, 19, 27, 35, 43, 51})); // TS 26.193 5.1
    EXPECT_EQ(NoiseFrames(*FindCodec("evs-13.2")), (Frames{0, 8, 16, 24, 32, 40, 48, 56}));
    EXPECT_EQ(NoiseFrames(*FindCodec("opus-25")), (Frames{0, 20, 40}));
    EXPECT_EQ(NoiseFrames(*FindCodec("pcma")).size(), 12U); // each 100 ms of 1.18 s
}

TEST(Dtx, SavesPacketsAndLosesNone)
{
    for (const Codec& codec : AllCodecs())
    {
        SCOPED_TRACE(codec.name);
        SeededRandom random(1, 1, "dtx");
        RtpSender sender(codec, random);
        sender.EnableDtx({});
        RtpReceiver receiver(codec);
        sender.Start(At(0));
        unsigned markers = 0;
        for (int frame = 0; frame < 30'000; ++frame) // ten minutes
        {
            sender.HandleTimeout(At(20 * int64_t{frame}));
            while (const auto bytes = sender.PollTransmit())
            {
                markers += ParsePacket(*bytes)->marker ? 1 : 0;
                receiver.HandleInput(At(20 * int64_t{frame} + 40), *bytes, sender.GetOrigin());
            }
        }
        const auto& counts = sender.GetCounts();
        EXPECT_GT(counts.noise, 200U);
        EXPECT_LT(counts.packets, 20'000U);
        EXPECT_GT(counts.packets, 9'000U);
        EXPECT_NEAR(markers, 600 / 2.591, 40);
        EXPECT_EQ(counts.octets,
                  (counts.packets - counts.noise) * codec.payload +
                      counts.noise * codec.noise.payload);
        const auto statistics = receiver.GetStatistics();
        EXPECT_EQ(statistics.received, counts.packets);
        EXPECT_EQ(statistics.lost + statistics.malformed + statistics.misdated, 0U);
        EXPECT_EQ(statistics.jitter, Duration{});
        EXPECT_EQ(statistics.delayMax, milliseconds(40));
    }
}

TEST(Dtx, WithoutItEveryFrameIsSpeech)
{
    SeededRandom random(1, 1, "dtx");
    RtpSender sender(*FindCodec("g711"), random);
    sender.Start(At(0));
    sender.HandleTimeout(At(60'000));
    EXPECT_EQ(sender.GetCounts().packets, 3001U);
    EXPECT_EQ(sender.GetCounts().noise, 0U);
}

TEST(Dtx, TimestampsFromTheFutureHaveNoDelay)
{
    const Codec& codec = *FindCodec("g711");
    RtpReceiver receiver(codec);
    const Bytes payload(160);
    receiver.HandleInput(
        At(0), WritePacket({false, 0, 1, 1'000'000, 7, payload}), StreamOrigin{7, 0, At(0)});
    EXPECT_EQ(receiver.GetStatistics().received, 1U);
    EXPECT_EQ(receiver.GetStatistics().misdated, 1U);
    EXPECT_EQ(receiver.GetDelays().GetCount(), 0U);
}

} // namespace
} // namespace imsfw::rtp
