// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Both parties of a call with all options: what crosses between them, and what each of them learns.
#include "ims-media-rtp-packet.h"
#include "ims-media-voice-endpoint.h"

#include <gtest/gtest.h>

#include <map>

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

VoiceOptions
AllOptions(const std::string& name, uint8_t sendKey, uint8_t receiveKey)
{
    constexpr auto PROFILE = SrtpProfile::AES_CM_128_HMAC_SHA1_80;
    VoiceOptions options;
    options.dtx = TalkspurtMeans{};
    options.playout = PlayoutOptions{};
    options.rtcp = RtcpOptions{};
    options.rtcp->cname = name;
    options.srtp = SrtpKeys{
        PROFILE, Bytes(SrtpKeyLength(PROFILE), sendKey), Bytes(SrtpKeyLength(PROFILE), receiveKey)};
    return options;
}

/// Two parties 50 ms apart.
class Call
{
  public:
    Call(const VoiceOptions& ofA, const VoiceOptions& ofB)
        : a(std::move(
              *VoiceEndpoint::Create(*FindCodec("amr-wb-12.65"), ofA, m_randomA, m_timingA))),
          b(std::move(
              *VoiceEndpoint::Create(*FindCodec("amr-wb-12.65"), ofB, m_randomB, m_timingB)))
    {
    }

    void
    Run(int64_t untilMs)
    {
        for (; m_now <= untilMs; ++m_now)
        {
            const auto [first, last] = m_flying.equal_range(m_now);
            for (auto it = first; it != last; ++it)
            {
                VoiceEndpoint& from = it->second.to == a.get() ? *b : *a;
                it->second.to->HandleInput(
                    At(m_now), it->second.bytes, from.GetSender().GetOrigin());
            }
            m_flying.erase(first, last);
            for (const auto& [from, to] : {std::pair{a.get(), b.get()}, {b.get(), a.get()}})
            {
                from->HandleTimeout(At(m_now));
                while (auto bytes = from->PollTransmit())
                {
                    wire.push_back(*bytes);
                    m_flying.emplace(m_now + 50, Flying{to, std::move(*bytes)});
                }
            }
        }
    }

    int64_t
    Now() const
    {
        return m_now;
    }

  private:
    struct Flying
    {
        VoiceEndpoint* to;
        Bytes bytes;
    };

    SeededRandom m_randomA{1, 1, "a"};
    SeededRandom m_randomB{1, 1, "b"};
    SeededRandom m_timingA{1, 1, "ta"};
    SeededRandom m_timingB{1, 1, "tb"};
    std::multimap<int64_t, Flying> m_flying;
    int64_t m_now{0};

  public:
    std::unique_ptr<VoiceEndpoint> a;
    std::unique_ptr<VoiceEndpoint> b;
    std::vector<Bytes> wire;
};

TEST(VoiceEndpoint, EverythingTogether)
{
    Call call(AllOptions("a", 1, 2), AllOptions("b", 2, 1));
    call.a->StartTalking(At(0));
    call.b->StartTalking(At(0));
    call.Run(60'000);
    for (const VoiceEndpoint* party : {call.a.get(), call.b.get()})
    {
        const auto statistics = party->GetReceiver().GetStatistics();
        EXPECT_GT(statistics.received, 1000U);
        EXPECT_LT(statistics.received, 2500U); // DTX
        EXPECT_EQ(statistics.lost + statistics.malformed, 0U);
        EXPECT_EQ(party->GetReceiver().GetPlayout().played, statistics.received);
        ASSERT_NE(party->GetRtcp(), nullptr);
        EXPECT_NEAR(ToMilliseconds(party->GetRtcp()->roundTrips.GetMean()), 100, 0.1);
        EXPECT_EQ(party->GetRtcp()->malformed, 0U);
        const auto srtp = party->GetSrtp();
        EXPECT_EQ(srtp.received.refused, 0U);
        EXPECT_EQ(srtp.received.packets, statistics.received + party->GetRtcp()->received);
        EXPECT_EQ(srtp.sent.protectedBytes - srtp.sent.plainBytes,
                  10 * srtp.sent.packets + 4 * party->GetRtcp()->sent);
        ASSERT_TRUE(party->GetReceiver().GetQuality());
        EXPECT_EQ(party->GetReceiver().GetQuality()->delay, milliseconds(50 + 60 + 20));
    }
}

TEST(VoiceEndpoint, LeavingSaysGoodbyeToThePeer)
{
    Call call(AllOptions("a", 1, 2), AllOptions("b", 2, 1));
    call.a->StartTalking(At(0));
    call.b->StartTalking(At(0));
    call.Run(10'000);
    while (call.b->PollEvent())
    {
    }
    call.a->Leave(At(call.Now()));
    call.Run(10'100);
    std::vector<RtcpEvent::Type> types;
    while (const auto event = call.b->PollEvent())
    {
        types.push_back(event->type);
    }
    EXPECT_EQ(types.back(), RtcpEvent::Type::BYE);
    EXPECT_FALSE(call.a->NextTimeout());
}

TEST(VoiceEndpoint, TheWrongKeyIsSilence)
{
    Call call(AllOptions("a", 1, 2), AllOptions("b", 2, 3));
    call.a->StartTalking(At(0));
    call.Run(5'000);
    EXPECT_EQ(call.b->GetReceiver().GetStatistics().received, 0U);
    EXPECT_EQ(call.b->GetSrtp().received.packets, 0U);
    EXPECT_GT(call.b->GetSrtp().received.refused, 100U);
    EXPECT_FALSE(call.b->GetReceiver().GetQuality());
}

TEST(VoiceEndpoint, KeysOfAWrongLengthAreRefusedBeforeAnythingIsSent)
{
    SeededRandom random(1, 1, "x");
    VoiceOptions options = AllOptions("a", 1, 2);
    options.srtp->receiveKey.pop_back();
    const auto made = VoiceEndpoint::Create(*FindCodec("g711"), options, random, random);
    ASSERT_FALSE(made);
    EXPECT_EQ(made.Error(), SrtpError::BAD_KEY_LENGTH);
}

TEST(VoiceEndpoint, OptionsThatOnlyMeasureOrAccompanyDoNotChangeTheStream)
{
    const auto stream = [](const VoiceOptions& options)
    {
        Call call(options, options);
        call.a->StartTalking(At(0));
        call.Run(10'000);
        std::vector<Bytes> rtp;
        std::copy_if(call.wire.begin(),
                     call.wire.end(),
                     std::back_inserter(rtp),
                     [](const Bytes& bytes) { return !IsRtcp(bytes); });
        return rtp;
    };
    VoiceOptions more;
    more.playout = PlayoutOptions{};
    more.rtcp = RtcpOptions{};
    EXPECT_EQ(stream({}).size(), 501U);
    EXPECT_EQ(stream({}), stream(more));
}

TEST(VoiceEndpoint, WithoutRtcpItsPacketsAreForeign)
{
    SeededRandom random(1, 1, "x");
    auto party = std::move(*VoiceEndpoint::Create(*FindCodec("g711"), {}, random, random));
    party->HandleInput(At(0), WriteRtcp({ReceiverReport{1, {}, {}}}), std::nullopt);
    EXPECT_EQ(party->GetReceiver().GetStatistics().malformed, 1U);
    EXPECT_EQ(party->GetRtcp(), nullptr);
    EXPECT_FALSE(party->PollEvent());
}

} // namespace
} // namespace imsfw::rtp
