// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// RTP packets (RFC 3550 5.1). Read: fixed header, CSRC list, extension, padding. Written: the fixed header.
///
///      0                   1                   2                   3
///     |V=2|P|X|  CC   |M|     PT      |       sequence number         |
///     |                           timestamp                           |
///     |           synchronization source (SSRC) identifier            |
#pragma once

#include "base/bytes.h"

#include <cstdint>
#include <optional>

namespace imsfw::rtp
{

struct Packet
{
    bool marker{false};
    uint8_t payloadType{0};
    uint16_t sequence{0};
    uint32_t timestamp{0};
    uint32_t ssrc{0};
    ByteView payload; ///< of the bytes that were parsed, or to be written
};

/// @return nothing where @p bytes is no whole RTP packet of version 2.
std::optional<Packet> ParsePacket(ByteView bytes);

Bytes WritePacket(const Packet& packet);

} // namespace imsfw::rtp
