// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Bytes on the wire, by the layer that they belong to.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

namespace imsfw::scenario
{

/// Every byte of an IP packet belongs to exactly one of these.
enum class Layer : uint8_t
{
    IP,            ///< headers
    TCP,           ///< headers with their options
    UDP,           ///< headers
    RETRANSMITTED, ///< what TCP carried that had crossed this point before
    HTTP,          ///< CONNECT requests and their responses
    TLS,           ///< handshake, record headers, IVs, MACs, padding, tickets, alerts
    DNS,           ///< queries and responses
    SIP,           ///< messages with their bodies, keep-alives
    TURN,          ///< STUN and TURN messages, ChannelData headers and padding
    RTP,           ///< RTP headers, RTCP packets
    MSRP,          ///< messages with their bodies
    PAYLOAD,       ///< what RTP carries, with SRTP's tag
    OTHER,         ///< ICMP, and what has no name here
};

constexpr std::size_t LAYERS = static_cast<std::size_t>(Layer::OTHER) + 1;

/// @return "ip", "tcp", "retransmitted", ...
std::string ToString(Layer layer);

/// What crossed a point in one direction.
struct Traffic
{
    uint64_t packets{0};
    std::array<uint64_t, LAYERS> bytes{}; ///< by layer

    uint64_t&
    operator[](Layer layer)
    {
        return bytes[static_cast<std::size_t>(layer)];
    }

    uint64_t
    operator[](Layer layer) const
    {
        return bytes[static_cast<std::size_t>(layer)];
    }

    /// @return the bytes of all layers together.
    uint64_t Total() const;
};

} // namespace imsfw::scenario
