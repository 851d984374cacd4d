// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Video: sizes and pace of frames, their cutting into packets, and what loss makes of them at the receiver.
#include "base/text.h"
#include "ims-media-h264-payload.h"
#include "ims-media-rtp-packet.h"
#include "ims-media-video-receiver.h"
#include "ims-media-video-sender.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

namespace imsfw::rtp
{
namespace
{

using std::chrono::milliseconds;
using std::chrono::seconds;

struct Sent
{
    TimePoint time;
    Bytes bytes;
};

std::vector<Sent>
RunFor(VideoSender& sender, Duration length)
{
    std::vector<Sent> all;
    sender.Start(TimePoint());
    while (sender.NextTimeout() && *sender.NextTimeout() < TimePoint(length))
    {
        while (auto bytes = sender.PollTransmit())
        {
            all.push_back({*sender.NextTimeout() - milliseconds(40), std::move(*bytes)});
        }
        sender.HandleTimeout(*sender.NextTimeout());
    }
    while (auto bytes = sender.PollTransmit())
    {
        all.push_back({TimePoint(length) - milliseconds(40), std::move(*bytes)});
    }
    return all;
}

TEST(VideoSender, MeanSizesMakeTheBitRate)
{
    const VideoOptions options;
    const double key = MeanFrameSize(options, true);
    const double other = MeanFrameSize(options, false);
    EXPECT_DOUBLE_EQ(key / other, 6);
    EXPECT_NEAR((key + 49 * other) * 8 / 2, 384'000, 0.001); // 50 frames are two seconds
}

TEST(VideoSender, SendsAtItsRates)
{
    for (const double bitRate : {64'000.0, 384'000.0, 2'000'000.0})
    {
        SeededRandom random(1, 1, "video");
        VideoOptions options;
        options.bitRate = bitRate;
        VideoSender sender(options, random);
        const auto sent = RunFor(sender, seconds(100));
        EXPECT_EQ(sender.GetFrames(), 2500U);
        std::size_t coded = 0;
        for (const Sent& one : sent)
        {
            const auto packet = ParsePacket(one.bytes);
            EXPECT_LE(packet->payload.Size(), 1200U);
            coded += ParseH264(packet->payload)->size;
        }
        EXPECT_NEAR(static_cast<double>(coded) * 8 / 100, bitRate, bitRate * 0.01);
        EXPECT_EQ(sender.GetCounts().packets, sent.size());
    }
}

TEST(VideoSender, FramesAreCutAtTheLimitAndEndWithTheMarker)
{
    SeededRandom random(1, 1, "video");
    VideoSender sender({}, random);
    const auto sent = RunFor(sender, seconds(10));
    uint32_t timestamp = 0;
    unsigned frame = 0;
    bool atStart = true;
    for (std::size_t i = 0; i < sent.size(); ++i)
    {
        const auto packet = ParsePacket(sent[i].bytes).value();
        const auto piece = ParseH264(packet.payload).value();
        EXPECT_EQ(piece.isFirst, atStart);
        EXPECT_EQ(piece.isLast, packet.marker);
        EXPECT_EQ(piece.isKey, frame % 50 == 0);
        if (i > 0)
        {
            EXPECT_EQ(packet.timestamp - timestamp, atStart ? 3600U : 0U);
        }
        timestamp = packet.timestamp;
        atStart = packet.marker;
        frame += packet.marker ? 1 : 0;
    }
    EXPECT_EQ(frame, 250U);
}

TEST(VideoSender, ThirtyFramesASecondDoNotDrift)
{
    SeededRandom random(1, 1, "video");
    VideoOptions options;
    options.frameRate = 30;
    VideoSender sender(options, random);
    sender.Start(TimePoint());
    sender.HandleTimeout(TimePoint(seconds(3600)));
    EXPECT_EQ(sender.GetFrames(), 30U * 3600 + 1);
}

TEST(VideoSender, AKeyFrameOnRequest)
{
    SeededRandom random(1, 1, "video");
    VideoSender sender({}, random);
    sender.Start(TimePoint());
    const auto isKey = [&]
    {
        bool key = false;
        while (const auto bytes = sender.PollTransmit())
        {
            key = ParseH264(ParsePacket(*bytes)->payload)->isKey;
        }
        return key;
    };
    EXPECT_TRUE(isKey());
    sender.HandleTimeout(TimePoint(milliseconds(40)));
    EXPECT_FALSE(isKey());
    sender.RequestKeyFrame();
    sender.HandleTimeout(TimePoint(milliseconds(80)));
    EXPECT_TRUE(isKey());
    sender.Stop();
    EXPECT_FALSE(sender.NextTimeout());
}

TEST(H264Payload, FormsTable)
{
    struct Row
    {
        const char* name;
        std::string hex;
        bool isFirst;
        bool isLast;
        bool isKey;
        std::size_t size; ///< 0: refused
    };

    for (const Row& row : {Row{"a slice", "41aabb", true, true, false, 2},
                           {"an IDR slice", "65aa", true, true, true, 1},
                           {"FU-A, first", "7c85aabb", true, false, true, 2},
                           {"FU-A, middle", "7c05aa", false, false, true, 1},
                           {"FU-A, last", "5c41aa", false, true, false, 1},
                           {"empty", "", false, false, false, 0},
                           {"header only", "41", false, false, false, 0},
                           {"FU-A cut", "7c", false, false, false, 0},
                           {"FU-A without content", "7c85", false, false, false, 0},
                           {"FU-A, first and last", "7cc5aa", false, false, false, 0},
                           {"FU-A, reserved bit", "7ca5aa", false, false, false, 0},
                           {"forbidden bit", "c1aa", false, false, false, 0},
                           {"parameter set", "67aa", false, false, false, 0},
                           {"STAP-A", "78aabb", false, false, false, 0}})
    {
        const auto piece = ParseH264(FromHex(row.hex).value());
        ASSERT_EQ(piece.has_value(), row.size > 0) << row.name;
        if (piece)
        {
            EXPECT_EQ(piece->isFirst, row.isFirst) << row.name;
            EXPECT_EQ(piece->isLast, row.isLast) << row.name;
            EXPECT_EQ(piece->isKey, row.isKey) << row.name;
            EXPECT_EQ(piece->size, row.size) << row.name;
        }
    }
    EXPECT_EQ(ToHex(WriteFragment(H264_KEY_HEADER, true, false, FromHex("aabb").value())),
              "7c85aabb");
    EXPECT_EQ(ToHex(WriteFragment(H264_OTHER_HEADER, false, true, FromHex("aa").value())),
              "5c41aa");
}

/// Ten seconds of video, of which @p isLost takes packets away by their place in the stream.
VideoReceiver
Receive(const std::function<bool(std::size_t, const Packet&)>& isLost)
{
    SeededRandom random(1, 1, "video");
    VideoOptions options;
    options.bitRate = 1'000'000; // three packets a frame and more
    VideoSender sender(options, random);
    VideoReceiver receiver(102);
    const auto sent = RunFor(sender, seconds(10));
    for (std::size_t i = 0; i < sent.size(); ++i)
    {
        if (!isLost(i, *ParsePacket(sent[i].bytes)))
        {
            receiver.HandleInput(
                sent[i].time + milliseconds(50), sent[i].bytes, sender.GetOrigin());
        }
    }
    return receiver;
}

TEST(VideoReceiver, EverythingCame)
{
    VideoReceiver receiver = Receive([](auto, const auto&) { return false; });
    const auto statistics = receiver.GetStatistics();
    EXPECT_EQ(statistics.complete, 250U);
    EXPECT_EQ(statistics.decodable, 250U);
    EXPECT_EQ(statistics.keyFrames, 5U);
    EXPECT_EQ(statistics.incomplete + statistics.lost + statistics.malformed, 0U);
    EXPECT_NEAR(static_cast<double>(statistics.octets) * 8 / 10, 1'000'000, 20'000);
    EXPECT_EQ(receiver.GetFrameDelays().GetMin(), milliseconds(50));
    EXPECT_EQ(receiver.GetFrameDelays().GetMax(), milliseconds(50));
    EXPECT_FALSE(receiver.TakeKeyFrameRequest());
}

/// @return a predicate that loses the @p wanted (first, middle or last) packet of frame @p number.
std::function<bool(std::size_t, const Packet&)>
LoseOf(unsigned number, char wanted)
{
    return [=, frame = 0U, atStart = true](std::size_t, const Packet& packet) mutable
    {
        const bool isFirst = atStart;
        const bool isIt = frame == number && (wanted == 'a' || (wanted == 'f' && isFirst) ||
                                              (wanted == 'l' && packet.marker) ||
                                              (wanted == 'm' && !isFirst && !packet.marker));
        atStart = packet.marker;
        frame += packet.marker ? 1 : 0;
        return isIt;
    };
}

TEST(VideoReceiver, OneLostPacketSpoilsAllUpToTheNextKeyFrame)
{
    // Frame 60: key frames are 50 and 100. Whatever is lost of it, 60 to 99 cannot be decoded.
    for (const char wanted : {'f', 'm', 'l', 'a'})
    {
        SCOPED_TRACE(wanted);
        VideoReceiver receiver = Receive(LoseOf(60, wanted));
        const auto statistics = receiver.GetStatistics();
        ASSERT_GT(statistics.lost, 0U);
        EXPECT_EQ(statistics.complete, 249U);
        EXPECT_EQ(statistics.incomplete, 1U);
        EXPECT_EQ(statistics.decodable, 210U);
        EXPECT_TRUE(receiver.TakeKeyFrameRequest());
        EXPECT_FALSE(receiver.TakeKeyFrameRequest());
    }
}

TEST(VideoReceiver, ReorderingAndDuplicatesSpoilNothing)
{
    SeededRandom random(1, 1, "video");
    VideoSender sender({}, random);
    VideoReceiver receiver(102);
    auto sent = RunFor(sender, seconds(10));
    for (std::size_t i = 0; i + 1 < sent.size(); i += 2)
    {
        std::swap(sent[i].bytes, sent[i + 1].bytes);
    }
    for (const Sent& one : sent)
    {
        receiver.HandleInput(one.time, one.bytes, std::nullopt);
        receiver.HandleInput(one.time, one.bytes, std::nullopt);
    }
    const auto statistics = receiver.GetStatistics();
    EXPECT_EQ(statistics.decodable, 250U);
    EXPECT_EQ(statistics.incomplete, 0U);
    EXPECT_EQ(statistics.duplicates, sent.size());
}

TEST(VideoReceiver, NoiseIsCounted)
{
    SeededRandom random(1, 1, "noise");
    SeededRandom video(1, 1, "video");
    VideoSender sender({}, video);
    const auto sent = RunFor(sender, seconds(10));
    VideoReceiver receiver(102);
    receiver.HandleInput(sent[0].time, sent[0].bytes, sender.GetOrigin()); // tells the SSRC
    for (const Sent& one : sent)
    {
        Bytes noise = one.bytes;
        noise[random.Below(14)] ^= static_cast<uint8_t>(1U << random.Below(8));
        receiver.HandleInput(one.time, noise, sender.GetOrigin());
        receiver.HandleInput(one.time, random.Draw(random.Below(30)), sender.GetOrigin());
        receiver.HandleInput(one.time, one.bytes, sender.GetOrigin());
    }
    const auto statistics = receiver.GetStatistics();
    EXPECT_GT(statistics.malformed, sent.size());
    EXPECT_GE(statistics.packets, sent.size());
}

TEST(VideoReceiver, TimestampsFromTheFutureDoNotEndTheStream)
{
    SeededRandom random(1, 1, "video");
    VideoSender sender({}, random);
    VideoReceiver receiver(102);
    const auto sent = RunFor(sender, seconds(60));
    for (std::size_t i = 0; i < sent.size(); ++i)
    {
        Bytes bytes = sent[i].bytes;
        bytes[4] = static_cast<uint8_t>(bytes[4] + (i >= 20 && i < 40 ? 0x40 : 0));
        receiver.HandleInput(sent[i].time, bytes, sender.GetOrigin());
    }
    const auto statistics = receiver.GetStatistics();
    EXPECT_GT(statistics.decodable, 1300U);
    EXPECT_GE(statistics.outdated, 100U);
}

} // namespace
} // namespace imsfw::rtp
