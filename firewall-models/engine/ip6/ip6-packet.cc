// SPDX-License-Identifier: GPL-2.0-only
#include "engine/ip6/ip6-packet.h"

#include "engine/packet/packet-fields.h"

namespace imsfw::engine
{

namespace
{

constexpr std::size_t HEADER = 40;
constexpr unsigned MOST_EXTENSIONS = 8;

enum NextHeader : uint8_t
{
    HOP_BY_HOP = 0,
    ROUTING = 43,
    FRAGMENT = 44,
    DESTINATION_OPTIONS = 60,
    MOBILITY = 135,
};

bool
IsPassedOver(uint8_t header)
{
    return header == HOP_BY_HOP || header == ROUTING || header == DESTINATION_OPTIONS ||
           header == MOBILITY;
}

/// RFC 8200 4.5.
bool
ReadFragmentHeader(ByteView header, Ip6Packet& packet)
{
    if (header.Size() < 8)
    {
        return false;
    }
    const uint16_t field = Get16(header, 2);
    const bool hasMore = (field & 1) != 0;
    packet.fragmentField = static_cast<uint16_t>(field >> 3 | (hasMore ? 0x2000 : 0));
    packet.identification = Get32(header, 4);
    packet.isFragment = packet.fragmentField != 0; // RFC 6946: an atomic fragment is a whole packet
    return true;
}

/// Step over the extension headers. @return false where one is cut off, or there are too many
bool
ReadExtensions(ByteView bytes, uint8_t next, Ip6Packet& packet)
{
    for (unsigned count = 0; IsPassedOver(next) || next == FRAGMENT; ++count)
    {
        const ByteView header = bytes.Sub(packet.payloadOffset);
        if (count == MOST_EXTENSIONS || header.Size() < 8)
        {
            return false;
        }
        const bool isFragment = next == FRAGMENT;
        if (isFragment && !ReadFragmentHeader(header, packet))
        {
            return false;
        }
        const std::size_t size = isFragment ? 8 : 8 * (header[1] + std::size_t{1});
        if (size > header.Size())
        {
            return false;
        }
        next = header[0];
        packet.payloadOffset += size;
        if (isFragment && (packet.fragmentField & 0x1fff) != 0)
        {
            break; // what follows is the middle of something
        }
    }
    packet.protocol = static_cast<IpProtocol>(next);
    return true;
}

std::optional<Ip6Packet>
Parse(ByteView bytes, bool isQuoted)
{
    if (bytes.Size() < HEADER || bytes[0] >> 4 != 6)
    {
        return std::nullopt;
    }
    if (!isQuoted && HEADER + Get16(bytes, 4) != bytes.Size())
    {
        return std::nullopt;
    }
    Ip6Packet packet;
    packet.trafficClass = static_cast<uint8_t>(bytes[0] << 4 | bytes[1] >> 4);
    packet.hopLimit = bytes[7];
    packet.source = *IpAddress::FromBytes(bytes.Sub(8, 16));
    packet.destination = *IpAddress::FromBytes(bytes.Sub(24, 16));
    packet.payloadOffset = HEADER;
    return ReadExtensions(bytes, bytes[6], packet) ? std::optional(packet) : std::nullopt;
}

} // namespace

std::optional<Ip6Packet>
ParseIp6(ByteView bytes)
{
    return Parse(bytes, false);
}

std::optional<Ip6Packet>
ParseQuotedIp6(ByteView bytes)
{
    return Parse(bytes, true);
}

} // namespace imsfw::engine
