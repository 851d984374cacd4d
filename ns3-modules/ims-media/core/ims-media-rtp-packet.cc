// SPDX-License-Identifier: GPL-2.0-only
#include "ims-media-rtp-packet.h"

namespace imsfw::rtp
{

namespace
{

constexpr uint8_t VERSION = 2;

/// RFC 3550 5.3.1: a 16-bit profile word, then the extension's length in 32-bit words.
bool
SkipExtension(ByteReader& reader)
{
    const auto profile = reader.U16();
    const auto words = reader.U16();
    return profile && words && reader.Take(4U * *words);
}

} // namespace

std::optional<Packet>
ParsePacket(ByteView bytes)
{
    ByteReader reader(bytes);
    const auto first = reader.U8();
    const auto second = reader.U8();
    const auto sequence = reader.U16();
    const auto timestamp = reader.U32();
    const auto ssrc = reader.U32();
    if (!ssrc || *first >> 6 != VERSION || !reader.Take(4U * (*first & 0x0f)))
    {
        return std::nullopt;
    }
    if ((*first & 0x10) != 0 && !SkipExtension(reader))
    {
        return std::nullopt;
    }
    ByteView payload = reader.Rest();
    if ((*first & 0x20) != 0)
    {
        // RFC 3550 5.1: "The last octet of the padding contains a count of how many padding octets should be ignored".
        const std::size_t padding = payload.IsEmpty() ? 0 : payload[payload.Size() - 1];
        if (padding == 0 || padding > payload.Size())
        {
            return std::nullopt;
        }
        payload = payload.Sub(0, payload.Size() - padding);
    }
    return Packet{(*second & 0x80) != 0,
                  static_cast<uint8_t>(*second & 0x7f),
                  *sequence,
                  *timestamp,
                  *ssrc,
                  payload};
}

Bytes
WritePacket(const Packet& packet)
{
    ByteWriter writer;
    writer.U8(VERSION << 6);
    writer.U8((packet.marker ? 0x80 : 0) | packet.payloadType);
    writer.U16(packet.sequence);
    writer.U32(packet.timestamp);
    writer.U32(packet.ssrc);
    writer.Put(packet.payload);
    return writer.Finish();
}

} // namespace imsfw::rtp
