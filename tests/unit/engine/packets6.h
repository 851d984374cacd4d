// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// IPv6 packets for tests, with checksums of their own making.
#pragma once

#include "packets.h"

#include "base/address.h"

namespace imsfw::engine
{

inline IpAddress
Address(const char* text)
{
    return IpAddress::Parse(text).value_or(IpAddress());
}

/// The ones' complement sum of a transport with the pseudo-header of RFC 8200 8.1, which is 0xffff where it is right.
inline uint32_t
SumOf6(const IpAddress& from, const IpAddress& to, uint8_t protocol, ByteView body)
{
    ByteWriter w;
    w.Put(from.AsBytes());
    w.Put(to.AsBytes());
    w.U32(static_cast<uint32_t>(body.Size()));
    w.U32(protocol);
    w.Put(body);
    return OnesSum(w.Written());
}

/// @param between extension headers, of which the first is of type @p first
inline Bytes
Ip6PacketOf(const IpAddress& from,
            const IpAddress& to,
            uint8_t protocol,
            const Bytes& body,
            const Bytes& between = {},
            std::optional<uint8_t> first = {})
{
    ByteWriter w;
    w.U32(6U << 28 | 0xABU << 20 | 0x12345); // traffic class and flow label
    w.U16(static_cast<uint16_t>(between.size() + body.size()));
    w.U8(first.value_or(protocol));
    w.U8(64);
    w.Put(from.AsBytes());
    w.Put(to.AsBytes());
    w.Put(between);
    w.Put(body);
    return w.Finish();
}

/// Fill in the checksum of a transport at @p at.
inline Bytes
Checked6(const IpAddress& from, const IpAddress& to, uint8_t protocol, Bytes body, std::size_t at)
{
    const auto sum = static_cast<uint16_t>(~SumOf6(from, to, protocol, body));
    body[at] = static_cast<uint8_t>(sum >> 8);
    body[at + 1] = static_cast<uint8_t>(sum);
    return body;
}

inline Bytes
Udp6(const IpAddress& from,
     uint16_t fromPort,
     const IpAddress& to,
     uint16_t toPort,
     const Bytes& data = {})
{
    ByteWriter w;
    w.U16(fromPort);
    w.U16(toPort);
    w.U16(static_cast<uint16_t>(8 + data.size()));
    w.U16(0);
    w.Put(data);
    return Ip6PacketOf(from, to, 17, Checked6(from, to, 17, w.Finish(), 6));
}

inline Bytes
Tcp6(const IpAddress& from,
     uint16_t fromPort,
     const IpAddress& to,
     uint16_t toPort,
     const Segment& segment)
{
    ByteWriter w;
    w.U16(fromPort);
    w.U16(toPort);
    w.U32(segment.sequence);
    w.U32(segment.acknowledgement);
    w.U16(static_cast<uint16_t>(0x5000 | segment.flags));
    w.U16(1000);
    w.U32(0);
    w.Put(segment.payload);
    return Ip6PacketOf(from, to, 6, Checked6(from, to, 6, w.Finish(), 16));
}

/// An ICMPv6 message: type, code, second word, the rest.
inline Bytes
Icmp6(const IpAddress& from,
      const IpAddress& to,
      uint8_t type,
      uint8_t code,
      uint32_t word,
      ByteView rest = {})
{
    ByteWriter w;
    w.U8(type);
    w.U8(code);
    w.U16(0);
    w.U32(word);
    w.Put(rest);
    return Ip6PacketOf(from, to, 58, Checked6(from, to, 58, w.Finish(), 2));
}

/// @return whether the transport checksum of a whole IPv6 packet without extension headers is right.
inline bool
HasGoodChecksum6(ByteView packet)
{
    const auto from = *IpAddress::FromBytes(packet.Sub(8, 16));
    const auto to = *IpAddress::FromBytes(packet.Sub(24, 16));
    return (SumOf6(from, to, packet[6], packet.Sub(40)) & 0xffff) == 0xffff;
}

} // namespace imsfw::engine
