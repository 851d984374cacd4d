// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Asking for key frames: when, how often, by whom it is heard; and bytes that are none of it.
#include "ims-media-rtp-packet.h"
#include "ims-media-video-endpoint.h"

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

/// Somebody films, somebody watches; no time on the way.
struct Pair
{
    /// Carry one frame of the camera, without its packets where @p isLost.
    void
    Film(int64_t ms, bool isLost)
    {
        camera.HandleTimeout(At(ms));
        while (const auto bytes = camera.PollTransmit())
        {
            if (!isLost)
            {
                screen.HandleInput(At(ms), *bytes, std::nullopt);
            }
        }
        while (const auto bytes = screen.PollTransmit())
        {
            lastFeedback = *bytes;
            camera.HandleInput(At(ms), *bytes, std::nullopt);
        }
    }

    SeededRandom random{1, 1, "camera"};
    SeededRandom otherRandom{1, 1, "screen"};
    VideoOptions options{384'000, 25, 100'000, 6, 0.2, 1200, 102};
    VideoEndpoint camera{options, true, "camera@ims.test", random};
    VideoEndpoint screen{options, true, "screen@ims.test", otherRandom};
    Bytes lastFeedback;
};

TEST(VideoEndpoint, AsksOncePerHalfSecond)
{
    Pair pair;
    pair.camera.Start(At(0));
    for (int64_t frame = 0; frame < 250; ++frame)
    {
        pair.Film(40 * frame, frame > 100 && frame < 150 && frame % 4 == 0);
    }
    // Two seconds of trouble, in which every fourth frame is lost.
    EXPECT_GE(pair.screen.GetStatistics().indicationsSent, 4U);
    EXPECT_LE(pair.screen.GetStatistics().indicationsSent, 5U);
    EXPECT_EQ(pair.camera.GetStatistics().indicationsReceived,
              pair.screen.GetStatistics().indicationsSent);
    EXPECT_GT(pair.screen.GetReceiver().GetStatistics().keyFrames, 3U);
    EXPECT_GT(pair.screen.GetReceiver().GetStatistics().decodable, 180U); // of 237 that came
}

TEST(VideoEndpoint, FeedbackIsACompoundPacketOfRfc4585)
{
    Pair pair;
    pair.camera.Start(At(0));
    for (int64_t frame = 0; frame < 10; ++frame)
    {
        pair.Film(40 * frame, frame == 3);
    }
    const auto packets = ParseRtcp(pair.lastFeedback);
    ASSERT_TRUE(packets);
    ASSERT_EQ(packets->size(), 3U);
    const auto& indication = std::get<OtherRtcp>(packets->at(2));
    EXPECT_EQ(indication.type, 206);
    EXPECT_EQ(indication.count, 1);
    ByteReader reader(indication.body);
    EXPECT_EQ(reader.U32(), pair.screen.GetSender().GetSsrc());
    EXPECT_EQ(reader.U32(), pair.camera.GetSender().GetSsrc());
    EXPECT_TRUE(reader.IsAtEnd());
}

TEST(VideoEndpoint, OtherFeedbackMovesNothing)
{
    Pair pair;
    pair.camera.Start(At(0));
    const auto bodyFor = [](uint32_t ssrc)
    {
        ByteWriter body;
        body.U32(1);
        body.U32(ssrc);
        return body.Finish();
    };
    const Bytes good = bodyFor(pair.camera.GetSender().GetSsrc());
    const Bytes forOther = bodyFor(pair.camera.GetSender().GetSsrc() ^ 1);
    Bytes longer = good;
    longer.resize(12);
    for (const OtherRtcp& packet : {OtherRtcp{206, 1, forOther},
                                    OtherRtcp{206, 1, longer},
                                    OtherRtcp{206, 1, {}},
                                    OtherRtcp{206, 4, good},
                                    OtherRtcp{205, 1, good}})
    {
        const Bytes bytes = WriteRtcp({ReceiverReport{1, {}, {}}, packet});
        pair.camera.HandleInput(At(0), bytes, std::nullopt);
    }
    pair.camera.HandleInput(At(0), Bytes{0x80, 0xc8}, std::nullopt);
    EXPECT_EQ(pair.camera.GetStatistics().indicationsReceived, 0U);
    EXPECT_EQ(pair.camera.GetStatistics().malformedRtcp, 1U);
}

} // namespace
} // namespace imsfw::rtp
