// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// A TCP connection through an engine under test: both ends, with sequence numbers as they would count them.
#pragma once

#include "rig.h"

#include <array>

namespace imsfw::engine
{

class Connection
{
  public:
    /// @param flow as the client sees it
    Connection(Rig& rig,
               const Ip4Tuple& flow,
               Zone client = Zone::INSIDE,
               Zone server = Zone::OUTSIDE)
        : m_rig(rig), m_zones{client, server}, m_tuples{flow, flow.Reversed()}
    {
    }

    /// Shake hands.
    /// @return whether all three segments passed
    bool
    Open()
    {
        return Syn() && SendServer({}, TCP_SYN | TCP_ACK) && SendClient({});
    }

    /// @return whether the SYN reached the server.
    bool
    Syn()
    {
        const auto seen =
            m_rig.Leaves(m_zones[0], TcpPacket(m_tuples[0], {TCP_SYN, m_next[0], 0, {}}));
        m_next[0] += 1;
        m_tuples[1] = seen ? seen->Reversed() : m_tuples[1];
        return seen.has_value();
    }

    /// @return whether the segment reached the other end.
    bool
    SendClient(const Bytes& payload, uint8_t flags = TCP_ACK)
    {
        return Send(0, payload, flags);
    }

    bool
    SendServer(const Bytes& payload, uint8_t flags = TCP_ACK)
    {
        return Send(1, payload, flags);
    }

    /// @return the segment that this end would send now.
    Bytes
    NextPacket(std::size_t side, const Bytes& payload, uint8_t flags = TCP_ACK) const
    {
        return TcpPacket(m_tuples[side], {flags, m_next[side], m_next[1 - side], payload});
    }

    /// @return the flow as the server sees it.
    Ip4Tuple
    AtServer() const
    {
        return m_tuples[1].Reversed();
    }

    uint32_t
    Next(std::size_t side) const
    {
        return m_next[side];
    }

  private:
    bool
    Send(std::size_t side, const Bytes& payload, uint8_t flags)
    {
        const bool passes = m_rig.Passes(m_zones[side], NextPacket(side, payload, flags));
        m_next[side] += static_cast<uint32_t>(payload.size()) + ((flags & TCP_SYN) != 0) +
                        ((flags & TCP_FIN) != 0);
        return passes;
    }

    Rig& m_rig;
    std::array<Zone, 2> m_zones;
    std::array<Ip4Tuple, 2> m_tuples;                 ///< with which each end sends
    std::array<uint32_t, 2> m_next{1000, 0xfffffff0}; ///< the server's wraps around soon
};

} // namespace imsfw::engine
