// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// From what a receiver measured to what a listener hears: the E-model fed with delay to the ear and loss at the ear.
#pragma once

#include "base/time.h"
#include "ims-media-codec.h"
#include "ims-media-loss-runs.h"

#include <optional>

namespace imsfw::rtp
{

struct VoiceQuality
{
    double rating;      ///< R, on the codec's own scale (narrowband to 93.2, wideband to 129)
    double mos;         ///< 1 to 4.5, one scale for all
    double lossPercent; ///< network and late loss together
    double burstRatio;
    Duration delay; ///< mouth to ear
};

/// @param mouthToEar from the sending of a packet to its playout; one interval, in which the packet is filled, is added
/// @param loss of what was played
/// @return nothing where nothing was played, or no impairment figures of @p codec are known.
std::optional<VoiceQuality> EstimateQuality(const Codec& codec,
                                            Duration mouthToEar,
                                            const LossRuns::Figures& loss);

} // namespace imsfw::rtp
