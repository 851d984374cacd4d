// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// One call of a user agent, either way: INVITE, ringing, answer, ACK, BYE, CANCEL (RFC 3261 9, 13, 15), reliable
/// provisional responses (RFC 3262), re-INVITE.
///
/// The offer is in the INVITE and the answer in the 200 (RFC 3264). Left out: preconditions, forking.
#pragma once

#include "ims-sip-dialog.h"
#include "ims-sip-reliable-provisional.h"
#include "ims-sip-session-change.h"
#include "ims-sip-ua-context.h"

#include <optional>
#include <set>
#include <string>

namespace imsfw::sip
{

class Call
{
  public:
    explicit Call(UserAgentContext& context);

    /// Call @p uri. Ignored (with CALL_FAILED "busy") while another call is there.
    void Place(TimePoint now, const std::string& uri, const SdpSession& offer);
    /// The user takes the incoming call; the 200 goes out when ring and answer delay have passed.
    void Answer(TimePoint now, const SdpSession& answer);
    /// Nothing can be agreed on: 488 to a call that was not answered yet.
    void Refuse(TimePoint now);
    /// Offer another description in the established call; ignored in any other state.
    void ChangeSession(TimePoint now, const SdpSession& offer);
    /// Give up (CANCEL), decline (603) or end (BYE) the call, as its state wants it.
    void Hangup(TimePoint now);

    /// A new request that is no REGISTER and no OPTIONS; always answered.
    void HandleRequest(TimePoint now, const LayerEvent& event);
    void HandleAck(TimePoint now, const SipMessage& ack);
    /// @return whether the event was about a transaction of the call.
    bool HandleEvent(TimePoint now, const LayerEvent& event);
    void HandleFlowLost(TimePoint now, const std::string& reason, const std::string& detail);
    void HandleTimeout(TimePoint now);
    std::optional<TimePoint> NextTimeout() const;

  private:
    enum class State
    {
        IDLE,
        CALLING,  ///< our INVITE is out
        INCOMING, ///< an INVITE is in, not answered
        ANSWERED, ///< our 200 is out, no ACK yet
        ESTABLISHED,
        ENDING, ///< our BYE is out
    };

    /// What we know as the caller, until the answer.
    struct Outgoing
    {
        std::optional<TimePoint> answerBy;
        std::string
            giveUp; ///< why no answer is wanted any more: "local" or "no-answer"; empty while one is
        bool isCancelSent{false};
        bool isRinging{false};
        uint32_t lastRSeq{0}; ///< of the reliable provisional response that was acknowledged last
        std::set<TransactionId> pracks;
    };

    void HandleInside(TimePoint now, const LayerEvent& event);
    void HandleOutside(TimePoint now, const LayerEvent& event);
    void RefuseMethod(TimePoint now, const LayerEvent& event, int status);
    void HandleBye(TimePoint now, const LayerEvent& event);
    void HandleByeEvent(TimePoint now, const LayerEvent& event);
    void SendBye(TimePoint now);
    /// After the session change has been at work: end a call whose dialog is gone.
    void EndIfGone(TimePoint now);
    void Reset();

    // ims-sip-call-outgoing.cc
    void HandleInviteEvent(TimePoint now, const LayerEvent& event);
    void HandleInviteResponse(TimePoint now, const SipMessage& response);
    void HandleProvisional(TimePoint now, const SipMessage& response);
    /// @return whether it was new; a reliable one is acknowledged by a PRACK.
    bool TakeReliable(TimePoint now, const SipMessage& response);
    void HandleAccepted(TimePoint now, const SipMessage& response);
    bool TakeDialog(const SipMessage& response);
    bool HandlePrackEvent(TimePoint now, const LayerEvent& event);
    void GiveUp(TimePoint now, const std::string& why);
    void ReportGivenUp(TimePoint now, const std::string& detail);

    // ims-sip-call-incoming.cc
    void HandleInvite(TimePoint now, const LayerEvent& event);
    void HandleCancel(TimePoint now, const LayerEvent& event);
    void HandlePrack(TimePoint now, const LayerEvent& event);
    SipMessage MakeAnswer(int status) const;
    void Ring(TimePoint now);
    void Accept(TimePoint now);
    void RepeatOk(TimePoint now);
    void RefuseIncoming(TimePoint now, int status);
    void HandleIncomingTimeouts(TimePoint now);

    UserAgentContext& m_context;
    State m_state{State::IDLE};
    std::optional<TransactionId> m_transaction; ///< the INVITE's, as client or server
    std::optional<TransactionId> m_bye;
    std::optional<SipMessage> m_invite;
    std::optional<SipDialog> m_dialog;
    SessionChange m_change;
    Outgoing m_outgoing;
    std::optional<SipMessage> m_ack;    ///< for retransmitted 2xx
    std::optional<SipMessage> m_ok;     ///< our 2xx until the ACK
    std::optional<SdpSession> m_offer;  ///< ours, as caller
    std::optional<SdpSession> m_answer; ///< ours, as callee
    ReliableProvisional m_ringing;
    std::string m_localTag;
    bool m_hangupWhenAcknowledged{false};
    std::optional<TimePoint> m_ringAt;
    std::optional<TimePoint> m_answerAt;
    std::optional<TimePoint> m_repeatAt; ///< RFC 3261 13.3.1.4
    Duration m_repeatInterval{0};
    std::optional<TimePoint> m_giveUpAt;
};

} // namespace imsfw::sip
