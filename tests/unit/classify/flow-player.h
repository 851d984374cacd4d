// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Shows recognisers whole flows: captures, and conversations as the packets of a TCP or UDP flow.
#pragma once

#include "classify/recogniser.h"
#include "golden-packets.h"
#include "talk.h"

#include <array>
#include <memory>
#include <string>
#include <vector>

namespace imsfw::classify
{

/// @return how many packets of a flow went by before @p recogniser wanted no more, and what it said at the end.
struct Watched
{
    RecogniserVerdict verdict;
    unsigned packets{0};
};

/// A packet with its bytes.
struct OwnedPacket
{
    FlowPacket packet;
    Bytes payload;
};

/// Hand packets over until the recogniser wants no more of them.
inline Watched
Watch(RecogniserFactory& factory, const FiveTuple& flow, const std::vector<OwnedPacket>& packets)
{
    const auto recogniser = factory.Make(flow);
    Watched watched;
    for (const auto& [packet, payload] : packets)
    {
        if (recogniser->IsSettled())
        {
            break;
        }
        FlowPacket whole = packet;
        whole.payload = payload;
        recogniser->Handle(whole);
        ++watched.packets;
    }
    recogniser->Finish();
    watched.verdict = recogniser->GetVerdict();
    return watched;
}

inline std::vector<OwnedPacket>
ToFlowPackets(const std::vector<CapturedPacket>& captured)
{
    std::vector<OwnedPacket> packets;
    for (const auto& one : captured)
    {
        FlowPacket packet;
        packet.at = one.at;
        const bool up = one.tuple == captured.front().tuple;
        packet.direction = up ? Direction::TO_SERVER : Direction::TO_CLIENT;
        packet.sequence = one.sequence;
        packet.acknowledgement = one.acknowledgement;
        packet.tcpFlags = one.tcpFlags;
        packets.push_back({packet, one.payload});
    }
    return packets;
}

inline Watched
WatchCapture(RecogniserFactory& factory, const std::string& name)
{
    const auto captured = ReadCapture(IMSFW_SOURCE_DIR "/tests/golden/captures/" + name + ".pcap");
    return Watch(factory, captured.front().tuple, ToFlowPackets(captured));
}

inline FiveTuple
FlowTo(IpProtocol protocol, uint16_t port)
{
    return {protocol, {IpAddress::V4(0x0A010002), 40000}, {IpAddress::V4(0x0A020002), port}};
}

/// @return a conversation as the packets of a TCP connection, from its SYN on.
inline std::vector<OwnedPacket>
AsTcp(const Talk& talk)
{
    constexpr std::size_t SEGMENT = 1448;
    std::vector<OwnedPacket> packets;
    std::array<uint32_t, 2> next{1000, 5000};
    const auto send = [&](Direction direction, uint8_t flags, const Bytes& payload)
    {
        uint32_t& sequence = next[static_cast<std::size_t>(direction)];
        FlowPacket packet;
        packet.at = TimePoint(std::chrono::milliseconds(packets.size()));
        packet.direction = direction;
        packet.sequence = sequence;
        packet.acknowledgement = next[static_cast<std::size_t>(Reverse(direction))];
        packet.tcpFlags = flags;
        sequence += static_cast<uint32_t>(payload.size()) + ((flags & FLOW_TCP_SYN) != 0 ? 1 : 0);
        packets.push_back({packet, payload});
    };
    send(Direction::TO_SERVER, FLOW_TCP_SYN, {});
    send(Direction::TO_CLIENT, FLOW_TCP_SYN | FLOW_TCP_ACK, {});
    send(Direction::TO_SERVER, FLOW_TCP_ACK, {});
    for (const auto& said : talk)
    {
        for (std::size_t i = 0; i < said.bytes.size(); i += SEGMENT)
        {
            send(said.direction, FLOW_TCP_ACK, ByteView(said.bytes).Sub(i, SEGMENT).ToBytes());
        }
    }
    return packets;
}

/// @return each thing said as a datagram.
inline std::vector<OwnedPacket>
AsUdp(const Talk& talk)
{
    std::vector<OwnedPacket> packets;
    for (const auto& said : talk)
    {
        FlowPacket packet;
        packet.at = TimePoint(std::chrono::milliseconds(packets.size()));
        packet.direction = said.direction;
        packets.push_back({packet, said.bytes});
    }
    return packets;
}

/// A STUN message with one attribute, whose value is @p value (RFC 8489 5 and 14).
inline Bytes
StunMessage(uint16_t type, uint16_t attribute, const Bytes& value)
{
    ByteWriter writer;
    const std::size_t padded = (value.size() + 3) / 4 * 4;
    writer.U16(type);
    writer.U16(static_cast<uint16_t>(4 + padded));
    writer.U32(0x2112A442);
    writer.Put(Bytes(12, 0x07));
    writer.U16(attribute);
    writer.U16(static_cast<uint16_t>(value.size()));
    writer.Put(value);
    writer.Zeros(padded - value.size());
    return writer.Finish();
}

/// An allocation that is refused (401), then granted, and @p frames channel data messages of 172 bytes to and fro.
inline Talk
TurnTalk(unsigned frames)
{
    constexpr uint16_t ALLOCATE = 0x0003;
    constexpr uint16_t SUCCESS = 0x0103;
    constexpr uint16_t ERROR = 0x0113;
    Talk talk{Client(StunMessage(ALLOCATE, 0x0019, Hex("11000000"))),
              Server(StunMessage(ERROR, 0x0014, Text("realm.test"))),
              Client(StunMessage(ALLOCATE, 0x0006, Text("alice"))),
              Server(StunMessage(SUCCESS, 0x000D, Hex("00000258")))};
    for (unsigned i = 0; i < frames; ++i)
    {
        ByteWriter rtp;
        rtp.U32(0x400000AC); // channel 0x4000, 172 bytes
        rtp.U16(0x8000);
        rtp.U16(static_cast<uint16_t>(i));
        rtp.U32(160 * i);
        rtp.U32(0x12345678);
        rtp.Put(Bytes(160, static_cast<uint8_t>(0xD5 ^ i)));
        talk.push_back({i % 2 == 0 ? Direction::TO_SERVER : Direction::TO_CLIENT, rtp.Finish()});
    }
    return talk;
}

} // namespace imsfw::classify
