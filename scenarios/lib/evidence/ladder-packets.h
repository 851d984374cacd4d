// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Names the packets of one capture.
#pragma once

#include "engine/packet/ip-packet.h"
#include "stream-meter.h"
#include "tls-names.h"

#include <optional>
#include <string>
#include <unordered_map>

namespace imsfw::scenario
{

/// What the bytes of segments are called, wherever they go by: what a TLS record holds is known at its ends alone.
class KnownBytes
{
  public:
    void Learn(ByteView payload, const std::string& name);
    /// @return nothing for bytes that nobody has named.
    std::optional<std::string> Find(ByteView payload) const;

  private:
    std::unordered_map<std::string, std::string> m_names;
};

class PacketNamer
{
  public:
    /// @param packet whole, with its IPv4 header
    /// @return nothing for what is no message: a bare ACK
    std::optional<std::string> Name(TimePoint at,
                                    const engine::IpPacket& ip,
                                    ByteView packet,
                                    const KnownBytes& known);

    /// @return the place in its stream where the last TCP segment that was named begins; of a datagram of DTLS, the number of
    /// its record with data.
    uint64_t
    GetPlace() const
    {
        return m_place;
    }

  private:
    struct Direction
    {
        StreamMeter meter;
        TlsNames tls;
        std::size_t told{0}; ///< messages of the meter
    };

    std::optional<std::string> NameSegment(TimePoint at,
                                           const engine::IpPacket& ip,
                                           ByteView payload,
                                           const KnownBytes& known);
    static std::string NameNew(Direction& stream, ByteView payload);

    std::unordered_map<engine::Ip4Tuple, Direction> m_streams;
    uint64_t m_place{0};
};

} // namespace imsfw::scenario
