// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// One call of a user agent, either way: INVITE, ringing, answer, ACK, BYE (RFC 3261 13, 14 not, 15).
///
/// The offer is in the INVITE and the answer in the 200 (RFC 3264). Left out: CANCEL (a call that is given up before
/// its answer is ended by BYE right after it, which 15 allows), re-INVITE, PRACK, preconditions, forking.
#pragma once

#include "ims-sip-dialog.h"
#include "ims-sip-ua-context.h"

#include <optional>
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

    void HandleInvite(TimePoint now, const LayerEvent& event);
    void HandleBye(TimePoint now, const LayerEvent& event);
    void HandleInviteResponse(TimePoint now, const SipMessage& response);
    void HandleAccepted(TimePoint now, const SipMessage& response);
    void Ring(TimePoint now);
    void Accept(TimePoint now);
    void RepeatOk(TimePoint now);
    void SendBye(TimePoint now);
    void RefuseIncoming(TimePoint now, int status);
    void Reset();

    UserAgentContext& m_context;
    State m_state{State::IDLE};
    std::optional<TransactionId> m_transaction; ///< the INVITE's, as client or server
    std::optional<TransactionId> m_bye;
    std::optional<SipMessage> m_invite;
    std::optional<SipDialog> m_dialog;
    std::optional<SipMessage> m_ack; ///< for retransmitted 2xx
    std::optional<SipMessage> m_ok;  ///< our 2xx until the ACK
    std::optional<SdpSession> m_answer;
    std::string m_localTag;
    bool m_hangupWhenAnswered{false};
    std::optional<TimePoint> m_ringAt;
    std::optional<TimePoint> m_answerAt;
    std::optional<TimePoint> m_repeatAt; ///< RFC 3261 13.3.1.4
    Duration m_repeatInterval{0};
    std::optional<TimePoint> m_giveUpAt;
};

} // namespace imsfw::sip
