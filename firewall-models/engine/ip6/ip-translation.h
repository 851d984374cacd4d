// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// IPv6 packets as IPv4 and back: the stateless header translation of RFC 7915, with the addresses handed in.
///
/// TCP, UDP, ICMP echo and the ICMP errors of 4.2, 4.3, 5.2 and 5.3; other protocols have their header changed only.
/// Left out: extension headers (dropped, as 5.1 wants), source routes, ICMP parameter problems, path MTU bookkeeping.
#pragma once

#include "engine/ip6/ip6-packet.h"

#include <functional>

namespace imsfw::engine
{

/// Addresses of the other family for the two ends of a packet.
struct Ends4
{
    uint32_t source{0};
    uint32_t destination{0};
};

struct Ends6
{
    IpAddress source;
    IpAddress destination;
};

/// @return which IPv4 addresses stand for those of a packet that an ICMP error quotes; nothing where there are none
using To4 = std::function<std::optional<Ends4>(const Ip6Packet& quoted)>;
using To6 = std::function<std::optional<Ends6>(const Ends4& quoted)>;

/// @param packet what ParseIp6 said of @p bytes
/// @return nothing for what has no counterpart (other ICMPv6 messages), or quotes what has none.
std::optional<Bytes> ToIp4(ByteView bytes,
                           const Ip6Packet& packet,
                           const Ends4& ends,
                           const To4& endsOfQuoted);

/// @param bytes a whole IPv4 packet
/// @return likewise
std::optional<Bytes> ToIp6(ByteView bytes, const Ends6& ends, const To6& endsOfQuoted);

/// RFC 6052 2.2, prefixes of 96 bits: the IPv4 address is the last four bytes.
IpAddress Embed(const IpPrefix& prefix, uint32_t address);
/// @return nothing where @p address is not of @p prefix.
std::optional<uint32_t> Extract(const IpPrefix& prefix, const IpAddress& address);

} // namespace imsfw::engine
