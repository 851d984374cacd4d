// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The values of a message's attributes (RFC 8489 14, RFC 8656 18). See ims-turn-stun-message.h.
#include "ims-turn-stun-message.h"

#include <algorithm>
#include <set>

namespace imsfw
{
namespace stun
{

namespace
{

constexpr uint8_t FAMILY_V4 = 0x01;
constexpr uint8_t FAMILY_V6 = 0x02;

/// RFC 8489 14.1; the first byte "MUST be ignored by receivers".
std::optional<Endpoint>
ReadAddress(ByteView value)
{
    ByteReader reader(value);
    reader.U8();
    const auto family = reader.U8();
    const auto port = reader.U16();
    const std::size_t size = family == FAMILY_V4 ? 4 : 16;
    if (!port || (family != FAMILY_V4 && family != FAMILY_V6) || reader.Remaining() != size)
    {
        return std::nullopt;
    }
    return Endpoint{*IpAddress::FromBytes(reader.Rest()), *port};
}

/// RFC 8489 14.2: the port and the address are XORed with the cookie and the transaction id, as they stand in the header.
std::optional<Endpoint>
ReadXorAddress(ByteView value, ByteView message)
{
    constexpr std::size_t LONGEST = 20;
    const ByteView mask = message.Sub(4, 16);
    std::array<uint8_t, LONGEST> plain{};
    if (value.Size() > LONGEST)
    {
        return std::nullopt;
    }
    std::copy(value.begin(), value.end(), plain.begin());
    plain[2] ^= mask[0];
    plain[3] ^= mask[1];
    for (std::size_t i = 4; i < LONGEST; ++i)
    {
        plain[i] ^= mask[i - 4];
    }
    return ReadAddress({plain.data(), value.Size()});
}

/// Comprehension-required types that something here reads. DONT-FRAGMENT is not among them: nothing here can set the DF
/// bit, and RFC 8656 7.2 then wants it "treated as an unknown comprehension-required attribute".
bool
IsKnown(uint16_t type)
{
    using namespace attribute;
    static constexpr uint16_t KNOWN[] = {
        MAPPED_ADDRESS,
        USERNAME,
        MESSAGE_INTEGRITY,
        ERROR_CODE,
        UNKNOWN_ATTRIBUTES,
        CHANNEL_NUMBER,
        LIFETIME,
        XOR_PEER_ADDRESS,
        DATA,
        REALM,
        NONCE,
        XOR_RELAYED_ADDRESS,
        REQUESTED_ADDRESS_FAMILY,
        EVEN_PORT,
        REQUESTED_TRANSPORT,
        MESSAGE_INTEGRITY_SHA256,
        XOR_MAPPED_ADDRESS,
        RESERVATION_TOKEN,
        PRIORITY,
        USE_CANDIDATE,
        CONNECTION_ID,
    };
    return std::find(std::begin(KNOWN), std::end(KNOWN), type) != std::end(KNOWN);
}

} // namespace

const Message::Attribute*
Message::FindAttribute(uint16_t type) const
{
    const auto found =
        std::find_if(m_attributes.begin(),
                     m_attributes.end(),
                     [type](const Attribute& candidate) { return candidate.type == type; });
    return found == m_attributes.end() ? nullptr : &*found;
}

std::optional<ByteView>
Message::Find(uint16_t type) const
{
    const Attribute* found = FindAttribute(type);
    return found ? std::optional(found->value) : std::nullopt;
}

bool
Message::Has(uint16_t type) const
{
    return FindAttribute(type) != nullptr;
}

std::size_t
Message::Count(uint16_t type) const
{
    const auto count =
        std::count_if(m_attributes.begin(),
                      m_attributes.end(),
                      [type](const Attribute& candidate) { return candidate.type == type; });
    return static_cast<std::size_t>(count);
}

std::optional<uint32_t>
Message::GetU32(uint16_t type) const
{
    const auto value = Find(type);
    return value && value->Size() == 4 ? ByteReader(*value).U32() : std::nullopt;
}

std::optional<uint64_t>
Message::GetU64(uint16_t type) const
{
    const auto value = Find(type);
    return value && value->Size() == 8 ? ByteReader(*value).U64() : std::nullopt;
}

std::optional<std::string_view>
Message::GetText(uint16_t type) const
{
    const auto value = Find(type);
    return value ? std::optional(value->AsText()) : std::nullopt;
}

std::optional<Endpoint>
Message::GetXorAddress(uint16_t type) const
{
    const auto value = Find(type);
    return value ? ReadXorAddress(*value, m_whole) : std::nullopt;
}

std::optional<Endpoint>
Message::GetAddress(uint16_t type) const
{
    const auto value = Find(type);
    return value ? ReadAddress(*value) : std::nullopt;
}

std::vector<Endpoint>
Message::GetXorAddresses(uint16_t type) const
{
    std::vector<Endpoint> addresses;
    for (const Attribute& candidate : m_attributes)
    {
        const auto address =
            candidate.type == type ? ReadXorAddress(candidate.value, m_whole) : std::nullopt;
        if (address)
        {
            addresses.push_back(*address);
        }
    }
    return addresses;
}

std::optional<ErrorCode>
Message::GetErrorCode() const
{
    const auto value = Find(attribute::ERROR_CODE);
    ByteReader reader(value.value_or(ByteView()));
    reader.U16();
    const auto hundreds = reader.U8();
    const auto number = reader.U8();
    // RFC 8489 14.8: the class "MUST be between 3 and 6", the number "between 0 and 99"; the bits before are reserved.
    if (!number || (*hundreds & 7) < 3 || (*hundreds & 7) > 6 || *number > 99)
    {
        return std::nullopt;
    }
    return ErrorCode{static_cast<uint16_t>((*hundreds & 7) * 100 + *number),
                     reader.Rest().AsText()};
}

std::optional<uint16_t>
Message::GetChannelNumber() const
{
    // RFC 8656 18.1: 16 bits and 16 reserved ones
    const auto value = GetU32(attribute::CHANNEL_NUMBER);
    return value ? std::optional(static_cast<uint16_t>(*value >> 16)) : std::nullopt;
}

std::vector<uint16_t>
Message::FindUnknownRequired() const
{
    std::vector<uint16_t> unknown;
    std::set<uint16_t>
        seen; // a message has room for 16383 types: looking through the vector would be quadratic
    for (const Attribute& candidate : m_attributes)
    {
        if (candidate.type < 0x8000 && !IsKnown(candidate.type) &&
            seen.insert(candidate.type).second)
        {
            unknown.push_back(candidate.type);
        }
    }
    return unknown;
}

} // namespace stun
} // namespace imsfw
