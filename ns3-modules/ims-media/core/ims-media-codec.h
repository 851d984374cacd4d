// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Voice codecs as what crosses the network of them: packet size and interval, in speech and in silence. No audio is coded.
#pragma once

#include "base/time.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace imsfw::rtp
{

/// What stands for silence where discontinuous transmission (DTX) is on: a packet at the first frame of it, one
/// `second` frames later, and one each `every` frames from then on.
struct ComfortNoise
{
    uint8_t payloadType;
    std::size_t payload; ///< bytes after the RTP header
    uint32_t second;
    uint32_t every;
};

struct Codec
{
    std::string name;
    uint8_t payloadType; ///< RFC 3551 6; 96 and up are dynamic
    uint32_t clockRate;  ///< of the RTP timestamp, Hz
    Duration interval;   ///< between packets
    std::size_t payload; ///< bytes after the RTP header
    ComfortNoise noise;
    std::optional<uint8_t>
        firstOctet{}; ///< of each payload, where all frames of a preset begin alike
    uint32_t TicksPerPacket() const;
};

/// @return the codecs known by name. Payload types of 64 to 95 do not occur: RTCP may share the port (RFC 5761 4).
const std::vector<Codec>& AllCodecs();

/// @return nullptr where @p name is none of them.
const Codec* FindCodec(std::string_view name);

/// @return the names of all codecs, separated by commas, for messages to people.
std::string CodecNames();

} // namespace imsfw::rtp
