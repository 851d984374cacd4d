// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// See ims-turn-stun-builder.h.
#include "ims-turn-stun-builder.h"

#include "ims-turn-stun-integrity.h"

namespace imsfw
{
namespace stun
{

namespace
{

constexpr std::size_t LENGTH_OFFSET = 2;

uint16_t
TypeOf(Method method, MessageClass messageClass)
{
    const auto m = static_cast<uint16_t>(method);
    const auto c = static_cast<uint16_t>(messageClass);
    return static_cast<uint16_t>((m & 0x00F) | (m & 0x070) << 1 | (m & 0xF80) << 2 | (c & 1) << 4 |
                                 (c & 2) << 7);
}

} // namespace

Builder::Builder(Method method, MessageClass messageClass, const TransactionId& id) : m_id(id)
{
    m_writer.U16(TypeOf(method, messageClass));
    m_writer.U16(0); // the length, known at the end
    m_writer.U32(MAGIC_COOKIE);
    m_writer.Put(id.AsBytes());
}

Builder&
Builder::Add(uint16_t type, ByteView value)
{
    m_writer.U16(type);
    m_writer.U16(static_cast<uint16_t>(value.Size()));
    m_writer.Put(value);
    m_writer.Zeros((4 - value.Size() % 4) % 4);
    return *this;
}

Builder&
Builder::AddText(uint16_t type, std::string_view text)
{
    return Add(type, ByteView(text));
}

Builder&
Builder::AddU32(uint16_t type, uint32_t value)
{
    m_writer.U16(type);
    m_writer.U16(4);
    m_writer.U32(value);
    return *this;
}

Builder&
Builder::AddU64(uint16_t type, uint64_t value)
{
    m_writer.U16(type);
    m_writer.U16(8);
    m_writer.U64(value);
    return *this;
}

Builder&
Builder::AddXorAddress(uint16_t type, const Endpoint& endpoint)
{
    // RFC 8489 14.2
    const ByteView address = endpoint.address.AsBytes();
    m_writer.U16(type);
    m_writer.U16(static_cast<uint16_t>(4 + address.Size()));
    m_writer.U16(endpoint.address.IsV4() ? 0x01 : 0x02);
    m_writer.U16(static_cast<uint16_t>(endpoint.port ^ MAGIC_COOKIE >> 16));
    for (std::size_t i = 0; i < address.Size(); ++i)
    {
        const uint8_t mask =
            i < 4 ? static_cast<uint8_t>(MAGIC_COOKIE >> (24 - 8 * i)) : m_id.AsBytes()[i - 4];
        m_writer.U8(address[i] ^ mask);
    }
    return *this;
}

Builder&
Builder::AddAddress(uint16_t type, const Endpoint& endpoint)
{
    // RFC 8489 14.1
    const ByteView address = endpoint.address.AsBytes();
    m_writer.U16(type);
    m_writer.U16(static_cast<uint16_t>(4 + address.Size()));
    m_writer.U16(endpoint.address.IsV4() ? 0x01 : 0x02);
    m_writer.U16(endpoint.port);
    m_writer.Put(address);
    return *this;
}

Builder&
Builder::AddError(uint16_t code)
{
    // RFC 8489 14.8
    const std::string_view phrase = ReasonPhrase(code);
    ByteWriter value;
    value.U16(0);
    value.U8(static_cast<uint8_t>(code / 100));
    value.U8(static_cast<uint8_t>(code % 100));
    value.Put(ByteView(phrase));
    return Add(attribute::ERROR_CODE, value.Written());
}

Builder&
Builder::AddUnknownAttributes(const std::vector<uint16_t>& types)
{
    ByteWriter value;
    for (const uint16_t type : types)
    {
        value.U16(type);
    }
    return Add(attribute::UNKNOWN_ATTRIBUTES, value.Written());
}

Builder&
Builder::AddChannelNumber(uint16_t channel)
{
    return AddU32(attribute::CHANNEL_NUMBER, uint32_t{channel} << 16);
}

Builder&
Builder::AddRequestedTransport(uint8_t protocol)
{
    return AddU32(attribute::REQUESTED_TRANSPORT, uint32_t{protocol} << 24);
}

Builder&
Builder::AddRequestedFamily(uint8_t family)
{
    return AddU32(attribute::REQUESTED_ADDRESS_FAMILY, uint32_t{family} << 24);
}

Builder&
Builder::AddIntegrity(ByteView key)
{
    return Add(attribute::MESSAGE_INTEGRITY, ComputeIntegrity(m_writer.Written(), key));
}

Builder&
Builder::AddIntegritySha256(ByteView key)
{
    return Add(attribute::MESSAGE_INTEGRITY_SHA256,
               ComputeIntegritySha256(m_writer.Written(), key));
}

Builder&
Builder::AddFingerprint()
{
    // RFC 8489 14.7: the CRC goes over a length field that counts the FINGERPRINT already.
    PatchLength(8);
    return AddU32(attribute::FINGERPRINT, ComputeFingerprint(m_writer.Written()));
}

Bytes
Builder::Finish()
{
    PatchLength(0);
    return m_writer.Finish();
}

void
Builder::PatchLength(std::size_t more)
{
    m_writer.PatchU16(LENGTH_OFFSET, static_cast<uint16_t>(m_writer.Size() - HEADER_SIZE + more));
}

} // namespace stun
} // namespace imsfw
