// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The client transactions of RFC 3261: INVITE (17.1.1, figure 5, with RFC 6026 7.2) and the others (17.1.2, figure 6).
///
/// One function per state. The ACK to a failure is made here (17.1.1.3); the ACK to a 2xx is the user's.
#pragma once

#include "ims-sip-transaction.h"

namespace imsfw::sip
{

class InviteClientTransaction : public ClientTransaction
{
  public:
    /// @param request an INVITE, complete, our Via on top.
    InviteClientTransaction(SipMessage request, const SipTimers& timers, bool isReliable);
    void Start(TimePoint now) override;
    void HandleMessage(TimePoint now, const SipMessage& message) override;
    /// A CANCEL for the request is on its way: a final response is waited for no longer than 64*T1 (RFC 3261 9.1).
    void NoteCancelled(TimePoint now);

    const SipMessage&
    Request() const override
    {
        return m_request;
    }

  private:
    void InCalling(TimePoint now, const SipMessage& response);
    void InProceeding(TimePoint now, const SipMessage& response);
    void InCompleted(const SipMessage& response);
    void InAccepted(const SipMessage& response);
    void TakeFinal(TimePoint now, const SipMessage& response);
    SipMessage MakeAck(const SipMessage& response) const;
    void OnDeadline(TimePoint now) override;
    Duration NextInterval(Duration last) const override;

    SipMessage m_request;
};

class NonInviteClientTransaction : public ClientTransaction
{
  public:
    NonInviteClientTransaction(SipMessage request, const SipTimers& timers, bool isReliable);
    void Start(TimePoint now) override;
    void HandleMessage(TimePoint now, const SipMessage& message) override;

    const SipMessage&
    Request() const override
    {
        return m_request;
    }

  private:
    void OnDeadline(TimePoint now) override;
    Duration NextInterval(Duration last) const override;

    SipMessage m_request;
};

} // namespace imsfw::sip
