// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Prefix probes for two protocols of datagrams: DNS (RFC 1035 4.1) and the DTLS handshake (RFC 6347 4.1, 4.2.2).
#pragma once

#include "base/bytes.h"
#include "classify/findings.h"

namespace imsfw::classify
{

/// @param prefix of a DNS message, beginning at its header
/// @return YES for a query or response with one well-formed question of class IN, CH or ANY.
Answer ProbeDns(ByteView prefix);

/// @return whether a datagram begins with a handshake record of DTLS 1.0 or 1.2 in the clear.
bool IsDtlsHandshake(ByteView prefix, std::size_t total);

} // namespace imsfw::classify
