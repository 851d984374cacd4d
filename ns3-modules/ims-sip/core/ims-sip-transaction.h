// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// What the four SIP transaction machines have in common (RFC 3261 17, with the INVITE corrections of RFC 6026).
///
/// Sans-IO: messages and `now` in; wire bytes, messages for the transaction user and the next deadline out. At any
/// time a machine has at most one retransmission (timers A, E, G) and one deadline (B, D, F, H, I, J, K, L, M), whose
/// meaning is the state's.
#pragma once

#include "base/bytes.h"
#include "base/queue.h"
#include "base/time.h"
#include "ims-sip-message.h"
#include "ims-sip-timers.h"

#include <optional>
#include <string_view>

namespace imsfw::sip
{

enum class TransactionState
{
    CALLING, ///< INVITE client only
    TRYING,  ///< non-INVITE only
    PROCEEDING,
    COMPLETED,
    ACCEPTED,  ///< RFC 6026: a 2xx to an INVITE went by; retransmissions of it are expected
    CONFIRMED, ///< INVITE server only
    TERMINATED,
};

std::string_view ToString(TransactionState state);

/// What a machine tells the transaction user.
struct TransactionEvent
{
    enum class Type
    {
        MESSAGE,   ///< client: a response. Server: the ACK to a 2xx.
        TIMED_OUT, ///< client: timer B or F; server: timer H, no ACK came
    };

    Type type;
    std::optional<SipMessage> message; ///< MESSAGE only
};

class SipTransaction
{
  public:
    SipTransaction(const SipTimers& timers, bool isReliable, TransactionState first);
    virtual ~SipTransaction() = default;

    /// Client: a response that matches. Server: a retransmission of the request, or the ACK.
    virtual void HandleMessage(TimePoint now, const SipMessage& message) = 0;
    void HandleTimeout(TimePoint now);
    /// @return the bytes to send next.
    std::optional<Bytes> PollTransmit();
    std::optional<TransactionEvent> PollEvent();
    std::optional<TimePoint> NextTimeout() const;

    TransactionState
    State() const
    {
        return m_state;
    }

    bool
    IsTerminated() const
    {
        return m_state == TransactionState::TERMINATED;
    }

  protected:
    /// The deadline of the present state passed.
    virtual void OnDeadline(TimePoint now) = 0;
    /// @return the interval after @p last, for the machine's retransmission timer.
    virtual Duration NextInterval(Duration last) const = 0;

    /// Enter a state; both timers stop, for a state starts its own.
    void SwitchTo(TransactionState state);
    /// Go from TRYING to PROCEEDING with the timers running on (a non-INVITE client keeps E and F).
    void EnterProceeding();
    /// Terminate after @p wait, or at once where the transport is reliable (timers D, I, J, K are zero there).
    void WaitThenTerminate(TimePoint now, Duration wait);
    void StartDeadline(TimePoint now, Duration wait);
    /// On an unreliable transport only: send the last message again after @p interval, and so on.
    void StartRetransmission(TimePoint now, Duration interval);
    /// On any transport.
    void Retransmit(TimePoint now, Duration interval);
    void StopRetransmission();
    void Transmit(const SipMessage& message);
    void TransmitAgain();
    void Emit(TransactionEvent::Type type, std::optional<SipMessage> message = std::nullopt);

    SipTimers m_timers;
    bool m_isReliable;

  private:
    TransactionState m_state;
    Bytes m_last; ///< what a retransmission sends
    std::optional<TimePoint> m_retransmitAt;
    Duration m_interval{0};
    std::optional<TimePoint> m_deadline;
    Queue<Bytes> m_transmits;
    Queue<TransactionEvent> m_events;
};

/// A machine that a request of ours runs in.
class ClientTransaction : public SipTransaction
{
  public:
    using SipTransaction::SipTransaction;
    /// Send the request. Once, first.
    virtual void Start(TimePoint now) = 0;
    /// @return the request that runs in it.
    virtual const SipMessage& Request() const = 0;
};

/// A machine that a request to us runs in; it is constructed with that request.
class ServerTransaction : public SipTransaction
{
  public:
    using SipTransaction::SipTransaction;
    /// The user's response, provisional or final. Ignored where the state has no place for it.
    virtual void Respond(TimePoint now, const SipMessage& response) = 0;
};

} // namespace imsfw::sip
