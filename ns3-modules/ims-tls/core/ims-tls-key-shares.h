// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Which groups a handshake message makes key shares for. It reads messages that OpenSSL makes or has accepted; what cannot
/// be read counts as no share.
#pragma once

#include "base/bytes.h"

#include <cstdint>
#include <string>
#include <vector>

namespace imsfw::tls
{

/// @param body of a ClientHello, without the message's header. @return the groups of its key_share extension (RFC 8446
/// 4.2.8); none in TLS 1.2.
std::vector<uint16_t> ClientShares(ByteView body);

/// @param body of a ServerHello. @return the group of its share; none where it has none: TLS 1.2, a HelloRetryRequest, a
/// resumption by the pre-shared key alone.
std::vector<uint16_t> ServerShare(ByteView body);

/// @param body of a ServerHello. @return whether TLS 1.3 is chosen (RFC 8446 4.2.1), by a HelloRetryRequest too
bool ChoosesTls13(ByteView body);

/// @param body of a ServerKeyExchange with a named curve (RFC 8422 5.4). @return its name; "unknown" for another one
std::string CurveOf(ByteView body);

/// @param body of a ServerKeyExchange with a prime (RFC 5246 7.4.3). @return "ffdhe2048": the group of RFC 7919 of its size
std::string FiniteFieldOf(ByteView body);

} // namespace imsfw::tls
