// SPDX-License-Identifier: GPL-2.0-only
#include "ims-media-codec.h"

#include "base/text.h"

#include <algorithm>

namespace imsfw::rtp
{

namespace
{

/// Octets of a frame of @p bits, alone in a packet, octet-aligned: RFC 4867 4.4 adds an octet with the codec mode request
/// and one with the table of contents.
constexpr std::size_t
AmrWbOctets(std::size_t bits)
{
    return 2 + (bits + 7) / 8;
}

/// Octets of a frame at a constant bit rate, rounded as libopus does.
constexpr std::size_t
OpusOctets(std::size_t bitsPerSecond)
{
    return (bitsPerSecond / 50 + 4) / 8;
}

// RFC 3389 leaves rate and spectral order open; these are WebRTC's: a level and eight coefficients each 100 ms.
constexpr ComfortNoise G711_NOISE{13, 9, 5, 5};
// TS 26.193 5.1: SID_FIRST, SID_UPDATE in the third frame after it, then each eighth frame. RFC 4867: 40 bits.
constexpr ComfortNoise AMR_WB_NOISE{104, AmrWbOctets(40), 3, 8};
// TS 26.445 5.6: a SID each eight frames by default; A.2.1.3: 48 bits in compact format.
constexpr ComfortNoise EVS_NOISE{112, 6, 8, 8};

/// RFC 6716 2.1.9: "only one frame is encoded every 400 milliseconds". At a constant bit rate it has a frame's size.
constexpr ComfortNoise
OpusNoise(std::size_t octets)
{
    return {111, octets, 20, 20};
}

/// @param configuration of the table of contents (RFC 6716 3.1, table 2): mode, bandwidth and frame size
Codec
Opus(const char* name, std::size_t bitsPerSecond, uint8_t configuration)
{
    // RFC 7587 4.1: the clock is 48 kHz whatever is coded.
    const std::size_t octets = OpusOctets(bitsPerSecond);
    // RFC 6716 3.1: five bits of configuration; mono; code 0, "1 frame in the packet"
    const auto contents = static_cast<uint8_t>(configuration << 3);
    return {name, 111, 48000, std::chrono::milliseconds(20), octets, OpusNoise(octets), contents};
}

} // namespace

uint32_t
Codec::TicksPerPacket() const
{
    return static_cast<uint32_t>(interval.count() * clockRate / 1'000'000'000);
}

const std::vector<Codec>&
AllCodecs()
{
    constexpr Duration FRAME = std::chrono::milliseconds(20);
    static const std::vector<Codec> CODECS{
        {"g711", 0, 8000, FRAME, 160, G711_NOISE}, // PCMU; RFC 3551 4.5.14
        {"pcma", 8, 8000, FRAME, 160, G711_NOISE},
        {"amr-wb-12.65", 104, 16000, FRAME, AmrWbOctets(253), AMR_WB_NOISE}, // bits: TS 26.201
        {"amr-wb-23.85", 104, 16000, FRAME, AmrWbOctets(477), AMR_WB_NOISE},
        {"evs-13.2", 112, 16000, FRAME, 33, EVS_NOISE}, // TS 26.445 A.2.1, compact: the frame alone
        {"evs-24.4", 112, 16000, FRAME, 61, EVS_NOISE},
        Opus("opus-15", 15000, 9),  // SILK, wideband, 20 ms
        Opus("opus-25", 25000, 13), // hybrid, super-wideband, 20 ms
        Opus("opus-40", 40000, 15), // hybrid, fullband, 20 ms
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

std::string
CodecNames()
{
    std::vector<std::string> names;
    for (const Codec& codec : AllCodecs())
    {
        names.push_back(codec.name);
    }
    return Join(names, ", ");
}

} // namespace imsfw::rtp
