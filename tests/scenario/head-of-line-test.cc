// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Head-of-line blocking: the same call over a relay by UDP, TCP and TLS. What is lost over UDP is late over the others.
#include "scenario-run.h"

#include <algorithm>

namespace imsfw::scenario
{
namespace
{

/// Both directions of several calls together.
struct Heard
{
    double sent{0};
    double lost{0};
    double late{0};
    double mos{0};
    double longestMs{0};
};

Heard
Listen(const std::string& transport, const std::string& loss, const std::string& playout)
{
    Heard heard;
    constexpr int CALLS = 4;
    for (int run = 1; run <= CALLS; ++run)
    {
        const auto result =
            RunWith({"firewall.policy=stateful-nat",
                     "media.transport=" + transport,
                     "media.port=" + std::string(transport == "tls" ? "443" : "3478"),
                     "links.access.loss=" + loss,
                     "media.playout_delay=" + playout,
                     "run=" + std::to_string(run),
                     "call.duration=20s"})
                .result;
        EXPECT_TRUE(result.voiceUp && result.voiceDown) << Why(result);
        for (const auto& voice : {result.voiceUp, result.voiceDown})
        {
            heard.sent += static_cast<double>(voice->sent);
            heard.lost += static_cast<double>(voice->lost);
            heard.late += static_cast<double>(voice->late);
            heard.mos += voice->mos.value_or(1) / (2 * CALLS);
            heard.longestMs = std::max(heard.longestMs, voice->delayMaxMs);
        }
    }
    return heard;
}

TEST(HeadOfLine, WithoutLossAllThreeSoundTheSame)
{
    const auto udp = Listen("udp", "0", "60ms");
    for (const char* transport : {"tcp", "tls"})
    {
        const auto stream = Listen(transport, "0", "60ms");
        EXPECT_EQ(stream.lost + stream.late, 0) << transport;
        EXPECT_NEAR(stream.mos, udp.mos, 0.01) << transport;
    }
}

TEST(HeadOfLine, StreamsTurnLossIntoDelayAndMoreThanIsLost)
{
    const auto udp = Listen("udp", "0.03", "60ms");
    EXPECT_NEAR(udp.lost / udp.sent, 0.03, 0.01) << "each loss is one gap";
    EXPECT_EQ(udp.late, 0);
    EXPECT_LT(udp.longestMs, 40) << "nobody waits for anybody";
    for (const char* transport : {"tcp", "tls"})
    {
        const auto stream = Listen(transport, "0.03", "60ms");
        EXPECT_LT(stream.lost, udp.lost / 2) << transport << ": repaired, but for the call's end";
        EXPECT_GT(stream.late, udp.lost) << transport << ": one loss delays all that follow";
        // A repair takes a round trip at least, behind three packets that show the loss (RFC 6675).
        EXPECT_GT(stream.longestMs, 100) << transport;
        EXPECT_LT(stream.mos, udp.mos) << transport;
    }
}

TEST(HeadOfLine, WhoWaitsLongEnoughHearsAllOfAStream)
{
    const auto hasty = Listen("tls", "0.01", "60ms");
    const auto patient = Listen("tls", "0.01", "500ms");
    EXPECT_GT(hasty.late, 0);
    EXPECT_LT(patient.late, hasty.late / 3);
    // G.107 7.4: but talking with half a second between is no pleasure either.
    const auto udp = Listen("udp", "0.01", "60ms");
    EXPECT_LT(patient.mos, udp.mos);
}

} // namespace
} // namespace imsfw::scenario
