// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// When a STUN request is sent again, and when it has failed.
///
/// RFC 8489 6.2.1 (UDP: RTO doubles, Rc sends, then Rm times the first RTO), 6.2.2 (TCP, TLS: sent once, Ti). With the
/// default values a request goes out at 0, 500, 1500, 3500, 7500, 15500 and 31500 ms and fails at 39500 ms. Left out:
/// estimating RTO from earlier transactions.
#pragma once

#include "base/bytes.h"
#include "base/time.h"
#include "ims-turn-stun-constants.h"
#include "ims-turn-stun-message.h"

namespace imsfw
{
namespace stun
{

/// What lies below the messages: something that loses them, or something that does not.
enum class TransportMode
{
    DATAGRAM, ///< UDP
    STREAM,   ///< TCP, TLS
};

struct TransactionParameters
{
    Duration rto{std::chrono::milliseconds(
        500)};       ///< RFC 8489 6.2.1: "SHOULD be greater than or equal to 500 ms"
    unsigned rc{7};  ///< how often a request is sent at most
    unsigned rm{16}; ///< the wait after the last one, in times of rto
    Duration ti{std::chrono::milliseconds(39'500)}; ///< over streams
};

/// One request on its way.
class Transaction
{
  public:
    /// @param request sent by the owner at @p now
    Transaction(const TransactionParameters& parameters,
                TransportMode mode,
                const TransactionId& id,
                Bytes request,
                TimePoint now);

    const TransactionId&
    GetId() const
    {
        return m_id;
    }

    const Bytes&
    GetRequest() const
    {
        return m_request;
    }

    TimePoint
    NextTimeout() const
    {
        return m_deadline;
    }

    enum class Action
    {
        NONE, ///< not due yet
        RESEND,
        FAIL,
    };

    /// @return what to do at @p now.
    Action HandleTimeout(TimePoint now);

  private:
    TransactionParameters m_parameters;
    TransactionId m_id;
    Bytes m_request;
    unsigned m_sent{1};
    Duration m_interval;
    TimePoint m_deadline;
};

} // namespace stun
} // namespace imsfw
