// SPDX-License-Identifier: GPL-2.0-only
#include "classify/rtp-tracker.h"

#include <algorithm>
#include <optional>

namespace imsfw::classify
{

namespace
{

constexpr uint8_t VERSION_MASK = 0xC0;
constexpr uint8_t VERSION_2 = 0x80;
constexpr uint8_t PADDING = 0x20;
constexpr std::size_t RTP_HEADER = 12;
constexpr std::size_t RTCP_HEADER = 4;
constexpr std::size_t SHORTEST_RTCP = 8;
constexpr uint8_t FIRST_RTCP = 200; // SR
constexpr uint8_t LAST_RTCP = 207;  // XR
constexpr unsigned MAX_COUNT = 1000;

struct RtpHeader
{
    uint16_t sequence;
    uint32_t ssrc;
};

std::optional<RtpHeader>
ReadRtpHeader(ByteView prefix, std::size_t total)
{
    ByteReader reader(prefix);
    const auto first = reader.U8();
    const auto second = reader.U8();
    const auto sequence = reader.U16();
    const auto timestamp = reader.U32();
    const auto ssrc = reader.U32();
    if (!first || !second || !sequence || !timestamp || !ssrc)
    {
        return std::nullopt;
    }
    const uint8_t payloadType = *second & 0x7F;
    // RFC 5761 4: payload types 64-95 cannot be told from RTCP packet types and are not used.
    const bool isPayloadType = payloadType < 64 || payloadType > 95;
    const std::size_t sources = *first & 0x0F;
    const bool fits = RTP_HEADER + 4 * sources <= total;
    if ((*first & VERSION_MASK) != VERSION_2 || !isPayloadType || !fits)
    {
        return std::nullopt;
    }
    return RtpHeader{*sequence, *ssrc};
}

} // namespace

bool
RtpTracker::Push(ByteView prefix, std::size_t total)
{
    const auto header = ReadRtpHeader(prefix, total);
    if (!header)
    {
        return false;
    }
    Source& source = FindSlot(header->ssrc);
    const auto step = static_cast<uint16_t>(header->sequence - source.sequence);
    if (source.inOrder == 0 || step > MAX_DROPOUT)
    {
        source.inOrder = 1;
    }
    else if (step > 0) // a copy of the packet before proves nothing
    {
        source.inOrder = std::min(source.inOrder + 1, MAX_COUNT);
    }
    source.ssrc = header->ssrc;
    source.sequence = header->sequence;
    source.lastUse = ++m_uses;
    return source.inOrder >= NEEDED;
}

RtpTracker::Source&
RtpTracker::FindSlot(uint32_t ssrc)
{
    Source* oldest = m_sources.data();
    for (Source& source : m_sources)
    {
        if (source.inOrder > 0 && source.ssrc == ssrc)
        {
            return source;
        }
        if (source.lastUse < oldest->lastUse)
        {
            oldest = &source;
        }
    }
    *oldest = {};
    return *oldest;
}

bool
IsRtcp(ByteView prefix, std::size_t total)
{
    if (total < SHORTEST_RTCP)
    {
        return false;
    }
    std::size_t offset = 0;
    while (offset < total)
    {
        ByteReader reader(prefix.Sub(offset));
        const auto first = reader.U8();
        const auto type = reader.U8();
        const auto words = reader.U16();
        if (!first || !type || !words)
        {
            return offset > 0 && prefix.Size() < total; // what is not at hand has to be believed
        }
        // RFC 3550 A.2: version 2; "The padding bit (P) should be zero for the first packet"; the lengths add up.
        const bool isFirst = offset == 0;
        const std::size_t length = RTCP_HEADER + 4U * *words;
        const bool fits = (*first & VERSION_MASK) == VERSION_2 && *type >= FIRST_RTCP &&
                          *type <= LAST_RTCP && length <= total - offset &&
                          !(isFirst && (*first & PADDING) != 0 && length != total);
        if (!fits)
        {
            return false;
        }
        offset += length;
    }
    return true;
}

} // namespace imsfw::classify
