// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The shared library that programs load when a policy says `recogniser: ndpi`.
#include "classify/recogniser-plugin.h"
#include "ndpi/ndpi-recogniser.h"

extern "C" imsfw::classify::RecogniserFactory* ImsfwMakeRecogniserFactory(uint32_t interface,
                                                                          uint64_t epochSeconds);

imsfw::classify::RecogniserFactory*
ImsfwMakeRecogniserFactory(uint32_t interface, uint64_t epochSeconds)
{
    if (interface != imsfw::classify::RECOGNISER_INTERFACE)
    {
        return nullptr;
    }
    imsfw::ndpi::NdpiOptions options;
    options.epochSeconds = epochSeconds;
    auto made = imsfw::ndpi::MakeNdpiFactory(options);
    return made ? made->release() : nullptr;
}
