// SPDX-License-Identifier: GPL-2.0-only
#include "engine/packet/packet-rewriter.h"

#include "engine/packet/packet-fields.h"

namespace imsfw::engine
{

namespace
{

constexpr std::size_t IP_CHECKSUM = 10;

/// The sum of ~m + m' over the two halves of an address.
uint32_t
Change32(uint32_t before, uint32_t after)
{
    return (~before >> 16) + (~before & 0xffff) + (after >> 16) + (after & 0xffff);
}

uint32_t
Change16(uint16_t before, uint16_t after)
{
    return static_cast<uint16_t>(~before) + uint32_t{after};
}

/// An identifier stands for both ports of an ICMP query; no pseudo-header, so addresses do not count.
void
RewriteIdentifier(Bytes& bytes, std::size_t body, const Ip4Tuple& before, const Ip4Tuple& target)
{
    Put16(bytes, body + 4, target.sourcePort);
    UpdateChecksum(bytes, body + 2, Change16(before.sourcePort, target.sourcePort));
}

void
RewritePorts(Bytes& bytes, const IpPacket& packet, const Ip4Tuple& target, uint32_t addressChange)
{
    const std::size_t body = packet.headerSize;
    Put16(bytes, body, target.sourcePort);
    Put16(bytes, body + 2, target.destinationPort);
    const uint32_t change = addressChange + Change16(packet.tuple.sourcePort, target.sourcePort) +
                            Change16(packet.tuple.destinationPort, target.destinationPort);
    if (packet.tuple.protocol == IpProtocol::TCP)
    {
        constexpr std::size_t TCP_CHECKSUM = 16;
        if (bytes.size() >= body + TCP_CHECKSUM + 2) // else cut off in an ICMP error
        {
            UpdateChecksum(bytes, body + TCP_CHECKSUM, change);
        }
        return;
    }
    constexpr std::size_t UDP_CHECKSUM = 6;
    // RFC 768: "An all zero transmitted checksum value means that the transmitter generated no checksum"
    if (Get16(bytes, body + UDP_CHECKSUM) != 0)
    {
        UpdateChecksum(bytes, body + UDP_CHECKSUM, change);
        if (Get16(bytes, body + UDP_CHECKSUM) == 0)
        {
            Put16(bytes, body + UDP_CHECKSUM, 0xffff);
        }
    }
}

} // namespace

void
RewriteAddresses(Bytes& bytes, const IpPacket& packet, const Ip4Tuple& target)
{
    const auto& before = packet.tuple;
    Put32(bytes, 12, target.source);
    Put32(bytes, 16, target.destination);
    UpdateChecksum(bytes,
                   IP_CHECKSUM,
                   Change32(before.source, target.source) +
                       Change32(before.destination, target.destination));
}

void
Rewrite(Bytes& bytes, const IpPacket& packet, const Ip4Tuple& target)
{
    const auto& before = packet.tuple;
    if (before == target)
    {
        return;
    }
    const uint32_t change =
        Change32(before.source, target.source) + Change32(before.destination, target.destination);
    RewriteAddresses(bytes, packet, target);
    if (before.protocol == IpProtocol::TCP || before.protocol == IpProtocol::UDP)
    {
        RewritePorts(bytes, packet, target, change);
    }
    if (packet.icmp == IcmpKind::QUERY || packet.icmp == IcmpKind::REPLY)
    {
        RewriteIdentifier(bytes, packet.headerSize, before, target);
    }
}

void
UpdateChecksum(Bytes& bytes, std::size_t at, uint32_t change)
{
    uint32_t sum = static_cast<uint16_t>(~Get16(bytes, at)) + change;
    sum = (sum & 0xffff) + (sum >> 16);
    sum = (sum & 0xffff) + (sum >> 16);
    Put16(bytes, at, static_cast<uint16_t>(~sum));
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
