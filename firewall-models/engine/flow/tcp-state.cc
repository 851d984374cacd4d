// SPDX-License-Identifier: GPL-2.0-only
#include "engine/flow/tcp-state.h"

#include "engine/packet/ip-packet.h"

namespace imsfw::engine
{

void
TcpState::Handle(classify::Direction direction, uint8_t flags)
{
    constexpr uint8_t KEPT = TCP_SYN | TCP_ACK | TCP_FIN | TCP_RST;
    // RFC 6146 3.5.2.2, TRANS: a packet other than an RST shows that the RST was not accepted.
    m_sent[0] &= static_cast<uint8_t>(~TCP_RST);
    m_sent[1] &= static_cast<uint8_t>(~TCP_RST);
    m_sent[Index(direction)] |= flags & KEPT;
}

bool
TcpState::IsEstablished() const
{
    // RFC 5382 REQ-2: the handshake may also be a simultaneous open, so no order of the SYNs is asked for.
    const uint8_t both = m_sent[0] & m_sent[1];
    return (both & (TCP_SYN | TCP_ACK)) == (TCP_SYN | TCP_ACK) && !IsOver();
}

bool
TcpState::IsOver() const
{
    const bool wasReset = ((m_sent[0] | m_sent[1]) & TCP_RST) != 0;
    return wasReset || (m_sent[0] & m_sent[1] & TCP_FIN) != 0;
}

} // namespace imsfw::engine
