// SPDX-License-Identifier: GPL-2.0-only
#include "engine/tcp-state.h"

#include "engine/ip-packet.h"

namespace imsfw::engine
{

void
TcpState::Handle(classify::Direction direction, uint8_t flags)
{
    // RFC 6146 3.5.2.2, TRANS: a packet other than an RST shows that the RST was not accepted.
    m_wasReset = (flags & TCP_RST) != 0;
    Side& side = m_sides[Index(direction)];
    side.sentSyn = side.sentSyn || (flags & TCP_SYN) != 0;
    side.sentAck = side.sentAck || (flags & TCP_ACK) != 0;
    side.sentFin = side.sentFin || (flags & TCP_FIN) != 0;
}

bool
TcpState::IsEstablished() const
{
    // RFC 5382 REQ-2: the handshake may also be a simultaneous open, so no order of the SYNs is asked for.
    return m_sides[0].sentSyn && m_sides[1].sentSyn && m_sides[0].sentAck && m_sides[1].sentAck &&
           !IsOver();
}

bool
TcpState::IsOver() const
{
    return m_wasReset || (m_sides[0].sentFin && m_sides[1].sentFin);
}

} // namespace imsfw::engine
