// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Reading RTCP compound packets.
#include "ims-media-rtcp-packet.h"
#include "ims-media-rtcp-types.h"

namespace imsfw::rtp
{

namespace
{

using Parsed = std::optional<RtcpPacket>;

std::optional<ReportBlock>
ReadBlock(ByteReader& reader)
{
    ReportBlock block;
    const auto ssrc = reader.U32();
    const auto fraction = reader.U8();
    const auto lost = reader.U24();
    const auto highest = reader.U32();
    const auto jitter = reader.U32();
    const auto lastSr = reader.U32();
    const auto delay = reader.U32();
    if (!delay)
    {
        return std::nullopt;
    }
    const bool isNegative = (*lost & 0x800000) != 0;
    block.ssrc = *ssrc;
    block.fractionLost = *fraction;
    block.cumulativeLost = static_cast<int32_t>(*lost) - (isNegative ? 0x1000000 : 0);
    block.highestSequence = *highest;
    block.jitter = *jitter;
    block.lastSr = *lastSr;
    block.delaySinceLastSr = *delay;
    return block;
}

/// @return false where @p reader ends before @p count blocks. What follows them is the profile's extension.
template <typename Report>
bool
ReadBlocks(ByteReader& reader, unsigned count, Report& report)
{
    for (unsigned i = 0; i < count; ++i)
    {
        const auto block = ReadBlock(reader);
        if (!block)
        {
            return false;
        }
        report.blocks.push_back(*block);
    }
    report.extension = reader.Rest().ToBytes();
    return true;
}

Parsed
ReadSenderReport(ByteReader reader, unsigned count)
{
    const auto ssrc = reader.U32();
    const auto ntp = reader.U64();
    const auto timestamp = reader.U32();
    const auto packets = reader.U32();
    const auto octets = reader.U32();
    if (!octets)
    {
        return std::nullopt;
    }
    SenderReport report{*ssrc, *ntp, *timestamp, *packets, *octets, {}, {}};
    return ReadBlocks(reader, count, report) ? Parsed(std::move(report)) : std::nullopt;
}

Parsed
ReadReceiverReport(ByteReader reader, unsigned count)
{
    const auto ssrc = reader.U32();
    if (!ssrc)
    {
        return std::nullopt;
    }
    ReceiverReport report{*ssrc, {}, {}};
    return ReadBlocks(reader, count, report) ? Parsed(std::move(report)) : std::nullopt;
}

/// RFC 3550 6.5: items up to a null octet, then nulls up to the next word. @p chunk begins at a word.
std::optional<SourceDescription::Chunk>
ReadChunk(ByteReader& reader)
{
    const auto ssrc = reader.U32();
    if (!ssrc)
    {
        return std::nullopt;
    }
    SourceDescription::Chunk chunk{*ssrc, {}};
    while (true)
    {
        const auto type = reader.U8();
        if (!type)
        {
            return std::nullopt;
        }
        if (*type == 0)
        {
            break;
        }
        const auto text = reader.TakePrefixed8();
        if (!text)
        {
            return std::nullopt;
        }
        chunk.items.push_back({*type, std::string(text->AsText())});
    }
    // The packet is of whole words, so what is left tells how far the next word is.
    while (reader.Remaining() % RTCP_WORD != 0)
    {
        if (reader.U8() != 0)
        {
            return std::nullopt;
        }
    }
    return chunk;
}

Parsed
ReadSourceDescription(ByteReader reader, unsigned count)
{
    SourceDescription description;
    for (unsigned i = 0; i < count; ++i)
    {
        auto chunk = ReadChunk(reader);
        if (!chunk)
        {
            return std::nullopt;
        }
        description.chunks.push_back(std::move(*chunk));
    }
    return reader.IsAtEnd() ? Parsed(std::move(description)) : std::nullopt;
}

Parsed
ReadBye(ByteReader reader, unsigned count)
{
    Bye bye;
    for (unsigned i = 0; i < count; ++i)
    {
        const auto ssrc = reader.U32();
        if (!ssrc)
        {
            return std::nullopt;
        }
        bye.ssrcs.push_back(*ssrc);
    }
    if (reader.IsAtEnd())
    {
        return bye;
    }
    const auto reason = reader.TakePrefixed8();
    if (!reason || reader.Remaining() >= RTCP_WORD)
    {
        return std::nullopt;
    }
    for (const uint8_t padding : reader.Rest())
    {
        if (padding != 0)
        {
            return std::nullopt;
        }
    }
    bye.reason = std::string(reason->AsText());
    return bye;
}

Parsed
ReadApp(ByteReader reader, unsigned count)
{
    const auto ssrc = reader.U32();
    const auto name = reader.Take(RTCP_WORD);
    if (!ssrc || !name)
    {
        return std::nullopt;
    }
    return AppPacket{
        static_cast<uint8_t>(count), *ssrc, std::string(name->AsText()), reader.Rest().ToBytes()};
}

Parsed
ReadBody(uint8_t type, unsigned count, ByteView body)
{
    const ByteReader reader(body);
    switch (type)
    {
    case RTCP_SR:
        return ReadSenderReport(reader, count);
    case RTCP_RR:
        return ReadReceiverReport(reader, count);
    case RTCP_SDES:
        return ReadSourceDescription(reader, count);
    case RTCP_BYE:
        return ReadBye(reader, count);
    case RTCP_APP:
        return ReadApp(reader, count);
    default: // read off the wire, not one of ours
        return OtherRtcp{type, static_cast<uint8_t>(count), body.ToBytes()};
    }
}

/// @return @p body without its padding; nothing where the count in its last octet is wrong.
std::optional<ByteView>
StripPadding(ByteView body)
{
    const std::size_t padding = body.IsEmpty() ? 0 : body[body.Size() - 1];
    if (padding == 0 || padding % RTCP_WORD != 0 || padding > body.Size())
    {
        return std::nullopt;
    }
    return body.Sub(0, body.Size() - padding);
}

Result<RtcpPacket, RtcpError>
ReadPacket(ByteReader& reader, bool isFirst)
{
    const auto first = reader.U8();
    const auto type = reader.U8();
    const auto words = reader.U16();
    if (first && *first >> 6 != RTCP_VERSION)
    {
        return Failure{RtcpError::BAD_VERSION};
    }
    if (isFirst && type && *type != RTCP_SR && *type != RTCP_RR)
    {
        return Failure{RtcpError::BAD_FIRST_TYPE};
    }
    auto body = words ? reader.Take(RTCP_WORD * *words) : std::nullopt;
    if (!body)
    {
        return Failure{RtcpError::TRUNCATED};
    }
    if ((*first & 0x20) != 0)
    {
        // RFC 3550 6.4.1: "padding MUST only be added to the last individual packet".
        body = reader.IsAtEnd() ? StripPadding(*body) : std::nullopt;
        if (!body)
        {
            return Failure{RtcpError::BAD_PADDING};
        }
    }
    auto parsed = ReadBody(*type, *first & 0x1f, *body);
    if (!parsed)
    {
        return Failure{RtcpError::BAD_BODY};
    }
    return std::move(*parsed);
}

} // namespace

const char*
ToString(RtcpError error)
{
    switch (error)
    {
    case RtcpError::TRUNCATED:
        return "truncated";
    case RtcpError::BAD_VERSION:
        return "bad-version";
    case RtcpError::BAD_FIRST_TYPE:
        return "bad-first-type";
    case RtcpError::BAD_PADDING:
        return "bad-padding";
    case RtcpError::BAD_BODY:
        return "bad-body";
    }
    return "";
}

Result<std::vector<RtcpPacket>, RtcpError>
ParseRtcp(ByteView bytes)
{
    std::vector<RtcpPacket> packets;
    ByteReader reader(bytes);
    do
    {
        auto packet = ReadPacket(reader, packets.empty());
        if (!packet)
        {
            return Failure{packet.Error()};
        }
        packets.push_back(std::move(*packet));
    } while (!reader.IsAtEnd());
    return packets;
}

bool
IsRtcp(ByteView bytes)
{
    return bytes.Size() >= 2 && bytes[0] >> 6 == RTCP_VERSION && bytes[1] >= 192 && bytes[1] <= 223;
}

} // namespace imsfw::rtp
