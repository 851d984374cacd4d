// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// See ims-turn-stun-integrity.h.
#include "ims-turn-stun-integrity.h"

#include "ims-tls-hash.h"
#include "ims-turn-stun-message.h"

#include <boost/crc.hpp>
#include <string>

namespace imsfw
{
namespace stun
{

namespace
{

/// RFC 8489 14.5: the length field "MUST be adjusted to contain the value of the Message Length field up to, and
/// including, the MESSAGE-INTEGRITY attribute itself".
Bytes
WithLengthThrough(ByteView before, std::size_t attributeSize)
{
    Bytes text = before.ToBytes();
    const std::size_t length = before.Size() + attributeSize - HEADER_SIZE;
    text[2] = static_cast<uint8_t>(length >> 8);
    text[3] = static_cast<uint8_t>(length);
    return text;
}

} // namespace

Bytes
LongTermKey(std::string_view username, std::string_view realm, std::string_view password)
{
    std::string text(username);
    text.append(":").append(realm).append(":").append(password);
    return tls::Md5(ByteView(std::string_view(text)));
}

Bytes
ShortTermKey(std::string_view password)
{
    return ByteView(password).ToBytes();
}

bool
HasValidIntegrity(const Message& message, ByteView key)
{
    // RFC 8489 9.2.4: the SHA-256 one is checked where it is there, else the other.
    if (const auto offset = message.GetIntegritySha256Offset())
    {
        const ByteView value = *message.Find(attribute::MESSAGE_INTEGRITY_SHA256);
        const Bytes expected =
            ComputeIntegritySha256(message.GetWhole().Sub(0, *offset), key, value.Size());
        return tls::Equal(ByteView(expected).Sub(0, value.Size()), value);
    }
    if (const auto offset = message.GetIntegrityOffset())
    {
        const Bytes expected = ComputeIntegrity(message.GetWhole().Sub(0, *offset), key);
        return tls::Equal(expected, message.GetWhole().Sub(*offset + 4, 20));
    }
    return false;
}

Bytes
ComputeIntegrity(ByteView before, ByteView key)
{
    return tls::HmacSha1(key, WithLengthThrough(before, 24));
}

Bytes
ComputeIntegritySha256(ByteView before, ByteView key, std::size_t valueSize)
{
    return tls::HmacSha256(key, WithLengthThrough(before, 4 + valueSize));
}

uint32_t
ComputeFingerprint(ByteView before)
{
    // RFC 8489 14.7: "the CRC-32 of the STUN message up to (but excluding) the FINGERPRINT attribute itself, XORed with
    // the 32-bit value 0x5354554e"
    boost::crc_32_type crc;
    crc.process_bytes(before.Data(), before.Size());
    return static_cast<uint32_t>(crc.checksum()) ^ FINGERPRINT_XOR;
}

} // namespace stun
} // namespace imsfw
