// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Packets for the benchmark of the firewall: made once, given other addresses for each use.
#pragma once

#include "engine/packet/ip4-tuple.h"
#include "engine/packet/packet-fields.h"

namespace imsfw::bench
{

/// Write addresses and ports into the first 28 bytes of @p packet; checksums are not made good, as nobody verifies them.
inline void
WriteUdpHeader(Bytes& packet, const engine::Ip4Tuple& tuple)
{
    engine::Put32(packet, 12, tuple.source);
    engine::Put32(packet, 16, tuple.destination);
    engine::Put16(packet, 20, tuple.sourcePort);
    engine::Put16(packet, 22, tuple.destinationPort);
}

inline Bytes
UdpPacket(const engine::Ip4Tuple& tuple, std::size_t payload)
{
    Bytes packet(28 + payload);
    packet[0] = 0x45;
    engine::Put16(packet, 2, static_cast<uint16_t>(packet.size()));
    packet[8] = 64;
    packet[9] = static_cast<uint8_t>(IpProtocol::UDP);
    engine::Put16(packet, 24, static_cast<uint16_t>(8 + payload));
    engine::Put16(packet, 26, 0x1234);
    WriteUdpHeader(packet, tuple);
    return packet;
}

} // namespace imsfw::bench
