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

TEST(VideoEndpoint, KnowsItsPacketsOnASharedTransport)
{
    Pair pair;
    pair.camera.Start(At(0));
    pair.Film(0, false);
    pair.camera.HandleTimeout(At(40));
    const Bytes rtp = *pair.camera.PollTransmit();
    const uint32_t camera = pair.camera.GetSender().GetSsrc();
    const auto report = [](uint32_t sender) { return WriteRtcp({ReceiverReport{sender, {}, {}}}); };
    Bytes marked = rtp;
    marked[1] = 0x80 | 102;
    Bytes voice = rtp;
    voice[1] = 0;

    struct Row
    {
        const char* name;
        Bytes packet;
        bool isMine;
    };

    for (const Row& row : std::vector<Row>{{"RTP of its type", rtp, true},
                                           {"with a marker", marked, true},
                                           {"of another", voice, false},
                                           {"RTCP of the one it watches", report(camera), true},
                                           {"of somebody else", report(camera ^ 1), false},
                                           {"cut", Bytes(rtp.begin(), rtp.begin() + 3), false},
                                           {"RTCP that is cut", Bytes{0x80, 0xc9, 0, 1, 1}, false},
                                           {"nothing", {}, false}})
    {
        EXPECT_EQ(pair.screen.IsMine(row.packet), row.isMine) << row.name;
    }
    const VideoEndpoint& deaf = pair.camera; // nobody films for it: whose RTCP would be its own?
    EXPECT_FALSE(deaf.IsMine(report(1)));
}

TEST(VideoEndpoint, SrtpHidesFramesAndFeedback)
{
    constexpr auto PROFILE = SrtpProfile::AES_CM_128_HMAC_SHA1_80;
    const auto make = [](uint8_t send, uint8_t receive)
    {
        return std::move(*SrtpPair::Create({PROFILE,
                                            Bytes(SrtpKeyLength(PROFILE), send),
                                            Bytes(SrtpKeyLength(PROFILE), receive)}));
    };
    SeededRandom random(1, 1, "camera");
    SeededRandom otherRandom(1, 1, "screen");
    const VideoOptions options{384'000, 25, 100'000, 6, 0.2, 1200, 102};
    VideoEndpoint camera(options, true, "camera@ims.test", random, make(1, 2));
    VideoEndpoint screen(options, true, "screen@ims.test", otherRandom, make(2, 1));
    camera.Start(At(0));
    for (int64_t frame = 0; frame < 50; ++frame)
    {
        camera.HandleTimeout(At(40 * frame));
        while (const auto bytes = camera.PollTransmit())
        {
            if (frame != 20)
            {
                screen.HandleInput(At(40 * frame), *bytes, std::nullopt);
                EXPECT_TRUE(screen.IsMine(*bytes));
            }
        }
        while (const auto bytes = screen.PollTransmit())
        {
            EXPECT_TRUE(IsRtcp(*bytes));
            camera.HandleInput(At(40 * frame), *bytes, std::nullopt);
        }
    }
    EXPECT_EQ(camera.GetStatistics().indicationsReceived, 1U);
    EXPECT_EQ(screen.GetReceiver().GetStatistics().malformed, 0U);
    EXPECT_GE(screen.GetReceiver().GetStatistics().complete, 47U);
    const auto sent = camera.GetSrtp().sent;
    EXPECT_EQ(sent.protectedBytes - sent.plainBytes, 10 * sent.packets);
    const auto feedback = screen.GetSrtp().sent;
    EXPECT_EQ(feedback.packets, 1U);
    EXPECT_EQ(feedback.protectedBytes - feedback.plainBytes, 14U); // RFC 3711 3.4: the index too

    // Of another key, or changed on the way: counted, and nothing moves.
    const uint64_t before = screen.GetReceiver().GetStatistics().packets;
    camera.HandleTimeout(At(2000));
    Bytes changed = *camera.PollTransmit();
    changed.back() ^= 1;
    screen.HandleInput(At(2000), changed, std::nullopt);
    screen.HandleInput(At(2000), Bytes{0x80, 0xe6}, std::nullopt);
    screen.HandleInput(At(2000), Bytes{0x81, 0xc9, 0}, std::nullopt);
    EXPECT_EQ(screen.GetSrtp().received.refused, 3U);
    EXPECT_EQ(screen.GetReceiver().GetStatistics().packets, before);
}

} // namespace
} // namespace imsfw::rtp
