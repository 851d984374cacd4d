// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Video beside the voice: what crosses the network follows from rate and frame structure, over every kind of path.
#include "scenario-run.h"

namespace imsfw::scenario
{
namespace
{

using Settings = std::vector<std::string>;

RunResult
Film(const Settings& more)
{
    Settings settings{"transport=sip-udp",
                      "firewall.policy=stateful-nat",
                      "media.peer_latches=true",
                      "call.duration=5s",
                      "media.video.enabled=true"};
    settings.insert(settings.end(), more.begin(), more.end());
    return RunWith(settings).result;
}

TEST(Video, PacketsAndBytesFollowFromRateAndFrames)
{
    // 400 kbit/s at 20 frames/s are 25,000 bytes in ten frames. One has 5 units of the 14: 8929 bytes, the others 1786.
    // Each has its first byte, the NAL header, in the 2 of the fragments' headers (RFC 6184 5.8): with at most 1198 bytes
    // in a fragment, 8928 go in 8, 1785 in 2.
    const Settings exact{"media.video.bit_rate=400kbps",
                         "media.video.frame_rate=20",
                         "media.video.key_interval=10",
                         "media.video.key_ratio=5",
                         "media.video.variation=0"};
    const auto result = Film(exact);
    ASSERT_TRUE(result.videoUp && result.videoDown) << Why(result);
    uint64_t packets = 0;
    for (const VideoResult& video : {*result.videoUp, *result.videoDown})
    {
        const uint64_t keys = (video.frames + 9) / 10;
        const uint64_t others = video.frames - keys;
        EXPECT_NEAR(static_cast<double>(video.frames), 100, 2);
        EXPECT_EQ(video.sent, keys * 8 + others * 2);
        EXPECT_EQ(video.sentBytes, keys * (8928 + 8 * 2) + others * (1785 + 2 * 2));
        EXPECT_EQ(video.received, video.sent);
        EXPECT_EQ(video.lost, 0U);
        EXPECT_EQ(video.whole, video.frames);
        EXPECT_EQ(video.decodable, video.frames);
        EXPECT_EQ(video.keyFrames, keys);
        EXPECT_FALSE(video.srtp);
        packets += video.sent;
    }
    // The firewall counts the same packets, and nothing else more.
    Settings blind = exact;
    blind.emplace_back("media.video.enabled=false");
    const auto without = Film(blind);
    EXPECT_FALSE(without.videoUp || without.videoDown);
    EXPECT_EQ(result.firewall.allowed - without.firewall.allowed, packets);
    EXPECT_EQ(result.voiceUp->sent, without.voiceUp->sent) << "the voice goes on as before";
}

TEST(Video, SharesWhateverPathTheVoiceHas)
{
    for (const Settings& row : std::vector<Settings>{
             {"transport=solution", "firewall.policy=proxy-only"},
             {"transport=solution-ice", "firewall.policy=symmetric-nat"},
             {"transport=solution-ice", "callee.policy=udp-blocked", "firewall.policy=udp-blocked"},
             {"control.transport=none"},
         })
    {
        const auto result = Film(row);
        EXPECT_EQ(result.mediaUdp.verdict, Verdict::PASS) << row.back() << Why(result);
        ASSERT_TRUE(result.videoUp && result.videoDown) << row.back();
        EXPECT_GT(result.videoUp->decodable, 110U) << row.back();
        EXPECT_GT(result.videoDown->decodable, 110U) << row.back();
        EXPECT_EQ(result.voiceUp->received, result.voiceUp->sent) << row.back();
    }
}

TEST(Video, IsEncryptedTooAndCounted)
{
    const auto result = Film({"media.srtp=AEAD_AES_128_GCM", "media.rtcp=true"});
    ASSERT_TRUE(result.videoUp && result.videoUp->srtp && result.voiceUp->srtp) << Why(result);
    for (const SrtpResult& srtp : {*result.videoUp->srtp, *result.videoDown->srtp})
    {
        // RFC 7714: a tag of 16 bytes for each packet of RTP.
        EXPECT_EQ(srtp.protectedBytes - srtp.plainBytes, 16 * srtp.sent);
        EXPECT_EQ(srtp.opened, srtp.sent);
        EXPECT_EQ(srtp.refused, 0U);
    }
    EXPECT_EQ(result.videoUp->srtp->plainBytes,
              result.videoUp->sentBytes + 12 * result.videoUp->sent); // RTP headers
    EXPECT_EQ(result.voiceUp->srtp->refused, 0U) << "RTCP of the video did not get there";
    EXPECT_EQ(result.videoDown->decodable, result.videoDown->frames);
}

TEST(Video, ALostPictureComesBackWithTheNextKeyFrameOrByAskingForOne)
{
    const Settings rare{"links.access.loss=0.02", "media.video.key_interval=1000"};
    const auto asking = Film(rare);
    Settings settings = rare;
    settings.emplace_back("media.video.key_frame_requests=false");
    const auto silent = Film(settings);
    ASSERT_TRUE(asking.videoUp && silent.videoUp) << Why(asking) << Why(silent);
    EXPECT_GT(asking.videoUp->lost, 0U);
    EXPECT_LT(asking.videoUp->whole, asking.videoUp->frames);
    EXPECT_GT(asking.videoUp->keyFrameRequests, 0U);
    EXPECT_GT(asking.videoUp->keyFrames, 1U);
    EXPECT_EQ(silent.videoUp->keyFrameRequests, 0U);
    EXPECT_LE(silent.videoUp->keyFrames, 1U);
    EXPECT_LT(silent.videoUp->decodable, asking.videoUp->decodable);
    EXPECT_LE(asking.videoUp->decodable, asking.videoUp->whole);
}

TEST(Video, SettingsThatMakeNoSenseAreRefused)
{
    const std::vector<std::pair<Settings, const char*>> rows{
        {{"media.video.enabled=true", "media.path=none"}, "media.video"},
        {{"media.video.enabled=true", "media.codec=amr-wb-12.65", "media.video.payload_type=104"},
         "payload_type"},
        {{"media.video.bit_rate=fast"}, "bit_rate"},
        {{"media.video.frame_rate=0"}, "frame_rate"},
        {{"media.video.key_interval=0"}, "key_interval"},
        {{"media.video.packet_size=9000"}, "packet_size"},
        {{"media.video.payload_type=8"}, "payload_type"},
        {{"media.video.bitrate=1Mbps"}, "bitrate"},
    };
    for (const auto& [settings, told] : rows)
    {
        const auto experiment = LoadExperiment("", settings);
        ASSERT_FALSE(experiment) << told;
        EXPECT_NE(config::ToString(experiment.Error()).find(told), std::string::npos)
            << config::ToString(experiment.Error());
    }
}

} // namespace
} // namespace imsfw::scenario
