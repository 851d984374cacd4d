// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// An IPv4 packet taken apart just enough for a firewall (RFC 791, 792, 768, 9293).
///
/// Left out: IPv6, IP options beyond stepping over them. Checksums are not verified: whoever receives the packet does.
#pragma once

#include "engine/packet/ip4-tuple.h"

#include <optional>

namespace imsfw::engine
{

constexpr uint8_t TCP_FIN = 1;
constexpr uint8_t TCP_SYN = 2;
constexpr uint8_t TCP_RST = 4;
constexpr uint8_t TCP_PSH = 8;
constexpr uint8_t TCP_ACK = 16;

/// What an ICMP packet is to a firewall; NONE for every other protocol.
enum class IcmpKind : uint8_t
{
    NONE,
    QUERY, ///< echo request
    REPLY, ///< echo reply
    ERROR, ///< quotes the packet that it is about
    OTHER,
};

struct IpPacket
{
    Ip4Tuple tuple;
    std::size_t headerSize{0};
    std::size_t payloadOffset{0}; ///< behind the transport header
    bool isFragment{false};       ///< ports are 0 then
    IcmpKind icmp{IcmpKind::NONE};
    uint8_t flags{0}; ///< of TCP
    uint32_t sequence{0};
    uint32_t acknowledgement{0};

    bool
    Has(uint8_t flag) const
    {
        return (flags & flag) != 0;
    }

    /// @return true for a SYN that opens a connection.
    bool
    IsFirstSyn() const
    {
        return (flags & (TCP_SYN | TCP_ACK | TCP_RST)) == TCP_SYN;
    }

    /// @return what the segment takes of TCP's sequence space (RFC 9293 3.4: SYN and FIN count too).
    uint32_t
    SegmentLength(std::size_t packetSize) const
    {
        return static_cast<uint32_t>(packetSize - payloadOffset) + Has(TCP_SYN) + Has(TCP_FIN);
    }
};

/// @return nothing where a header is cut off or its lengths contradict each other or the packet's own.
std::optional<IpPacket> ParseIp(ByteView bytes);

/// The first fragment of a datagram, which has its transport header.
/// @return nothing for a later one, or one too short for that header (RFC 3128)
std::optional<IpPacket> ParseFirstFragment(ByteView bytes);

/// The packet inside an ICMP error, which may be cut off after 8 bytes of its transport header (RFC 792).
std::optional<IpPacket> ParseQuotedIp(ByteView bytes);

} // namespace imsfw::engine
