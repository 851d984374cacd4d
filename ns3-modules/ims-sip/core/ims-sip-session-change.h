// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Changing an established session by a re-INVITE (RFC 3261 14), either way: hold, resume, another address.
///
/// The other side's offer is answered at once from our present description, with the direction mirrored. Left out: a
/// re-INVITE without an offer (488), UPDATE (RFC 3311).
#pragma once

#include "ims-sip-dialog.h"
#include "ims-sip-ua-context.h"

#include <optional>

namespace imsfw::sip
{

class SessionChange
{
  public:
    explicit SessionChange(UserAgentContext& context);

    /// The session begins. @param isCallIdOurs whether we placed the call, which decides who yields when both change it.
    void Begin(const SdpSession& local, bool isCallIdOurs);
    /// Offer @p wanted in place of our present description. Ignored while an offer of ours is out.
    void Offer(TimePoint now, SipDialog& dialog, const SdpSession& wanted);

    /// A re-INVITE came; always answered.
    void HandleInvite(TimePoint now, SipDialog& dialog, const LayerEvent& event);
    void HandleAck(TimePoint now);
    /// @return whether the event was about a transaction of ours.
    bool HandleEvent(TimePoint now, SipDialog& dialog, const LayerEvent& event);
    void HandleTimeout(TimePoint now, SipDialog& dialog);
    std::optional<TimePoint> NextTimeout() const;
    void Reset();

    /// @return whether the peer has shown that the dialog is gone (14.1: 408, 481, or no answer at all).
    bool
    IsDialogGone() const
    {
        return m_isDialogGone;
    }

  private:
    /// Our 200 to the peer's re-INVITE, until the ACK.
    struct Answer
    {
        TransactionId id{};
        SipMessage ok;
        SdpSession local;
        SdpSession remote;
        Duration interval{0};
        TimePoint repeatAt{};
        TimePoint giveUpAt{};
    };

    void Send(TimePoint now, SipDialog& dialog);
    void HandleFinal(TimePoint now, SipDialog& dialog, const SipMessage& response);
    void HandleAccepted(TimePoint now, SipDialog& dialog, const SipMessage& response);
    void Refuse(TimePoint now, const LayerEvent& event, int status);
    void SendAnswer(TimePoint now,
                    const LayerEvent& event,
                    const SdpSession& local,
                    const SdpSession& remote);

    UserAgentContext& m_context;
    std::optional<SdpSession> m_local;  ///< as last agreed on
    std::optional<SdpSession> m_wanted; ///< our offer, while it is out or waits for its next try
    bool m_isCallIdOurs{false};
    bool m_isDialogGone{false};
    std::optional<TransactionId> m_transaction;
    std::optional<SipMessage> m_ack; ///< for retransmitted 2xx
    std::optional<TimePoint> m_retryAt;
    std::optional<Answer> m_answer;
};

} // namespace imsfw::sip
