// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The headers of an IPv6 packet that a middlebox steps over to reach the transport (RFC 8200 3, 4).
///
/// Left out: what the extension headers say, but for the fragment header; jumbograms.
#pragma once

#include "base/address.h"

#include <optional>

namespace imsfw::engine
{

struct Ip6Packet
{
    IpAddress source;
    IpAddress destination;
    uint8_t trafficClass{0};
    uint8_t hopLimit{0};
    IpProtocol protocol{IpProtocol::TCP}; ///< behind the extension headers
    std::size_t payloadOffset{0};         ///< where that begins
    bool isFragment{false};
    uint32_t identification{0}; ///< of a fragment
    uint16_t fragmentField{0};  ///< as in IPv4: the offset in 8 bytes, 0x2000 where more follow
};

/// @return nothing where a header is cut off, or the length is not that of @p bytes.
std::optional<Ip6Packet> ParseIp6(ByteView bytes);

/// The packet inside an ICMPv6 error, which may be cut off behind its headers (RFC 4443 3).
std::optional<Ip6Packet> ParseQuotedIp6(ByteView bytes);

} // namespace imsfw::engine
