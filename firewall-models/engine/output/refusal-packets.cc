// SPDX-License-Identifier: GPL-2.0-only
#include "engine/output/refusal-packets.h"

#include "engine/packet/packet-rewriter.h"

namespace imsfw::engine
{

namespace
{

constexpr std::size_t MOST_QUOTED = 548; // RFC 1812 4.3.2.3: at most 576 in all

Bytes
WithIpHeader(IpProtocol protocol, uint32_t from, uint32_t to, const Bytes& body)
{
    ByteWriter w;
    w.U16(0x4500);
    w.U16(static_cast<uint16_t>(20 + body.size()));
    w.U32(0);
    w.U8(64);
    w.U8(static_cast<uint8_t>(protocol));
    w.U16(0);
    w.U32(from);
    w.U32(to);
    w.PatchU16(10, Checksum(w.Written()));
    w.Put(body);
    return w.Finish();
}

/// RFC 9110 15.5.4: "the server understood the request but refuses to fulfill it".
constexpr std::string_view FORBIDDEN_PAGE =
    "HTTP/1.1 403 Forbidden\r\n"
    "Content-Type: text/html\r\n"
    "Content-Length: 82\r\n"
    "Connection: close\r\n\r\n"
    "<html><title>Blocked</title><p>This network's policy blocks this request.</html>\r\n";

uint16_t
WindowOf(uint8_t flags)
{
    return (flags & TCP_RST) != 0 ? 0 : 65535;
}

Bytes
MakeSegment(const Ip4Tuple& tuple,
            uint32_t sequence,
            uint32_t acknowledgement,
            uint8_t flags,
            const Bytes& payload)
{
    ByteWriter w;
    w.U16(tuple.sourcePort);
    w.U16(tuple.destinationPort);
    w.U32(sequence);
    w.U32(acknowledgement);
    w.U16(static_cast<uint16_t>(0x5000 | flags));
    w.U16(WindowOf(flags));
    w.Zeros(4);
    w.Put(payload);
    ByteWriter pseudo;
    pseudo.U32(tuple.source);
    pseudo.U32(tuple.destination);
    pseudo.U32(static_cast<uint32_t>(6U << 16 | (20U + payload.size())));
    pseudo.Put(w.Written());
    w.PatchU16(16, Checksum(pseudo.Written()));
    return WithIpHeader(IpProtocol::TCP, tuple.source, tuple.destination, w.Finish());
}

} // namespace

Bytes
MakeReset(const Ip4Tuple& tuple, uint32_t sequence, uint32_t acknowledgement, uint8_t flags)
{
    return MakeSegment(tuple, sequence, acknowledgement, flags, {});
}

Bytes
MakeForbiddenPage(const IpPacket& request, std::size_t packetSize)
{
    return MakeSegment(request.tuple.Reversed(),
                       request.acknowledgement,
                       request.sequence + request.SegmentLength(packetSize),
                       TCP_ACK | TCP_PSH | TCP_FIN,
                       ByteView(FORBIDDEN_PAGE).ToBytes());
}

Bytes
MakeAcknowledgement(const IpPacket& segment, std::size_t packetSize)
{
    return MakeSegment(segment.tuple.Reversed(),
                       segment.acknowledgement,
                       segment.sequence + segment.SegmentLength(packetSize),
                       TCP_ACK,
                       {});
}

Bytes
MakeResetFor(const IpPacket& offender, std::size_t packetSize)
{
    const auto tuple = offender.tuple.Reversed();
    if (offender.Has(TCP_ACK))
    {
        return MakeReset(tuple, offender.acknowledgement, 0, TCP_RST);
    }
    return MakeReset(
        tuple, 0, offender.sequence + offender.SegmentLength(packetSize), TCP_RST | TCP_ACK);
}

Bytes
MakeUnreachable(uint32_t from, uint32_t to, uint8_t code, ByteView offender)
{
    ByteWriter w;
    w.U8(3); // destination unreachable
    w.U8(code);
    w.Zeros(6);
    w.Put(offender.Sub(0, MOST_QUOTED));
    w.PatchU16(2, Checksum(w.Written()));
    return WithIpHeader(IpProtocol::ICMP, from, to, w.Finish());
}

} // namespace imsfw::engine
