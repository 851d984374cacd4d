// SPDX-License-Identifier: GPL-2.0-only
#include "media-json.h"

#include <optional>
#include <vector>

namespace imsfw::scenario
{

using Json = nlohmann::ordered_json;

namespace
{

template <typename T>
Json
OptionalNumber(const std::optional<T>& number)
{
    return number ? Json(*number) : Json();
}

Json
ToJson(const SrtpResult& srtp)
{
    return {
        {"sent", srtp.sent},
        {"plain_bytes", srtp.plainBytes},
        {"protected_bytes", srtp.protectedBytes},
        {"opened", srtp.opened},
        {"refused", srtp.refused},
        {"protect_ms", ToMilliseconds(srtp.protect)},
        {"unprotect_ms", ToMilliseconds(srtp.unprotect)},
    };
}

Json
ToJson(const RtcpResult& rtcp)
{
    return {
        {"sent", rtcp.sent},
        {"received", rtcp.received},
        {"round_trips", rtcp.roundTrips},
        {"round_trip_mean_ms", rtcp.roundTripMeanMs},
        {"round_trip_max_ms", rtcp.roundTripMaxMs},
        {"reported_lost", OptionalNumber(rtcp.reportedLost)},
    };
}

Json
ToJson(const DelayQuantile& quantile)
{
    return {{"percent", quantile.percent}, {"ms", quantile.ms}};
}

template <typename T>
Json
OptionalOf(const std::optional<T>& value)
{
    return value ? ToJson(*value) : Json();
}

template <typename T>
Json
ListOf(const std::vector<T>& list)
{
    Json array = Json::array();
    for (const auto& item : list)
    {
        array.push_back(ToJson(item));
    }
    return array;
}

} // namespace

Json
ToJson(const IceLeg& leg)
{
    return {
        {"party", leg.party},
        {"local", leg.local},
        {"remote", leg.remote},
        {"state", leg.state},
        {"why", leg.why},
        {"element", leg.element},
        {"rule", leg.rule},
        {"reason", leg.reason},
    };
}

Json
ToJson(const VideoResult& video)
{
    return {
        {"frames", video.frames},
        {"sent", video.sent},
        {"sent_bytes", video.sentBytes},
        {"received", video.received},
        {"lost", video.lost},
        {"whole", video.whole},
        {"key_frames", video.keyFrames},
        {"decodable", video.decodable},
        {"key_frame_requests", video.keyFrameRequests},
        {"jitter_ms", video.jitterMs},
        {"delay_mean_ms", video.delayMeanMs},
        {"delay_p95_ms", video.delayP95Ms},
        {"delay_max_ms", video.delayMaxMs},
        {"srtp", OptionalOf(video.srtp)},
    };
}

Json
ToJson(const VoiceResult& voice)
{
    return {
        {"sent", voice.sent},
        {"received", voice.received},
        {"lost", voice.lost},
        {"jitter_ms", voice.jitterMs},
        {"delay_mean_ms", voice.delayMeanMs},
        {"delay_p95_ms", voice.delayP95Ms},
        {"delay_max_ms", voice.delayMaxMs},
        {"late", voice.late},
        {"mos", OptionalNumber(voice.mos)},
        {"rating", OptionalNumber(voice.rating)},
        {"mouth_to_ear_ms", OptionalNumber(voice.mouthToEarMs)},
        {"sent_bytes", voice.sentBytes},
        {"delay_quantiles", ListOf(voice.delayQuantiles)},
        {"rtcp", OptionalOf(voice.rtcp)},
        {"srtp", OptionalOf(voice.srtp)},
    };
}

} // namespace imsfw::scenario
