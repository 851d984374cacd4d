// SPDX-License-Identifier: GPL-2.0-only
#include "ims-media-codec.h"

#include <algorithm>

namespace imsfw::rtp
{

uint32_t
Codec::TicksPerPacket() const
{
    return static_cast<uint32_t>(interval.count() * clockRate / 1'000'000'000);
}

const std::vector<Codec>&
AllCodecs()
{
    constexpr Duration FRAME = std::chrono::milliseconds(20);
    // AMR-WB: 253 and 477 bits of speech a frame (TS 26.201), with one octet each of CMR and table of contents.
    static const std::vector<Codec> CODECS{
        {"g711", 0, 8000, FRAME, 160},
        {"amr-wb-12.65", 104, 16000, FRAME, 34},
        {"amr-wb-23.85", 104, 16000, FRAME, 62},
    };
    return CODECS;
}

const Codec*
FindCodec(std::string_view name)
{
    const auto& codecs = AllCodecs();
    const auto found = std::find_if(
        codecs.begin(), codecs.end(), [&](const Codec& codec) { return codec.name == name; });
    return found == codecs.end() ? nullptr : &*found;
}

} // namespace imsfw::rtp
