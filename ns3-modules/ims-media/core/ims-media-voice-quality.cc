// SPDX-License-Identifier: GPL-2.0-only
#include "ims-media-voice-quality.h"

#include "ims-media-e-model.h"

namespace imsfw::rtp
{

std::optional<VoiceQuality>
EstimateQuality(const Codec& codec, Duration mouthToEar, const LossRuns::Figures& loss)
{
    const CodecImpairment* impairment = FindCodecImpairment(codec.name);
    if (impairment == nullptr || loss.played == 0)
    {
        return std::nullopt;
    }
    const Duration delay = mouthToEar + codec.interval;
    VoiceQuality quality{0, 0, loss.LossPercent(), loss.BurstRatio(), delay};
    if (impairment->scale == CodecImpairment::Scale::NARROWBAND)
    {
        EModelParameters parameters;
        parameters.ta = ToMilliseconds(delay);
        parameters.ie = impairment->ie;
        parameters.bpl = impairment->bpl;
        parameters.ppl = quality.lossPercent;
        parameters.burstR = quality.burstRatio;
        quality.rating = RateNarrowband(parameters);
        quality.mos = MosNarrowband(quality.rating);
        return quality;
    }
    WidebandParameters parameters;
    parameters.ta = ToMilliseconds(delay);
    parameters.ie = impairment->ie;
    parameters.bpl = impairment->bpl;
    parameters.ppl = quality.lossPercent;
    parameters.burstR = quality.burstRatio;
    quality.rating = RateWideband(parameters);
    quality.mos = MosWideband(quality.rating);
    return quality;
}

} // namespace imsfw::rtp
