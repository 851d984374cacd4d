// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// INVITE and non-INVITE server transactions, state by state.
#include "ims-sip-server-transaction.h"

#include <algorithm>
#include <utility>

namespace imsfw::sip
{

using State = TransactionState;

InviteServerTransaction::InviteServerTransaction(TimePoint now,
                                                 SipMessage request,
                                                 const SipTimers& timers,
                                                 bool isReliable)
    : ServerTransaction(timers, isReliable, State::PROCEEDING), m_request(std::move(request))
{
    // RFC 3261 17.2.1: "The server transaction MUST generate a 100 (Trying) response unless it knows that the TU will
    // generate a provisional or final response within 200 ms".
    StartDeadline(now, m_timers.provisional);
}

void
InviteServerTransaction::HandleMessage(TimePoint now, const SipMessage& message)
{
    const bool isAck = message.Method() == "ACK";
    switch (State())
    {
    case State::PROCEEDING:
        if (!isAck && m_hasResponse)
        {
            TransmitAgain(); // 17.2.1: the most recent provisional response
        }
        return;
    case State::COMPLETED:
        if (isAck)
        {
            SwitchTo(State::CONFIRMED);
            WaitThenTerminate(now, m_timers.t4); // timer I
            return;
        }
        TransmitAgain();
        return;
    case State::ACCEPTED:
        // RFC 6026 7.1: retransmitted INVITEs are absorbed; an ACK goes to the user.
        if (isAck)
        {
            Emit(TransactionEvent::Type::MESSAGE, message);
        }
        return;
    case State::CALLING:
    case State::TRYING:
    case State::CONFIRMED:
    case State::TERMINATED:
        return;
    }
}

void
InviteServerTransaction::Respond(TimePoint now, const SipMessage& response)
{
    const bool isSuccess = response.Status() >= 200 && response.Status() < 300;
    if (State() == State::ACCEPTED && isSuccess)
    {
        Transmit(response); // RFC 6026 7.1: the user's retransmissions of its 2xx go out
        return;
    }
    if (State() != State::PROCEEDING)
    {
        return;
    }
    Transmit(response);
    m_hasResponse = true;
    if (response.Status() >= 200)
    {
        return TakeFinal(now, response);
    }
    SwitchTo(State::PROCEEDING); // the 100 that waited is not needed any more
}

void
InviteServerTransaction::TakeFinal(TimePoint now, const SipMessage& response)
{
    if (response.Status() < 300)
    {
        SwitchTo(State::ACCEPTED);
        StartDeadline(now, m_timers.timeout); // timer L, on any transport
        return;
    }
    SwitchTo(State::COMPLETED);
    StartRetransmission(now, m_timers.t1); // timer G
    StartDeadline(now, m_timers.timeout);  // timer H, on any transport
}

void
InviteServerTransaction::OnDeadline(TimePoint)
{
    if (State() == State::PROCEEDING)
    {
        Transmit(SipMessage::Response(m_request, 100));
        m_hasResponse = true;
        return;
    }
    if (State() == State::COMPLETED)
    {
        Emit(TransactionEvent::Type::TIMED_OUT); // timer H: the ACK never came
    }
    SwitchTo(State::TERMINATED);
}

Duration
InviteServerTransaction::NextInterval(Duration last) const
{
    return std::min(2 * last, m_timers.t2); // timer G
}

NonInviteServerTransaction::NonInviteServerTransaction(const SipTimers& timers, bool isReliable)
    : ServerTransaction(timers, isReliable, State::TRYING)
{
}

void
NonInviteServerTransaction::HandleMessage(TimePoint, const SipMessage&)
{
    // 17.2.2: in "Trying", retransmissions are discarded; later they get the last response again.
    if (State() == State::PROCEEDING || State() == State::COMPLETED)
    {
        TransmitAgain();
    }
}

void
NonInviteServerTransaction::Respond(TimePoint now, const SipMessage& response)
{
    if (State() != State::TRYING && State() != State::PROCEEDING)
    {
        return;
    }
    Transmit(response);
    if (response.Status() < 200)
    {
        SwitchTo(State::PROCEEDING);
        return;
    }
    SwitchTo(State::COMPLETED);
    WaitThenTerminate(now, m_timers.timeout); // timer J
}

void
NonInviteServerTransaction::OnDeadline(TimePoint)
{
    SwitchTo(State::TERMINATED);
}

Duration
NonInviteServerTransaction::NextInterval(Duration last) const
{
    return last; // it never retransmits by itself
}

} // namespace imsfw::sip
