// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Names what a datagram of DTLS carries, as far as it can be seen from outside (RFC 6347 4.1, 4.2.2).
#pragma once

#include "base/bytes.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace imsfw::scenario
{

/// @return whether @p datagram is made of whole DTLS records.
bool IsDtls(ByteView datagram);

/// @return the handshake messages that begin in @p datagram, and its other records: "ClientHello", "ChangeCipherSpec",
/// "encrypted handshake", "alert", "application data". @pre IsDtls(datagram)
std::vector<std::string> DtlsNames(ByteView datagram);

/// @return the sequence number of the first record with application data; nothing without one. No two of a direction are
/// alike.
std::optional<uint64_t> DtlsDataNumber(ByteView datagram);

} // namespace imsfw::scenario
