// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Message digests and HMACs as functions from bytes to bytes, for STUN's MESSAGE-INTEGRITY, SIP's and HTTP's digest
/// authentication. OpenSSL computes them; algorithms are looked up once in a process, not once in a call.
/// Left out: hashing in pieces; nothing here needs it.
#pragma once

#include "base/bytes.h"

namespace imsfw::tls
{

/// RFC 1321. Only for protocols that prescribe it (HTTP and SIP digest, STUN's long-term key).
Bytes Md5(ByteView data);
/// FIPS 180-4.
Bytes Sha1(ByteView data);
/// FIPS 180-4.
Bytes Sha256(ByteView data);

/// RFC 2104 over SHA-1: 20 bytes.
Bytes HmacSha1(ByteView key, ByteView data);
/// RFC 2104 over SHA-256: 32 bytes.
Bytes HmacSha256(ByteView key, ByteView data);

/// @return whether both are the same, in a time that does not tell where they differ.
bool Equal(ByteView a, ByteView b);

} // namespace imsfw::tls
