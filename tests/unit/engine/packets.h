// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// IPv4 packets for the tests of the engine, written field by field with checksums of their own.
#pragma once

#include "base/bytes.h"
#include "engine/packet/ip-packet.h"

#include <string>
#include <string_view>

namespace imsfw::engine
{

inline Ip4Tuple
Flow4(IpProtocol protocol, std::string_view source, std::string_view destination)
{
    return Ip4Tuple::From({protocol, *Endpoint::Parse(source), *Endpoint::Parse(destination)});
}

inline Ip4Tuple
TcpFlow(std::string_view source, std::string_view destination)
{
    return Flow4(IpProtocol::TCP, source, destination);
}

inline Ip4Tuple
UdpFlow(std::string_view source, std::string_view destination)
{
    return Flow4(IpProtocol::UDP, source, destination);
}

/// The ones' complement sum of RFC 1071, added to @p sum; not the engine's own.
inline uint32_t
OnesSum(ByteView bytes, uint32_t sum = 0)
{
    for (std::size_t i = 0; i < bytes.Size(); ++i)
    {
        sum += i % 2 == 0 ? bytes[i] << 8 : bytes[i];
        sum = (sum & 0xffff) + (sum >> 16);
    }
    return sum;
}

inline Bytes
IpPacketOf(const Ip4Tuple& tuple, const Bytes& body, uint16_t fragmentField = 0)
{
    ByteWriter w;
    w.U16(0x4500);
    w.U16(static_cast<uint16_t>(20 + body.size()));
    w.U16(0x1234);
    w.U16(fragmentField);
    w.U8(64);
    w.U8(static_cast<uint8_t>(tuple.protocol));
    w.U16(0);
    w.U32(tuple.source);
    w.U32(tuple.destination);
    w.PatchU16(10, static_cast<uint16_t>(~OnesSum(w.Written())));
    w.Put(body);
    return w.Finish();
}

/// @return the sum over the pseudo-header (RFC 9293 3.1, RFC 768).
inline uint32_t
PseudoSum(ByteView packet)
{
    const auto length = static_cast<uint32_t>(packet.Size() - 20);
    return OnesSum(packet.Sub(12, 8), packet[9] + length);
}

/// @return @p packet with the checksum of its transport, which stands at @p at, made good.
inline Bytes
WithChecksum(Bytes packet, std::size_t at, bool hasPseudoHeader)
{
    const uint32_t pseudo = hasPseudoHeader ? PseudoSum(packet) : 0;
    auto sum = static_cast<uint16_t>(~OnesSum(ByteView(packet).Sub(20), pseudo));
    sum = sum == 0 && hasPseudoHeader ? 0xffff : sum;
    packet[at] = static_cast<uint8_t>(sum >> 8);
    packet[at + 1] = static_cast<uint8_t>(sum);
    return packet;
}

struct Segment
{
    uint8_t flags{TCP_ACK};
    uint32_t sequence{0};
    uint32_t acknowledgement{0};
    Bytes payload{};
};

inline Bytes
TcpPacket(const Ip4Tuple& tuple, const Segment& segment)
{
    ByteWriter w;
    w.U16(tuple.sourcePort);
    w.U16(tuple.destinationPort);
    w.U32(segment.sequence);
    w.U32(segment.acknowledgement);
    w.U16(static_cast<uint16_t>(0x5000 | segment.flags));
    w.U16(8192);
    w.U32(0);
    w.Put(segment.payload);
    return WithChecksum(IpPacketOf(tuple, w.Finish()), 36, true);
}

inline Bytes
UdpPacket(const Ip4Tuple& tuple, const Bytes& payload = {})
{
    ByteWriter w;
    w.U16(tuple.sourcePort);
    w.U16(tuple.destinationPort);
    w.U16(static_cast<uint16_t>(8 + payload.size()));
    w.U16(0);
    w.Put(payload);
    return WithChecksum(IpPacketOf(tuple, w.Finish()), 26, true);
}

/// @param type 8 is an echo request, 0 a reply; the ports of @p tuple are the identifier
inline Bytes
IcmpPacket(const Ip4Tuple& tuple, uint8_t type, uint8_t code = 0, const Bytes& body = {})
{
    ByteWriter w;
    w.U8(type);
    w.U8(code);
    w.U16(0);
    w.U16(tuple.sourcePort);
    w.U16(1);
    w.Put(body);
    return WithChecksum(IpPacketOf(tuple, w.Finish()), 22, false);
}

inline Ip4Tuple
EchoFlow(std::string_view source, std::string_view destination, uint16_t identifier)
{
    const std::string port = ":" + std::to_string(identifier);
    return Flow4(IpProtocol::ICMP, std::string(source) + port, std::string(destination) + port);
}

/// An ICMP error from @p router about @p offender, quoting @p quoted bytes of it.
inline Bytes
IcmpError(std::string_view router,
          ByteView offender,
          std::size_t quoted,
          uint8_t type = 3,
          uint8_t code = 4)
{
    Ip4Tuple tuple;
    tuple.protocol = IpProtocol::ICMP;
    tuple.source = IpAddress::Parse(router)->ToV4();
    tuple.destination = ParseIp(offender)->tuple.source;
    ByteWriter w;
    w.U8(type);
    w.U8(code);
    w.U16(0);
    w.U32(1400); // next-hop MTU (RFC 1191)
    w.Put(offender.Sub(0, quoted));
    return WithChecksum(IpPacketOf(tuple, w.Finish()), 22, false);
}

/// @return whether the checksums of a whole packet are right; a UDP checksum may be absent.
inline bool
HasGoodChecksums(ByteView packet)
{
    const ByteView body = packet.Sub(20);
    const uint8_t protocol = packet[9];
    if (OnesSum(packet.Sub(0, 20)) != 0xffff)
    {
        return false;
    }
    const bool isUdp = protocol == 17;
    if ((isUdp && body[6] == 0 && body[7] == 0) || (!isUdp && protocol != 6 && protocol != 1))
    {
        return true;
    }
    return OnesSum(body, protocol == 1 ? 0 : PseudoSum(packet)) == 0xffff;
}

} // namespace imsfw::engine
