// SPDX-License-Identifier: GPL-2.0-only
#include "ndpi/packet-builder.h"

namespace imsfw::ndpi
{

namespace
{

constexpr std::size_t IPV4_HEADER = 20;
constexpr std::size_t IPV6_HEADER = 40;
constexpr uint8_t HOP_LIMIT = 64;

// Where fields stand, from the start of their header.
constexpr std::size_t IPV4_LENGTH = 2;
constexpr std::size_t IPV6_LENGTH = 4;
constexpr std::size_t TCP_SEQUENCE = 4;
constexpr std::size_t TCP_ACKNOWLEDGEMENT = 8;
constexpr std::size_t TCP_FLAGS = 13;
constexpr std::size_t UDP_LENGTH = 4;

void
Patch16(Bytes& bytes, std::size_t offset, std::size_t value)
{
    bytes[offset] = static_cast<uint8_t>(value >> 8);
    bytes[offset + 1] = static_cast<uint8_t>(value);
}

void
Patch32(Bytes& bytes, std::size_t offset, uint32_t value)
{
    Patch16(bytes, offset, value >> 16);
    Patch16(bytes, offset + 2, value & 0xFFFF);
}

} // namespace

PacketBuilder::PacketBuilder(const FiveTuple& flow)
    : m_isV4(flow.source.address.IsV4()),
      m_isTcp(flow.protocol == IpProtocol::TCP),
      m_headers{MakeHeaders(flow), MakeHeaders(flow.Reversed())}
{
}

Bytes
PacketBuilder::MakeHeaders(const FiveTuple& tuple)
{
    ByteWriter writer;
    const bool isTcp = tuple.protocol == IpProtocol::TCP;
    if (tuple.source.address.IsV4())
    {
        writer.U32(0x45000000);
        writer.U32(0);
        writer.U8(HOP_LIMIT);
        writer.U8(static_cast<uint8_t>(tuple.protocol));
        writer.U16(0);
    }
    else
    {
        writer.U32(0x60000000);
        writer.U16(0);
        writer.U8(static_cast<uint8_t>(tuple.protocol));
        writer.U8(HOP_LIMIT);
    }
    writer.Put(tuple.source.address.AsBytes());
    writer.Put(tuple.destination.address.AsBytes());
    writer.U16(tuple.source.port);
    writer.U16(tuple.destination.port);
    if (isTcp)
    {
        writer.U64(0);
        writer.U32(0x5000FFFF); // no options; the largest window
    }
    writer.U32(0);
    return writer.Finish();
}

void
PacketBuilder::Build(const classify::FlowPacket& packet, Bytes& buffer) const
{
    const Bytes& headers = m_headers[static_cast<std::size_t>(packet.direction)];
    const ByteView payload = packet.payload.Sub(0, LARGEST - headers.size());
    buffer.assign(headers.begin(), headers.end());
    Append(buffer, payload);
    const std::size_t transport = m_isV4 ? IPV4_HEADER : IPV6_HEADER;
    if (m_isV4)
    {
        Patch16(buffer, IPV4_LENGTH, buffer.size());
    }
    else
    {
        Patch16(buffer, IPV6_LENGTH, buffer.size() - IPV6_HEADER);
    }
    if (m_isTcp)
    {
        Patch32(buffer, transport + TCP_SEQUENCE, packet.sequence);
        Patch32(buffer, transport + TCP_ACKNOWLEDGEMENT, packet.acknowledgement);
        buffer[transport + TCP_FLAGS] = packet.tcpFlags;
    }
    else
    {
        Patch16(buffer, transport + UDP_LENGTH, buffer.size() - transport);
    }
}

} // namespace imsfw::ndpi
