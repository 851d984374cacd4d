// SPDX-License-Identifier: GPL-2.0-only
#include "voice-result.h"

namespace imsfw::scenario
{

namespace
{

/// A stream that brought nothing for this long before the end of the talk has died.
constexpr Duration SILENCE_LIMIT = std::chrono::seconds(1);

/// Of the delays, in percent: a distribution in few numbers.
constexpr unsigned QUANTILES[] = {0, 1, 5, 10, 25, 50, 75, 90, 95, 99, 100};

std::optional<std::string>
WhyDead(uint64_t received, TimePoint last, TimePoint talkEnd)
{
    if (received == 0)
    {
        return "no-packets";
    }
    return last < talkEnd - SILENCE_LIMIT ? std::optional<std::string>("stopped") : std::nullopt;
}

/// @tparam Application a VoiceApplication or a VideoApplication
template <typename Application>
std::optional<SrtpResult>
ToSrtpResult(const Application& sender, const Application& receiver)
{
    const auto sent = sender.GetSrtp().sent;
    const auto received = receiver.GetSrtp().received;
    if (sent.packets == 0)
    {
        return std::nullopt;
    }
    return SrtpResult{sent.packets,
                      sent.plainBytes,
                      sent.protectedBytes,
                      received.packets,
                      received.refused,
                      sender.GetSrtpComputed().protect,
                      receiver.GetSrtpComputed().unprotect};
}

std::optional<RtcpResult>
ToRtcpResult(const std::optional<rtp::RtcpStatistics>& sender)
{
    if (!sender)
    {
        return std::nullopt;
    }
    RtcpResult rtcp;
    rtcp.sent = sender->sent;
    rtcp.received = sender->received;
    rtcp.roundTrips = sender->roundTrips.GetCount();
    rtcp.roundTripMeanMs = ToMilliseconds(sender->roundTrips.GetMean());
    rtcp.roundTripMaxMs = ToMilliseconds(sender->roundTrips.GetMax());
    if (sender->lastReport)
    {
        rtcp.reportedLost = sender->lastReport->cumulativeLost;
    }
    return rtcp;
}

} // namespace

VoiceResult
ToVoiceResult(const ns3::imsmedia::VoiceApplication& sender,
              const ns3::imsmedia::VoiceApplication& receiver)
{
    const auto sent = sender.GetSent();
    const auto stats = receiver.GetStatistics();
    VoiceResult voice;
    voice.sent = sent;
    voice.received = stats.received;
    voice.lost = sent > stats.received ? sent - stats.received : 0;
    voice.jitterMs = ToMilliseconds(stats.jitter);
    voice.delayMeanMs = ToMilliseconds(stats.delayMean);
    voice.delayP95Ms = ToMilliseconds(stats.delayP95);
    voice.delayMaxMs = ToMilliseconds(stats.delayMax);
    voice.late = receiver.GetPlayout().late;
    voice.sentBytes = sender.GetSenderCounts().octets;
    const auto delays = receiver.GetDelays();
    if (delays.GetCount() > 0)
    {
        for (const unsigned percent : QUANTILES)
        {
            voice.delayQuantiles.push_back(
                {percent, ToMilliseconds(delays.GetPercentile(percent))});
        }
    }
    voice.rtcp = ToRtcpResult(sender.GetRtcp());
    voice.srtp = ToSrtpResult(sender, receiver);
    if (const auto quality = receiver.GetQuality())
    {
        voice.mos = quality->mos;
        voice.rating = quality->rating;
        voice.mouthToEarMs = ToMilliseconds(quality->delay);
    }
    return voice;
}

VideoResult
ToVideoResult(const ns3::imsmedia::VideoApplication& sender,
              const ns3::imsmedia::VideoApplication& receiver)
{
    const auto sent = sender.GetSenderCounts();
    const auto stats = receiver.GetStatistics();
    const auto delays = receiver.GetFrameDelays();
    VideoResult video;
    video.frames = sender.GetFramesSent();
    video.sent = sent.packets;
    video.sentBytes = sent.octets;
    video.received = stats.packets;
    video.lost = sent.packets > stats.packets ? sent.packets - stats.packets : 0;
    video.whole = stats.complete;
    video.keyFrames = stats.keyFrames;
    video.decodable = stats.decodable;
    video.keyFrameRequests = receiver.GetFeedback().indicationsSent;
    video.jitterMs = ToMilliseconds(stats.jitter);
    video.delayMeanMs = ToMilliseconds(delays.GetMean());
    video.delayP95Ms = ToMilliseconds(delays.GetPercentile(95));
    video.delayMaxMs = ToMilliseconds(delays.GetMax());
    video.srtp = ToSrtpResult(sender, receiver);
    return video;
}

std::optional<std::string>
WhyDead(const ns3::imsmedia::VoiceApplication& receiver, TimePoint talkEnd)
{
    const auto stats = receiver.GetStatistics();
    return WhyDead(stats.received, stats.last, talkEnd);
}

std::optional<std::string>
WhyDead(const rtp::VideoStatistics& received, TimePoint talkEnd)
{
    return WhyDead(received.packets, received.last, talkEnd);
}

} // namespace imsfw::scenario
