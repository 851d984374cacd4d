// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Voice codecs as what crosses the network of them: packet size and interval. No audio is coded.
#pragma once

#include "base/time.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace imsfw::rtp
{

struct Codec
{
    std::string name;
    uint8_t payloadType; ///< RFC 3551 6; 96 and up are dynamic
    uint32_t clockRate;  ///< of the RTP timestamp, Hz
    Duration interval;   ///< between packets
    std::size_t payload; ///< bytes after the RTP header
    uint32_t TicksPerPacket() const;
};

/// @return the codecs known by name: G.711 (RFC 3551 4.5.14) and AMR-WB, octet-aligned (RFC 4867 4.4).
const std::vector<Codec>& AllCodecs();

/// @return nullptr where @p name is none of them.
const Codec* FindCodec(std::string_view name);

} // namespace imsfw::rtp
