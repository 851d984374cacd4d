// SPDX-License-Identifier: GPL-2.0-only
#include "classify/stun-probe.h"

namespace imsfw::classify
{

namespace
{

constexpr uint16_t DATA_ATTRIBUTE = 0x0013;
constexpr uint16_t FIRST_CHANNEL = 0x4000;
constexpr uint16_t LAST_CHANNEL = 0x7FFE;

std::size_t
PadTo4(std::size_t length)
{
    return (length + 3) / 4 * 4;
}

} // namespace

Answer
ProbeStun(ByteView prefix)
{
    if (prefix.IsEmpty())
    {
        return Answer::UNDECIDED;
    }
    // RFC 8489 5: "The most significant 2 bits of every STUN message MUST be zeroes."
    if ((prefix[0] & 0xC0) != 0)
    {
        return Answer::NO;
    }
    // RFC 8489 5: "Since all STUN attributes are padded to a multiple of 4 bytes, the last 2 bits of this field are
    // always zero."
    if (prefix.Size() >= 4 && (prefix[3] & 3) != 0)
    {
        return Answer::NO;
    }
    for (std::size_t i = 4; i < 8; ++i)
    {
        if (i >= prefix.Size())
        {
            return Answer::UNDECIDED;
        }
        if (prefix[i] != (STUN_COOKIE >> (8 * (7 - i)) & 0xFF))
        {
            return Answer::NO;
        }
    }
    return Answer::YES;
}

bool
IsStunDatagram(ByteView prefix, std::size_t total)
{
    ByteReader reader(prefix.Sub(2));
    const auto length = reader.U16();
    return ProbeStun(prefix) == Answer::YES && length && *length + STUN_HEADER == total;
}

std::optional<StunData>
FindStunData(ByteView message)
{
    ByteReader reader(message.Sub(STUN_HEADER));
    while (true)
    {
        const auto type = reader.U16();
        const auto length = reader.U16();
        if (!type || !length)
        {
            return std::nullopt;
        }
        if (*type == DATA_ATTRIBUTE)
        {
            return StunData{reader.Rest().Sub(0, *length), *length};
        }
        if (!reader.Take(PadTo4(*length)))
        {
            return std::nullopt;
        }
    }
}

std::optional<ChannelHeader>
ReadChannelHeader(ByteView prefix)
{
    ByteReader reader(prefix);
    const auto channel = reader.U16();
    const auto length = reader.U16();
    if (!channel || !length || *channel < FIRST_CHANNEL || *channel > LAST_CHANNEL)
    {
        return std::nullopt;
    }
    return ChannelHeader{*channel, *length};
}

std::optional<ChannelHeader>
ReadChannelDatagram(ByteView prefix, std::size_t total)
{
    const auto header = ReadChannelHeader(prefix);
    if (!header || total < CHANNEL_HEADER + header->length ||
        total > CHANNEL_HEADER + PadTo4(header->length))
    {
        return std::nullopt;
    }
    return header;
}

} // namespace imsfw::classify
