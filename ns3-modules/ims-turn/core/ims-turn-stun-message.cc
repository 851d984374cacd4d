// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Header and list of attributes. See ims-turn-stun-message.h; the values are in ims-turn-stun-values.cc.
#include "ims-turn-stun-message.h"

#include "base/text.h"
#include "ims-turn-stun-integrity.h"

#include <algorithm>

namespace imsfw
{
namespace stun
{

namespace
{

/// RFC 8489 5, figure 3: the two class bits stand between the bits of the method.
Method
MethodOf(uint16_t type)
{
    return static_cast<Method>((type & 0x000F) | (type & 0x00E0) >> 1 | (type & 0x3E00) >> 2);
}

MessageClass
ClassOf(uint16_t type)
{
    return static_cast<MessageClass>((type >> 4 & 1) | (type >> 7 & 2));
}

} // namespace

TransactionId::TransactionId(const std::array<uint8_t, SIZE>& bytes) : m_bytes(bytes)
{
}

TransactionId
TransactionId::Draw(RandomSource& random)
{
    TransactionId id;
    random.Fill(id.m_bytes.data(), SIZE);
    return id;
}

ByteView
TransactionId::AsBytes() const
{
    return {m_bytes.data(), SIZE};
}

std::string
TransactionId::ToString() const
{
    return ToHex(AsBytes());
}

bool
operator==(const TransactionId& a, const TransactionId& b)
{
    return a.m_bytes == b.m_bytes;
}

bool
operator!=(const TransactionId& a, const TransactionId& b)
{
    return !(a == b);
}

bool
operator<(const TransactionId& a, const TransactionId& b)
{
    return a.m_bytes < b.m_bytes;
}

std::string_view
ToString(MessageError error)
{
    switch (error)
    {
    case MessageError::TOO_SHORT:
        return "too-short";
    case MessageError::NOT_STUN:
        return "not-stun";
    case MessageError::BAD_COOKIE:
        return "bad-cookie";
    case MessageError::BAD_LENGTH:
        return "bad-length";
    case MessageError::BAD_ATTRIBUTE:
        return "bad-attribute";
    case MessageError::BAD_FINGERPRINT:
        return "bad-fingerprint";
    }
    return "unknown";
}

Result<Message, MessageError>
Message::Parse(ByteView bytes)
{
    Message message;
    message.m_whole = bytes;
    if (const auto error = message.ReadHeader())
    {
        return Failure{*error};
    }
    if (const auto error = message.ReadAttributes())
    {
        return Failure{*error};
    }
    return message;
}

std::optional<MessageError>
Message::ReadHeader()
{
    ByteReader reader(m_whole);
    const auto type = reader.U16();
    if (!m_whole.IsEmpty() && m_whole[0] >= 0x40)
    {
        return MessageError::NOT_STUN;
    }
    const auto length = reader.U16();
    const auto cookie = reader.U32();
    const auto id = reader.Take(TransactionId::SIZE);
    if (!id)
    {
        return MessageError::TOO_SHORT;
    }
    if (*cookie != MAGIC_COOKIE)
    {
        return MessageError::BAD_COOKIE;
    }
    if (*length % 4 != 0 || *length != reader.Remaining())
    {
        return MessageError::BAD_LENGTH;
    }
    m_method = MethodOf(*type);
    m_class = ClassOf(*type);
    std::array<uint8_t, TransactionId::SIZE> raw{};
    std::copy(id->begin(), id->end(), raw.begin());
    m_id = TransactionId(raw);
    return std::nullopt;
}

std::optional<MessageError>
Message::ReadAttributes()
{
    ByteReader reader(m_whole.Sub(HEADER_SIZE));
    m_attributes.reserve(8);
    while (!reader.IsAtEnd())
    {
        const std::size_t offset = m_whole.Size() - reader.Remaining();
        const auto type = reader.U16();
        const auto value = reader.TakePrefixed16();
        if (!type || !value)
        {
            return MessageError::BAD_ATTRIBUTE;
        }
        // All before and the whole are multiples of four, so the padding is there.
        reader.Take((4 - value->Size() % 4) % 4);
        if (const auto error = AddAttribute({*type, *value, offset}, reader.IsAtEnd()))
        {
            return error;
        }
    }
    return std::nullopt;
}

std::optional<MessageError>
Message::AddAttribute(const Attribute& added, bool isLast)
{
    const std::size_t size = added.value.Size();
    switch (added.type)
    {
    case attribute::FINGERPRINT:
        // RFC 8489 14.7: "the FINGERPRINT attribute MUST be the last attribute in the message"
        if (!isLast ||
            ByteReader(added.value).U32() != ComputeFingerprint(m_whole.Sub(0, added.offset)))
        {
            return MessageError::BAD_FINGERPRINT;
        }
        break;
    case attribute::MESSAGE_INTEGRITY:
        if (size != 20)
        {
            return MessageError::BAD_ATTRIBUTE;
        }
        break;
    case attribute::MESSAGE_INTEGRITY_SHA256:
        // RFC 8489 14.6: "at most 32 bytes, but it MUST be at least 16 bytes and MUST be a multiple of 4 bytes"
        if (size < 16 || size > 32 || size % 4 != 0)
        {
            return MessageError::BAD_ATTRIBUTE;
        }
        break;
    }
    if (!IsAfterIntegrity(added.type))
    {
        Keep(added);
    }
    return std::nullopt;
}

void
Message::Keep(const Attribute& added)
{
    m_attributes.push_back(added);
    if (added.type == attribute::MESSAGE_INTEGRITY)
    {
        m_integrityOffset = added.offset;
    }
    if (added.type == attribute::MESSAGE_INTEGRITY_SHA256)
    {
        m_integritySha256Offset = added.offset;
    }
}

bool
Message::IsAfterIntegrity(uint16_t type) const
{
    // RFC 8489 14.5, 14.6: behind MESSAGE-INTEGRITY only MESSAGE-INTEGRITY-SHA256 and FINGERPRINT count, behind
    // MESSAGE-INTEGRITY-SHA256 only FINGERPRINT; "agents MUST ignore all other attributes".
    if (type == attribute::FINGERPRINT)
    {
        return false;
    }
    return m_integritySha256Offset ||
           (m_integrityOffset && type != attribute::MESSAGE_INTEGRITY_SHA256);
}

} // namespace stun
} // namespace imsfw
