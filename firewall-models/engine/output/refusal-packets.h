// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The packets by which a firewall says no: TCP RST (RFC 9293 3.10.7.1) and ICMP 3/13 (RFC 1812 5.2.7.1).
#pragma once

#include "engine/packet/ip-packet.h"

namespace imsfw::engine
{

/// @param flags TCP_RST, with TCP_ACK where @p acknowledgement counts
Bytes MakeReset(const Ip4Tuple& tuple, uint32_t sequence, uint32_t acknowledgement, uint8_t flags);

/// @return the RST that answers @p offender, to its sender.
Bytes MakeResetFor(const IpPacket& offender, std::size_t packetSize);

/// @return the answer "403 Forbidden" to a TCP segment with an HTTP request, which ends the connection.
Bytes MakeForbiddenPage(const IpPacket& request, std::size_t packetSize);

/// @return what acknowledges a TCP segment, to its sender.
Bytes MakeAcknowledgement(const IpPacket& segment, std::size_t packetSize);

/// @return ICMP "destination unreachable" of this code (13: communication administratively prohibited), quoting @p
///         offender.
Bytes MakeUnreachable(uint32_t from, uint32_t to, uint8_t code, ByteView offender);

} // namespace imsfw::engine
