// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Gives packets other endpoints, for NAT; checksums are updated, never made anew (RFC 1624).
#pragma once

#include "engine/packet/ip-packet.h"

namespace imsfw::engine
{

/// @param bytes a packet, or as much of it as an ICMP error quotes
/// @param packet what ParseIp or ParseQuotedIp said of @p bytes
/// @param target of the same protocol
void Rewrite(Bytes& bytes, const IpPacket& packet, const Ip4Tuple& target);

/// Give a later fragment, which has no ports, the addresses of @p target.
void RewriteAddresses(Bytes& bytes, const IpPacket& packet, const Ip4Tuple& target);

/// RFC 1624 3: HC' = ~(~HC + ~m + m'), for many fields m at once.
/// @param at where the checksum stands
/// @param change the sum of ~m + m', carries not yet added in
void UpdateChecksum(Bytes& bytes, std::size_t at, uint32_t change);

/// @return the Internet checksum of @p bytes (RFC 1071), with @p initial added in.
uint16_t Checksum(ByteView bytes, uint32_t initial = 0);

} // namespace imsfw::engine
