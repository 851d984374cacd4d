// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// See ims-turn-transaction.h.
#include "ims-turn-transaction.h"

#include <utility>

namespace imsfw
{
namespace stun
{

Transaction::Transaction(const TransactionParameters& parameters,
                         TransportMode mode,
                         const TransactionId& id,
                         Bytes request,
                         TimePoint now)
    : m_parameters(parameters), m_id(id), m_request(std::move(request)), m_interval(parameters.rto)
{
    if (mode == TransportMode::STREAM)
    {
        // RFC 8489 6.2.2: "the client MUST NOT retransmit"; a timeout of Ti takes its place.
        m_sent = m_parameters.rc = 1;
        m_deadline = now + parameters.ti;
        return;
    }
    m_deadline = now + (m_parameters.rc > 1 ? m_interval : parameters.rto * parameters.rm);
}

Transaction::Action
Transaction::HandleTimeout(TimePoint now)
{
    if (now < m_deadline)
    {
        return Action::NONE;
    }
    if (m_sent >= m_parameters.rc)
    {
        return Action::FAIL;
    }
    ++m_sent;
    // RFC 8489 6.2.1: "doubles after each retransmission"; after the last request the client waits Rm times the RTO.
    m_interval *= 2;
    m_deadline += m_sent < m_parameters.rc ? m_interval : m_parameters.rto * m_parameters.rm;
    return Action::RESEND;
}

} // namespace stun
} // namespace imsfw
