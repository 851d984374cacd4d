// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Timers and queues shared by the transaction machines.
#include "ims-sip-transaction.h"

#include <utility>

namespace imsfw::sip
{

std::string_view
ToString(TransactionState state)
{
    switch (state)
    {
    case TransactionState::CALLING:
        return "calling";
    case TransactionState::TRYING:
        return "trying";
    case TransactionState::PROCEEDING:
        return "proceeding";
    case TransactionState::COMPLETED:
        return "completed";
    case TransactionState::ACCEPTED:
        return "accepted";
    case TransactionState::CONFIRMED:
        return "confirmed";
    case TransactionState::TERMINATED:
        return "terminated";
    }
    return "unknown";
}

SipTransaction::SipTransaction(const SipTimers& timers, bool isReliable, TransactionState first)
    : m_timers(timers), m_isReliable(isReliable), m_state(first)
{
}

void
SipTransaction::HandleTimeout(TimePoint now)
{
    // The deadline first: what expires together with a retransmission (64*T1) is not sent once more.
    if (m_deadline && *m_deadline <= now)
    {
        m_deadline.reset();
        OnDeadline(now);
        return;
    }
    if (m_retransmitAt && *m_retransmitAt <= now)
    {
        TransmitAgain();
        m_interval = NextInterval(m_interval);
        m_retransmitAt = *m_retransmitAt + m_interval;
    }
}

std::optional<Bytes>
SipTransaction::PollTransmit()
{
    return m_transmits.Poll();
}

std::optional<TransactionEvent>
SipTransaction::PollEvent()
{
    return m_events.Poll();
}

std::optional<TimePoint>
SipTransaction::NextTimeout() const
{
    return Earlier(m_retransmitAt, m_deadline);
}

void
SipTransaction::SwitchTo(TransactionState state)
{
    m_state = state;
    m_retransmitAt.reset();
    m_deadline.reset();
}

void
SipTransaction::EnterProceeding()
{
    m_state = TransactionState::PROCEEDING;
}

void
SipTransaction::WaitThenTerminate(TimePoint now, Duration wait)
{
    if (m_isReliable)
    {
        SwitchTo(TransactionState::TERMINATED);
        return;
    }
    StartDeadline(now, wait);
}

void
SipTransaction::StartDeadline(TimePoint now, Duration wait)
{
    m_deadline = now + wait;
}

void
SipTransaction::StartRetransmission(TimePoint now, Duration interval)
{
    if (!m_isReliable)
    {
        Retransmit(now, interval);
    }
}

void
SipTransaction::Retransmit(TimePoint now, Duration interval)
{
    m_interval = interval;
    m_retransmitAt = now + interval;
}

void
SipTransaction::StopRetransmission()
{
    m_retransmitAt.reset();
}

void
SipTransaction::Transmit(const SipMessage& message)
{
    m_last = message.Serialize();
    TransmitAgain();
}

void
SipTransaction::TransmitAgain()
{
    m_transmits.Push(m_last);
}

void
SipTransaction::Emit(TransactionEvent::Type type, std::optional<SipMessage> message)
{
    m_events.Push({type, std::move(message)});
}

} // namespace imsfw::sip
