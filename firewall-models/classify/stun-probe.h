// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// STUN headers and TURN ChannelData headers as a firewall sees them: RFC 8489 5, RFC 8656 12.4 and 12.5.
///
///   STUN:         0 0 | type(14) | length(16) | 2112A442 | transaction id(96) | attributes
///   ChannelData:  0 1 | channel(14) | length(16) | data | padding to 4 bytes on streams
///
/// No attribute is checked, and neither FINGERPRINT nor MESSAGE-INTEGRITY. Left out: RFC 3489's STUN without a cookie.
#pragma once

#include "base/bytes.h"
#include "classify/findings.h"

#include <cstdint>
#include <optional>

namespace imsfw::classify
{

constexpr std::size_t STUN_HEADER = 20;
constexpr std::size_t CHANNEL_HEADER = 4;
constexpr uint32_t STUN_COOKIE = 0x2112A442;

/// @return YES once type, length and magic cookie are there and right (8 bytes).
Answer ProbeStun(ByteView prefix);

/// @return YES for a datagram that is a STUN message by its header and its length.
/// @param total length of the datagram, of which @p prefix is the beginning
bool IsStunDatagram(ByteView prefix, std::size_t total);

/// What a DATA attribute carries.
struct StunData
{
    ByteView prefix;   ///< the part that is at hand
    std::size_t total; ///< the attribute's own length
};

/// @return the content of the DATA attribute (RFC 8656 18.4) of a STUN message, as far as @p message goes.
std::optional<StunData> FindStunData(ByteView message);

struct ChannelHeader
{
    uint16_t channel;
    uint16_t length; ///< of the data, without header and padding
};

/// @return nothing where fewer than four bytes are there, or where they are no ChannelData header. The range is RFC
/// 5766's, 0x4000 to 0x7FFE; RFC 8656 12 allows up to 0x4FFF.
std::optional<ChannelHeader> ReadChannelHeader(ByteView prefix);

/// @return the header of a datagram whose length fits its ChannelData header, padded or not.
std::optional<ChannelHeader> ReadChannelDatagram(ByteView prefix, std::size_t total);

} // namespace imsfw::classify
