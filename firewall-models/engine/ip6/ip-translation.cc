// SPDX-License-Identifier: GPL-2.0-only
#include "engine/ip6/ip-translation.h"

#include "engine/packet/packet-fields.h"
#include "engine/packet/packet-rewriter.h"

#include <algorithm>

namespace imsfw::engine
{

namespace
{

constexpr std::size_t IP4_HEADER = 20;
constexpr std::size_t IP6_HEADER = 40;
constexpr std::size_t ICMP_HEADER = 8;
constexpr uint16_t DONT_FRAGMENT = 0x4000;

/// @return where the checksum stands in a transport header that covers the addresses; nothing where there is none
std::optional<std::size_t>
ChecksumAt(IpProtocol protocol)
{
    switch (protocol)
    {
    case IpProtocol::TCP:
        return 16;
    case IpProtocol::UDP:
        return 6;
    default:
        return std::nullopt;
    }
}

/// The ones' complement sum of 16-bit words.
uint32_t
SumOf(ByteView bytes)
{
    return static_cast<uint16_t>(~Checksum(bytes));
}

uint32_t
SumOf(const Ends4& ends)
{
    return (ends.source >> 16) + (ends.source & 0xffff) + (ends.destination >> 16) +
           (ends.destination & 0xffff);
}

uint32_t
SumOf(const Ends6& ends)
{
    return SumOf(ends.source.AsBytes()) + SumOf(ends.destination.AsBytes());
}

uint32_t
Folded(uint32_t sum)
{
    sum = (sum & 0xffff) + (sum >> 16);
    return (sum & 0xffff) + (sum >> 16);
}

/// Make the checksum of TCP or UDP fit other addresses (RFC 1624); lengths and protocol count the same in both
/// pseudo-headers.
void
AdjustChecksum(Bytes& body, IpProtocol protocol, uint32_t before, uint32_t after)
{
    const auto at = ChecksumAt(protocol);
    if (!at || body.size() < *at + 2)
    {
        return;
    }
    UpdateChecksum(body, *at, (~Folded(before) & 0xffff) + Folded(after));
    if (protocol == IpProtocol::UDP && Get16(body, *at) == 0)
    {
        Put16(body, *at, 0xffff);
    }
}

/// RFC 7915 4.5: a UDP packet without a checksum gets one, as IPv6 wants it. @pre the datagram is whole
void
GiveUdpChecksum(Bytes& body, const Ends6& ends)
{
    const auto length = static_cast<uint32_t>(body.size());
    const uint32_t pseudo = SumOf(ends) + length + static_cast<uint32_t>(IpProtocol::UDP);
    const uint16_t checksum = Checksum(body, Folded(pseudo));
    Put16(body, 6, checksum == 0 ? 0xffff : checksum);
}

Bytes
Ip4Header(const Ip6Packet& packet, const Ends4& ends, IpProtocol protocol, std::size_t bodySize)
{
    ByteWriter w;
    w.U8(0x45);
    w.U8(packet.trafficClass);
    w.U16(static_cast<uint16_t>(IP4_HEADER + bodySize));
    w.U16(static_cast<uint16_t>(packet.identification));
    w.U16(packet.isFragment ? packet.fragmentField : DONT_FRAGMENT);
    w.U8(packet.hopLimit);
    w.U8(static_cast<uint8_t>(protocol));
    w.U16(0);
    w.U32(ends.source);
    w.U32(ends.destination);
    w.PatchU16(10, Checksum(w.Written()));
    return w.Finish();
}

/// @param ip4 its header is read
Bytes
Ip6Header(ByteView ip4, const Ends6& ends, IpProtocol protocol, std::size_t bodySize)
{
    const uint16_t field = Get16(ip4, 6);
    const bool isFragment = (field & 0x3fff) != 0;
    constexpr uint8_t FRAGMENT = 44;
    ByteWriter w;
    w.U32(6U << 28 | static_cast<uint32_t>(ip4[1]) << 20);
    w.U16(static_cast<uint16_t>(bodySize + (isFragment ? 8 : 0)));
    w.U8(isFragment ? FRAGMENT : static_cast<uint8_t>(protocol));
    w.U8(ip4[8]);
    w.Put(ends.source.AsBytes());
    w.Put(ends.destination.AsBytes());
    if (isFragment)
    {
        w.U8(static_cast<uint8_t>(protocol));
        w.U8(0);
        w.U16(static_cast<uint16_t>((field & 0x1fff) << 3 | ((field & 0x2000) != 0 ? 1 : 0)));
        w.U32(Get16(ip4, 4));
    }
    return w.Finish();
}

/// Type and code of an ICMP message, and its second word.
struct IcmpWords
{
    uint8_t type{0};
    uint8_t code{0};
    uint32_t rest{0};
};

/// RFC 7915 5.2: ICMPv6 into ICMPv4. @return nothing for what is dropped
std::optional<IcmpWords>
Icmp4Of(ByteView message)
{
    const uint8_t type = message[0];
    const uint8_t code = message[1];
    const uint32_t rest = Get32(message, 4);
    switch (type)
    {
    case 128:
        return IcmpWords{8, 0, rest};
    case 129:
        return IcmpWords{0, 0, rest};
    case 1: // destination unreachable
        return IcmpWords{3, static_cast<uint8_t>(code == 1 ? 10 : code == 4 ? 3 : 1), 0};
    case 2: // packet too big: the difference of the headers is 20 bytes
        return IcmpWords{3, 4, std::max<uint32_t>(rest, 1280) - 20};
    case 3:
        return IcmpWords{11, code, 0};
    default:
        return std::nullopt;
    }
}

/// RFC 7915 4.2.
std::optional<IcmpWords>
Icmp6Of(ByteView message)
{
    const uint8_t type = message[0];
    const uint8_t code = message[1];
    const uint32_t rest = Get32(message, 4);
    switch (type)
    {
    case 8:
        return IcmpWords{128, 0, rest};
    case 0:
        return IcmpWords{129, 0, rest};
    case 11:
        return IcmpWords{3, code, 0};
    case 3:
        break;
    default:
        return std::nullopt;
    }
    switch (code)
    {
    case 2: // protocol unreachable: a parameter problem in IPv6
        return IcmpWords{4, 1, 6};
    case 3:
        return IcmpWords{1, 4, 0};
    case 4:
        return IcmpWords{2, 0, std::max<uint32_t>((rest & 0xffff) + 20, 1280)};
    case 9:
    case 10:
    case 13:
    case 15:
        return IcmpWords{1, 1, 0};
    default:
        return IcmpWords{1, 0, 0};
    }
}

bool
IsError(const IcmpWords& words)
{
    const bool isEcho =
        words.type == 8 || words.type == 0 || words.type == 128 || words.type == 129;
    return !isEcho;
}

Bytes
IcmpMessage(const IcmpWords& words, ByteView rest)
{
    ByteWriter w;
    w.U8(words.type);
    w.U8(words.code);
    w.U16(0);
    w.U32(words.rest);
    w.Put(rest);
    return w.Finish();
}

/// The quoted packet of an ICMPv6 error as IPv4; its own checksums are adjusted like any other's.
std::optional<Bytes>
QuotedAs4(ByteView quoted, const To4& endsOfQuoted)
{
    const auto packet = ParseQuotedIp6(quoted);
    const auto ends = packet ? endsOfQuoted(*packet) : std::nullopt;
    return ends ? ToIp4(quoted, *packet, *ends, [](const Ip6Packet&) { return std::nullopt; })
                : std::nullopt;
}

std::optional<Bytes>
QuotedAs6(ByteView quoted, const To6& endsOfQuoted)
{
    if (quoted.Size() < IP4_HEADER || quoted[0] >> 4 != 4)
    {
        return std::nullopt;
    }
    const auto ends = endsOfQuoted({Get32(quoted, 12), Get32(quoted, 16)});
    return ends ? ToIp6(quoted, *ends, [](const Ends4&) { return std::nullopt; }) : std::nullopt;
}

std::optional<Bytes>
Icmp4Body(ByteView body, const To4& endsOfQuoted)
{
    const auto words = body.Size() < ICMP_HEADER ? std::nullopt : Icmp4Of(body);
    if (!words)
    {
        return std::nullopt;
    }
    std::optional<Bytes> rest = body.Sub(ICMP_HEADER).ToBytes();
    if (IsError(*words))
    {
        rest = QuotedAs4(*rest, endsOfQuoted);
    }
    if (!rest)
    {
        return std::nullopt;
    }
    Bytes message = IcmpMessage(*words, *rest);
    Put16(message, 2, Checksum(message));
    return message;
}

std::optional<Bytes>
Icmp6Body(ByteView body, const Ends6& ends, const To6& endsOfQuoted)
{
    const auto words = body.Size() < ICMP_HEADER ? std::nullopt : Icmp6Of(body);
    if (!words)
    {
        return std::nullopt;
    }
    std::optional<Bytes> rest = body.Sub(ICMP_HEADER).ToBytes();
    if (IsError(*words))
    {
        rest = QuotedAs6(*rest, endsOfQuoted);
    }
    if (!rest)
    {
        return std::nullopt;
    }
    Bytes message = IcmpMessage(*words, *rest);
    // RFC 4443 2.3: ICMPv6 covers a pseudo-header, unlike ICMPv4.
    const uint32_t pseudo = SumOf(ends) + static_cast<uint32_t>(message.size()) +
                            static_cast<uint32_t>(IpProtocol::ICMPV6);
    Put16(message, 2, Checksum(message, Folded(pseudo)));
    return message;
}

} // namespace

std::optional<Bytes>
ToIp4(ByteView bytes, const Ip6Packet& packet, const Ends4& ends, const To4& endsOfQuoted)
{
    const bool isIcmp = packet.protocol == IpProtocol::ICMPV6;
    std::optional<Bytes> body = bytes.Sub(packet.payloadOffset).ToBytes();
    const bool isLater = (packet.fragmentField & 0x1fff) != 0;
    if (isIcmp)
    {
        // RFC 7915 5.2: the checksum of a fragmented message cannot be made anew from a part of it.
        body = packet.isFragment ? std::nullopt : Icmp4Body(*body, endsOfQuoted);
    }
    else if (!isLater)
    {
        AdjustChecksum(
            *body, packet.protocol, SumOf({packet.source, packet.destination}), SumOf(ends));
    }
    if (!body || body->size() > UINT16_MAX - IP4_HEADER)
    {
        return std::nullopt;
    }
    Bytes whole =
        Ip4Header(packet, ends, isIcmp ? IpProtocol::ICMP : packet.protocol, body->size());
    Append(whole, *body);
    return whole;
}

std::optional<Bytes>
ToIp6(ByteView bytes, const Ends6& ends, const To6& endsOfQuoted)
{
    const std::size_t header = bytes.Size() < IP4_HEADER ? 0 : (bytes[0] & 15) * std::size_t{4};
    if (header < IP4_HEADER || header > bytes.Size())
    {
        return std::nullopt;
    }
    const auto protocol = static_cast<IpProtocol>(bytes[9]);
    const bool isIcmp = protocol == IpProtocol::ICMP;
    const bool isFragment = (Get16(bytes, 6) & 0x3fff) != 0;
    const bool isLater = (Get16(bytes, 6) & 0x1fff) != 0;
    std::optional<Bytes> body = bytes.Sub(header).ToBytes();
    if (isIcmp)
    {
        body = isFragment ? std::nullopt : Icmp6Body(*body, ends, endsOfQuoted);
    }
    else if (protocol == IpProtocol::UDP && !isLater && body->size() >= 8 && Get16(*body, 6) == 0)
    {
        if (isFragment)
        {
            return std::nullopt; // RFC 7915 4.5: dropped where the whole datagram is not at hand
        }
        GiveUdpChecksum(*body, ends);
    }
    else if (!isLater)
    {
        AdjustChecksum(
            *body, protocol, SumOf(Ends4{Get32(bytes, 12), Get32(bytes, 16)}), SumOf(ends));
    }
    if (!body)
    {
        return std::nullopt;
    }
    Bytes whole = Ip6Header(bytes, ends, isIcmp ? IpProtocol::ICMPV6 : protocol, body->size());
    Append(whole, *body);
    return whole;
}

IpAddress
Embed(const IpPrefix& prefix, uint32_t address)
{
    Bytes bytes = prefix.address.AsBytes().ToBytes();
    Put32(bytes, 12, address);
    return *IpAddress::FromBytes(bytes);
}

std::optional<uint32_t>
Extract(const IpPrefix& prefix, const IpAddress& address)
{
    return prefix.Contains(address) ? std::optional(Get32(address.AsBytes(), 12)) : std::nullopt;
}

} // namespace imsfw::engine
