// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The server transactions of RFC 3261: INVITE (17.2.1, figure 7, with RFC 6026 7.1) and the others (17.2.2, figure 8).
///
/// Left out: nothing of the figures. The retransmission of a 2xx until the ACK is the user agent's (13.3.1.4).
#pragma once

#include "ims-sip-transaction.h"

namespace imsfw::sip
{

class InviteServerTransaction : public ServerTransaction
{
  public:
    /// @param request the INVITE as received; it is in the user's hands already.
    InviteServerTransaction(TimePoint now,
                            SipMessage request,
                            const SipTimers& timers,
                            bool isReliable);
    void HandleMessage(TimePoint now, const SipMessage& message) override;
    void Respond(TimePoint now, const SipMessage& response) override;

  private:
    void TakeFinal(TimePoint now, const SipMessage& response);
    void OnDeadline(TimePoint now) override;
    Duration NextInterval(Duration last) const override;

    SipMessage m_request;
    bool m_hasResponse{false};
};

class NonInviteServerTransaction : public ServerTransaction
{
  public:
    NonInviteServerTransaction(const SipTimers& timers, bool isReliable);
    void HandleMessage(TimePoint now, const SipMessage& message) override;
    void Respond(TimePoint now, const SipMessage& response) override;

  private:
    void OnDeadline(TimePoint now) override;
    Duration NextInterval(Duration last) const override;
};

} // namespace imsfw::sip
