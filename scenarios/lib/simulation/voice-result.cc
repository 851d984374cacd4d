// SPDX-License-Identifier: GPL-2.0-only
#include "voice-result.h"

namespace imsfw::scenario
{

namespace
{

/// A stream that brought nothing for this long before the end of the talk has died.
constexpr Duration SILENCE_LIMIT = std::chrono::seconds(1);

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
    if (const auto quality = receiver.GetQuality())
    {
        voice.mos = quality->mos;
        voice.rating = quality->rating;
        voice.mouthToEarMs = ToMilliseconds(quality->delay);
    }
    return voice;
}

std::optional<std::string>
WhyDead(const ns3::imsmedia::VoiceApplication& receiver, TimePoint talkEnd)
{
    const auto stats = receiver.GetStatistics();
    if (stats.received == 0)
    {
        return "no-packets";
    }
    return stats.last < talkEnd - SILENCE_LIMIT ? std::optional<std::string>("stopped")
                                                : std::nullopt;
}

} // namespace imsfw::scenario
