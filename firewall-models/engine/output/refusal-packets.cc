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

} // namespace

Bytes
MakeReset(const Ip4Tuple& tuple, uint32_t sequence, uint32_t acknowledgement, uint8_t flags)
{
    ByteWriter w;
    w.U16(tuple.sourcePort);
    w.U16(tuple.destinationPort);
    w.U32(sequence);
    w.U32(acknowledgement);
    w.U16(static_cast<uint16_t>(0x5000 | flags));
    w.Zeros(6);
    ByteWriter pseudo;
    pseudo.U32(tuple.source);
    pseudo.U32(tuple.destination);
    pseudo.U32(6U << 16 | 20U);
    pseudo.Put(w.Written());
    w.PatchU16(16, Checksum(pseudo.Written()));
    return WithIpHeader(IpProtocol::TCP, tuple.source, tuple.destination, w.Finish());
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
