// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// MESSAGE-INTEGRITY, MESSAGE-INTEGRITY-SHA256, FINGERPRINT and the keys that go with them.
///
/// RFC 8489 9, 14.5-14.7. Left out: SASLprep of user names and passwords (they are taken as they stand), USERHASH.
#pragma once

#include "base/bytes.h"

#include <string_view>

namespace imsfw
{
namespace stun
{

class Message;

/// RFC 8489 9.2.2: MD5(username ":" realm ":" password).
Bytes LongTermKey(std::string_view username, std::string_view realm, std::string_view password);
/// RFC 8489 9.1.1: the password itself.
Bytes ShortTermKey(std::string_view password);

/// @return whether @p message carries a MESSAGE-INTEGRITY-SHA256 (or, where there is none, a MESSAGE-INTEGRITY) made with @p key.
bool HasValidIntegrity(const Message& message, ByteView key);

/// @param before the bytes of the message up to the attribute, with the length field as it is at that moment.
/// @return the HMAC-SHA1 over them with the length field set to end after the attribute.
Bytes ComputeIntegrity(ByteView before, ByteView key);
/// As ComputeIntegrity, with HMAC-SHA256, untruncated.
Bytes ComputeIntegritySha256(ByteView before, ByteView key, std::size_t valueSize = 32);
/// @param before the bytes of the message up to FINGERPRINT, with the length field already counting it.
uint32_t ComputeFingerprint(ByteView before);

} // namespace stun
} // namespace imsfw
