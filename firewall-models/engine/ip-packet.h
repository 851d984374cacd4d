// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// An IPv4 packet taken apart just enough for a firewall, and rewritten for NAT (RFC 791, 792, 768, 9293, 1624).
///
/// Left out: IPv6, IP options beyond stepping over them.
#pragma once

#include "base/address.h"

namespace imsfw::engine
{

constexpr uint8_t TCP_FIN = 1;
constexpr uint8_t TCP_SYN = 2;
constexpr uint8_t TCP_RST = 4;
constexpr uint8_t TCP_ACK = 16;

struct IpPacket
{
    FiveTuple tuple;
    std::size_t headerSize{0};
    std::size_t payloadOffset{0}; ///< behind the transport header
    bool isFragment{false};
    bool isEcho{false}; ///< ICMP echo request
    bool isEchoReply{false};
    bool isIcmpError{false};
    uint32_t sequence{0};
    uint32_t acknowledgement{0};
    uint8_t flags{0}; ///< of TCP
};

/// @param isQuoted a packet inside an ICMP error: cut off after 8 bytes of transport header
std::optional<IpPacket> ParseIp(ByteView bytes, bool isQuoted = false);

/// Give @p bytes the endpoints of @p target; checksums are updated, never made anew (RFC 1624 eqn. 3).
void Rewrite(Bytes& bytes, const IpPacket& packet, const FiveTuple& target);

/// @return the Internet checksum of @p bytes (RFC 1071), with @p initial added in.
uint16_t Checksum(ByteView bytes, uint32_t initial = 0);

} // namespace imsfw::engine
