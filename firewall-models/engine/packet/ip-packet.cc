// SPDX-License-Identifier: GPL-2.0-only
#include "engine/packet/ip-packet.h"

#include "engine/packet/packet-fields.h"

namespace imsfw::engine
{

namespace
{

constexpr std::size_t IP_HEADER = 20;
constexpr std::size_t TCP_HEADER = 20;
constexpr std::size_t SHORTEST_TRANSPORT =
    8; ///< a UDP or ICMP header, and what an ICMP error quotes
constexpr uint16_t MORE_FRAGMENTS_AND_OFFSET = 0x3fff;

bool
ParseTcp(ByteView body, bool isQuoted, IpPacket& packet)
{
    packet.sequence = Get32(body, 4);
    if (isQuoted)
    {
        packet.payloadOffset += SHORTEST_TRANSPORT;
        return true;
    }
    const std::size_t size = body.Size() < TCP_HEADER ? 0 : (body[12] >> 4) * 4U;
    packet.payloadOffset += size;
    if (size < TCP_HEADER || size > body.Size())
    {
        return false;
    }
    packet.acknowledgement = Get32(body, 8);
    packet.flags = body[13];
    return true;
}

IcmpKind
KindOf(uint8_t type)
{
    switch (type)
    {
    case 8:
        return IcmpKind::QUERY;
    case 0:
        return IcmpKind::REPLY;
    case 3:  // destination unreachable
    case 11: // time exceeded
    case 12: // parameter problem
        return IcmpKind::ERROR;
    default:
        return IcmpKind::OTHER;
    }
}

bool
ParseTransport(ByteView body, bool isQuoted, IpPacket& packet)
{
    auto& tuple = packet.tuple;
    const bool isTcp = tuple.protocol == IpProtocol::TCP;
    const bool isUdp = tuple.protocol == IpProtocol::UDP;
    if (!isTcp && !isUdp && tuple.protocol != IpProtocol::ICMP)
    {
        return true;
    }
    if (body.Size() < SHORTEST_TRANSPORT)
    {
        return false;
    }
    if (isTcp || isUdp)
    {
        tuple.sourcePort = Get16(body, 0);
        tuple.destinationPort = Get16(body, 2);
    }
    if (isTcp)
    {
        return ParseTcp(body, isQuoted, packet);
    }
    packet.payloadOffset += SHORTEST_TRANSPORT;
    if (isUdp)
    {
        return isQuoted || Get16(body, 4) == body.Size();
    }
    packet.icmp = KindOf(body[0]);
    if (packet.icmp == IcmpKind::QUERY || packet.icmp == IcmpKind::REPLY)
    {
        tuple.sourcePort = tuple.destinationPort = Get16(body, 4);
    }
    return true;
}

std::optional<IpPacket>
Parse(ByteView bytes, bool isQuoted)
{
    if (bytes.Size() < IP_HEADER || bytes[0] >> 4 != 4)
    {
        return std::nullopt;
    }
    std::optional<IpPacket> result(std::in_place);
    IpPacket& packet = *result;
    packet.headerSize = (bytes[0] & 15) * 4U;
    const std::size_t total = Get16(bytes, 2);
    if (packet.headerSize < IP_HEADER || packet.headerSize > bytes.Size() ||
        total < packet.headerSize || (!isQuoted && total != bytes.Size()))
    {
        return std::nullopt;
    }
    packet.isFragment = (Get16(bytes, 6) & MORE_FRAGMENTS_AND_OFFSET) != 0;
    packet.tuple.protocol = static_cast<IpProtocol>(bytes[9]);
    packet.tuple.source = Get32(bytes, 12);
    packet.tuple.destination = Get32(bytes, 16);
    packet.payloadOffset = packet.headerSize;
    if (!packet.isFragment && !ParseTransport(bytes.Sub(packet.headerSize), isQuoted, packet))
    {
        return std::nullopt;
    }
    return result;
}

} // namespace

std::optional<IpPacket>
ParseIp(ByteView bytes)
{
    return Parse(bytes, false);
}

std::optional<IpPacket>
ParseFirstFragment(ByteView bytes)
{
    constexpr uint16_t OFFSET = 0x1fff;
    auto packet = Parse(bytes, false);
    if (!packet || (Get16(bytes, 6) & OFFSET) != 0)
    {
        return std::nullopt;
    }
    packet->isFragment = false;
    // A UDP header gives the length of the whole datagram, so it is read as a quoted one; TCP's stands whole.
    const bool isUdp = packet->tuple.protocol == IpProtocol::UDP;
    const bool isRead = ParseTransport(bytes.Sub(packet->headerSize), isUdp, *packet);
    return isRead ? packet : std::nullopt;
}

std::optional<IpPacket>
ParseQuotedIp(ByteView bytes)
{
    return Parse(bytes, true);
}

} // namespace imsfw::engine
