// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Do a stream's first bytes begin a TLS handshake? RFC 5246 6.2.1 and 7.4.1.2, RFC 8446 5.1 and 4.1.2.
///
///   22 | 3 x | length | 1 | length24 | 3 x | random(32) | session-id length ...
///
/// The probe reads 44 bytes at most, and only within the first record; it answers NO as soon as a byte cannot be TLS.
/// Left out: SSL 2 hellos, and whether the rest of the ClientHello is sound (the tracker sees to that).
#pragma once

#include "base/bytes.h"
#include "classify/findings.h"

namespace imsfw::classify
{

/// The probe has its answer when it has seen this many bytes.
constexpr std::size_t TLS_PROBE_BYTES = 44;

/// @param prefix all bytes of the stream so far, or its first TLS_PROBE_BYTES.
Answer ProbeTls(ByteView prefix);

} // namespace imsfw::classify
