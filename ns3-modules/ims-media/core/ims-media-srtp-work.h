// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// What SRTP computes for a packet, for a CPU to charge.
///
/// `protect/PROFILE` and `unprotect/PROFILE`, once for each packet and for each of its bytes before protection, header
/// included: the tag authenticates all of them (RFC 3711 4.2). SRTCP is charged as SRTP is. Left out: the derivation of
/// session keys (RFC 3711 4.3), once for a stream.
#pragma once

#include "base/work.h"
#include "ims-media-srtp-session.h"

#include <string>

namespace imsfw::rtp
{

/// @return "protect/AEAD_AES_128_GCM" or "unprotect/AEAD_AES_128_GCM".
std::string SrtpOperation(SrtpProfile profile, bool isSent);

/// @param securedSize bytes of the packet as it is on the wire
Work SrtpWork(SrtpProfile profile, bool isSent, std::size_t securedSize, bool isRtcp);

} // namespace imsfw::rtp
