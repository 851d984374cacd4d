// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Writes the IP packets that the FlowPackets of one flow stand for: RFC 791, RFC 8200, RFC 9293, RFC 768, without
/// checksums and options, which no recogniser looks at.
#pragma once

#include "base/address.h"
#include "base/bytes.h"
#include "classify/recogniser.h"

#include <array>

namespace imsfw::ndpi
{

class PacketBuilder
{
  public:
    /// The largest IPv4 packet; what does not fit is cut.
    static constexpr std::size_t LARGEST = 65535;

    /// @param flow in the direction to the server; TCP or UDP
    explicit PacketBuilder(const FiveTuple& flow);

    /// @param buffer where the packet is written, in place of what it held
    void Build(const classify::FlowPacket& packet, Bytes& buffer) const;

  private:
    /// @return the headers of a packet without payload.
    static Bytes MakeHeaders(const FiveTuple& tuple);

    bool m_isV4;
    bool m_isTcp;
    std::array<Bytes, 2> m_headers; ///< by direction
};

} // namespace imsfw::ndpi
