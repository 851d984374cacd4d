// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Enough of a pcap reader for the golden captures: classic format, either byte order, Ethernet, IPv4, TCP and UDP.
#pragma once

#include "base/address.h"
#include "base/bytes.h"
#include "base/time.h"

#include <cstdint>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <vector>

namespace imsfw::classify
{

struct CapturedPacket
{
    TimePoint at{}; ///< since 1970
    FiveTuple tuple;
    uint32_t sequence{0};
    uint32_t acknowledgement{0};
    uint8_t tcpFlags{0};
    bool syn{false};
    Bytes payload;
};

inline std::optional<CapturedPacket>
ReadIpPacket(ByteView ip)
{
    const std::size_t header = (ip[0] & 0x0FU) * 4U;
    ByteReader fields(ip.Sub(2));
    const std::size_t total = *fields.U16();
    CapturedPacket packet;
    packet.tuple.protocol = static_cast<IpProtocol>(ip[9]);
    packet.tuple.source.address = *IpAddress::FromBytes(ip.Sub(12, 4));
    packet.tuple.destination.address = *IpAddress::FromBytes(ip.Sub(16, 4));
    const ByteView transport = ip.Sub(header, total - header);
    ByteReader reader(transport);
    packet.tuple.source.port = *reader.U16();
    packet.tuple.destination.port = *reader.U16();
    if (packet.tuple.protocol == IpProtocol::UDP)
    {
        packet.payload = transport.Sub(8).ToBytes();
        return packet;
    }
    packet.sequence = *reader.U32();
    packet.acknowledgement = *reader.U32();
    packet.tcpFlags = transport[13];
    packet.syn = (packet.tcpFlags & 2) != 0;
    packet.payload = transport.Sub((transport[12] >> 4) * 4U).ToBytes();
    return packet;
}

/// @return the IPv4 packets of a capture, in its order.
inline std::vector<CapturedPacket>
ReadCapture(const std::string& path)
{
    std::ifstream file(path, std::ios::binary);
    const Bytes all{std::istreambuf_iterator<char>(file), {}};
    std::vector<CapturedPacket> packets;
    const auto number = [&all](std::size_t offset)
    {
        return all[offset] | all[offset + 1] << 8 | all[offset + 2] << 16 |
               static_cast<uint32_t>(all[offset + 3]) << 24;
    };
    for (std::size_t offset = 24; offset + 16 <= all.size();)
    {
        const uint32_t length = number(offset + 8);
        const ByteView frame = ByteView(all).Sub(offset + 16, length);
        constexpr std::size_t ETHERNET = 14;
        if (frame[12] == 0x08 && frame[13] == 0x00)
        {
            packets.push_back(*ReadIpPacket(frame.Sub(ETHERNET)));
            packets.back().at = TimePoint(std::chrono::seconds(number(offset)) +
                                          std::chrono::microseconds(number(offset + 4)));
        }
        offset += 16 + length;
    }
    return packets;
}

} // namespace imsfw::classify
