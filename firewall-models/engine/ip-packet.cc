// SPDX-License-Identifier: GPL-2.0-only
#include "engine/ip-packet.h"

namespace imsfw::engine
{

namespace
{

uint16_t
Get16(ByteView bytes, std::size_t at)
{
    return static_cast<uint16_t>(bytes[at] << 8 | bytes[at + 1]);
}

void
Put16(Bytes& bytes, std::size_t at, uint16_t value)
{
    bytes[at] = static_cast<uint8_t>(value >> 8);
    bytes[at + 1] = static_cast<uint8_t>(value);
}

/// RFC 1624 3: HC' = ~(~HC + ~m + m')
void
Update(Bytes& bytes, std::size_t at, uint16_t before, uint16_t after)
{
    uint32_t sum = static_cast<uint16_t>(~Get16(bytes, at)) + static_cast<uint16_t>(~before);
    sum += after;
    sum = (sum & 0xffff) + (sum >> 16);
    sum = (sum & 0xffff) + (sum >> 16);
    Put16(bytes, at, static_cast<uint16_t>(~sum));
}

bool
ParseTransport(ByteView body, bool isQuoted, IpPacket& packet)
{
    auto& tuple = packet.tuple;
    ByteReader reader(body);
    if (tuple.protocol == IpProtocol::TCP || tuple.protocol == IpProtocol::UDP)
    {
        if (body.Size() < 8)
        {
            return false;
        }
        tuple.source.port = *reader.U16();
        tuple.destination.port = *reader.U16();
        packet.sequence = Get16(body, 4) * 65536U + Get16(body, 6);
        std::size_t size = 8;
        if (tuple.protocol == IpProtocol::TCP && !isQuoted)
        {
            size = body.Size() < 20 ? 0 : (body[12] >> 4) * 4U;
            if (size < 20 || size > body.Size())
            {
                return false;
            }
            packet.acknowledgement = Get16(body, 8) * 65536U + Get16(body, 10);
            packet.flags = body[13];
        }
        else if (tuple.protocol == IpProtocol::UDP && !isQuoted && Get16(body, 4) != body.Size())
        {
            return false;
        }
        packet.payloadOffset = packet.headerSize + size;
        return true;
    }
    packet.payloadOffset = packet.headerSize;
    if (tuple.protocol != IpProtocol::ICMP)
    {
        return true;
    }
    if (body.Size() < 8)
    {
        return false;
    }
    packet.payloadOffset += 8;
    packet.isEcho = body[0] == 8;
    packet.isEchoReply = body[0] == 0;
    packet.isIcmpError = body[0] == 3 || body[0] == 11 || body[0] == 12;
    if (packet.isEcho || packet.isEchoReply)
    {
        tuple.source.port = tuple.destination.port = Get16(body, 4);
    }
    return true;
}

} // namespace

std::optional<IpPacket>
ParseIp(ByteView bytes, bool isQuoted)
{
    if (bytes.Size() < 20 || bytes[0] >> 4 != 4)
    {
        return std::nullopt;
    }
    IpPacket packet;
    packet.headerSize = (bytes[0] & 15) * 4U;
    const std::size_t total = Get16(bytes, 2);
    if (packet.headerSize < 20 || packet.headerSize > bytes.Size() || total < packet.headerSize ||
        (!isQuoted && total != bytes.Size()))
    {
        return std::nullopt;
    }
    packet.isFragment = (Get16(bytes, 6) & 0x3fff) != 0;
    packet.tuple.protocol = static_cast<IpProtocol>(bytes[9]);
    packet.tuple.source.address = *IpAddress::FromBytes(bytes.Sub(12, 4));
    packet.tuple.destination.address = *IpAddress::FromBytes(bytes.Sub(16, 4));
    packet.payloadOffset = packet.headerSize;
    if (!packet.isFragment && !ParseTransport(bytes.Sub(packet.headerSize), isQuoted, packet))
    {
        return std::nullopt;
    }
    return packet;
}

void
Rewrite(Bytes& bytes, const IpPacket& packet, const FiveTuple& target)
{
    const auto protocol = packet.tuple.protocol;
    const std::size_t body = packet.headerSize;
    std::size_t sum = 0; // where the transport checksum stands; none where 0
    if (protocol == IpProtocol::TCP && bytes.size() >= body + 18)
    {
        sum = body + 16;
    }
    // RFC 768: "An all zero transmitted checksum value means that the transmitter generated no checksum"
    if (protocol == IpProtocol::UDP && Get16(bytes, body + 6) != 0)
    {
        sum = body + 6;
    }
    const auto change = [&](std::size_t at, uint16_t after, bool inHeader, std::size_t transportSum)
    {
        const uint16_t before = Get16(bytes, at);
        Put16(bytes, at, after);
        if (inHeader)
        {
            Update(bytes, 10, before, after);
        }
        if (transportSum != 0)
        {
            Update(bytes, transportSum, before, after);
        }
    };
    const ByteView source = target.source.address.AsBytes();
    const ByteView destination = target.destination.address.AsBytes();
    for (std::size_t i = 0; i < 4; i += 2)
    {
        change(12 + i, Get16(source, i), true, sum);
        change(16 + i, Get16(destination, i), true, sum);
    }
    if (protocol == IpProtocol::TCP || protocol == IpProtocol::UDP)
    {
        change(body, target.source.port, false, sum);
        change(body + 2, target.destination.port, false, sum);
    }
    if (packet.isEcho || packet.isEchoReply)
    {
        change(body + 4, target.source.port, false, body + 2);
    }
    if (protocol == IpProtocol::UDP && sum != 0 && Get16(bytes, sum) == 0)
    {
        Put16(bytes, sum, 0xffff);
    }
}

uint16_t
Checksum(ByteView bytes, uint32_t initial)
{
    uint64_t sum = initial;
    for (std::size_t i = 0; i < bytes.Size(); ++i)
    {
        sum += i % 2 == 0 ? bytes[i] << 8 : bytes[i];
    }
    while (sum >> 16 != 0)
    {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    return static_cast<uint16_t>(~sum);
}

} // namespace imsfw::engine
