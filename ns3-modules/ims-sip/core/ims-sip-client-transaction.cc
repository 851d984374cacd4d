// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// INVITE and non-INVITE client transactions, state by state.
#include "ims-sip-client-transaction.h"

#include <algorithm>
#include <utility>

namespace imsfw::sip
{

using State = TransactionState;

InviteClientTransaction::InviteClientTransaction(SipMessage request,
                                                 const SipTimers& timers,
                                                 bool isReliable)
    : ClientTransaction(timers, isReliable, State::CALLING), m_request(std::move(request))
{
}

void
InviteClientTransaction::Start(TimePoint now)
{
    Transmit(m_request);
    // RFC 3261 17.1.1.2: "If an unreliable transport is being used, the client transaction MUST start timer A with a
    // value of T1." and "For any transport, the client transaction MUST start timer B with a value of 64*T1 seconds".
    StartRetransmission(now, m_timers.t1);
    StartDeadline(now, m_timers.timeout);
}

void
InviteClientTransaction::HandleMessage(TimePoint now, const SipMessage& message)
{
    switch (State())
    {
    case State::CALLING:
        return InCalling(now, message);
    case State::PROCEEDING:
        return InProceeding(now, message);
    case State::COMPLETED:
        return InCompleted(message);
    case State::ACCEPTED:
        return InAccepted(message);
    case State::TRYING:
    case State::CONFIRMED:
    case State::TERMINATED:
        return;
    }
}

void
InviteClientTransaction::InCalling(TimePoint now, const SipMessage& response)
{
    if (response.Status() >= 200)
    {
        return TakeFinal(now, response);
    }
    // 17.1.1.2: in "Proceeding", the request SHOULD NOT be retransmitted any further; timer B stops with the state.
    SwitchTo(State::PROCEEDING);
    Emit(TransactionEvent::Type::MESSAGE, response);
}

void
InviteClientTransaction::InProceeding(TimePoint now, const SipMessage& response)
{
    if (response.Status() >= 200)
    {
        return TakeFinal(now, response);
    }
    Emit(TransactionEvent::Type::MESSAGE, response);
}

void
InviteClientTransaction::TakeFinal(TimePoint now, const SipMessage& response)
{
    Emit(TransactionEvent::Type::MESSAGE, response);
    if (response.Status() < 300)
    {
        // RFC 6026 8.4: "Timer M ... MUST be set to 64*T1", on any transport, so that other 2xx get through.
        SwitchTo(State::ACCEPTED);
        StartDeadline(now, m_timers.timeout);
        return;
    }
    SwitchTo(State::COMPLETED);
    Transmit(MakeAck(response));
    // RFC 3261 17.1.1.2: timer D, "at least 32 seconds for unreliable transports, and a value of zero seconds for
    // reliable transports".
    WaitThenTerminate(now, m_timers.waitD);
}

void
InviteClientTransaction::InCompleted(const SipMessage& response)
{
    // 17.1.1.2: any retransmission of the final response "MUST cause the ACK to be re-passed to the transport layer".
    if (response.Status() >= 300)
    {
        TransmitAgain();
    }
}

void
InviteClientTransaction::InAccepted(const SipMessage& response)
{
    if (response.Status() >= 200 && response.Status() < 300)
    {
        Emit(TransactionEvent::Type::MESSAGE, response);
    }
}

SipMessage
InviteClientTransaction::MakeAck(const SipMessage& response) const
{
    // 17.1.1.3: Call-ID, From, Request-URI, top Via and Route of the request; To of the response; CSeq's number.
    SipMessage ack = SipMessage::Request("ACK", m_request.RequestUri());
    ack.Add("Via", m_request.TopVia().ToString());
    for (const std::string& route : m_request.Headers("Route"))
    {
        ack.Add("Route", route);
    }
    ack.Add("Max-Forwards", "70");
    ack.Add("From", m_request.Header("From").value_or(""));
    ack.Add("To", response.Header("To").value_or(""));
    ack.Add("Call-ID", m_request.CallId());
    ack.Add("CSeq", SipCSeq{m_request.CSeq().number, "ACK"}.ToString());
    return ack;
}

void
InviteClientTransaction::NoteCancelled(TimePoint now)
{
    if (State() == State::PROCEEDING)
    {
        StartDeadline(now, m_timers.timeout);
    }
}

void
InviteClientTransaction::OnDeadline(TimePoint)
{
    // Timer B in "Calling", the wait after a CANCEL in "Proceeding"; timers D and M end the transaction in silence.
    if (State() == State::CALLING || State() == State::PROCEEDING)
    {
        Emit(TransactionEvent::Type::TIMED_OUT);
    }
    SwitchTo(State::TERMINATED);
}

Duration
InviteClientTransaction::NextInterval(Duration last) const
{
    return 2 * last; // timer A doubles without bound; timer B ends it
}

NonInviteClientTransaction::NonInviteClientTransaction(SipMessage request,
                                                       const SipTimers& timers,
                                                       bool isReliable)
    : ClientTransaction(timers, isReliable, State::TRYING), m_request(std::move(request))
{
}

void
NonInviteClientTransaction::Start(TimePoint now)
{
    Transmit(m_request);
    // 17.1.2.2: timer F with 64*T1; timer E with T1 on an unreliable transport.
    StartRetransmission(now, m_timers.t1);
    StartDeadline(now, m_timers.timeout);
}

void
NonInviteClientTransaction::HandleMessage(TimePoint now, const SipMessage& message)
{
    const bool isOpen = State() == State::TRYING || State() == State::PROCEEDING;
    if (!isOpen)
    {
        return; // 17.1.2.2: in "Completed", retransmitted responses are buffered away
    }
    Emit(TransactionEvent::Type::MESSAGE, message);
    if (message.Status() < 200)
    {
        EnterProceeding();
        return;
    }
    SwitchTo(State::COMPLETED);
    WaitThenTerminate(now, m_timers.t4); // timer K
}

void
NonInviteClientTransaction::OnDeadline(TimePoint)
{
    if (State() != State::COMPLETED)
    {
        Emit(TransactionEvent::Type::TIMED_OUT); // timer F
    }
    SwitchTo(State::TERMINATED);
}

Duration
NonInviteClientTransaction::NextInterval(Duration last) const
{
    // 17.1.2.2: E doubles up to T2 in "Trying", and is T2 in "Proceeding".
    return State() == State::PROCEEDING ? m_timers.t2 : std::min(2 * last, m_timers.t2);
}

} // namespace imsfw::sip
