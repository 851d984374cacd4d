// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The one call: what both sides have in common. Caller: ims-sip-call-outgoing.cc; callee: ims-sip-call-incoming.cc.
#include "ims-sip-call.h"

#include <utility>

namespace imsfw::sip
{

using Type = UserAgentEvent::Type;

Call::Call(UserAgentContext& context) : m_context(context), m_change(context)
{
}

void
Call::Hangup(TimePoint now)
{
    switch (m_state)
    {
    case State::CALLING:
        GiveUp(now, "local");
        return;
    case State::INCOMING:
        RefuseIncoming(now, 603);
        m_context.Report(now, Type::CALL_ENDED, "local", "declined");
        Reset();
        return;
    case State::ESTABLISHED:
        SendBye(now);
        return;
    case State::ANSWERED:
        // RFC 3261 15: "the callee's UA MUST NOT send a BYE on a confirmed dialog until it has received an ACK".
        m_hangupWhenAcknowledged = true;
        return;
    case State::IDLE:
    case State::ENDING:
        return;
    }
}

void
Call::HandleRequest(TimePoint now, const LayerEvent& event)
{
    // A CANCEL has the To of its INVITE, which as a rule had no tag yet.
    if (event.message->Method() == "CANCEL")
    {
        HandleCancel(now, event);
    }
    else if (event.message->To().Tag().empty())
    {
        HandleOutside(now, event);
    }
    else
    {
        HandleInside(now, event);
    }
}

void
Call::HandleOutside(TimePoint now, const LayerEvent& event)
{
    if (event.message->Method() == "INVITE")
    {
        HandleInvite(now, event);
        return;
    }
    const std::string method = event.message->Method();
    const bool isOfDialogs = method == "BYE" || method == "PRACK";
    RefuseMethod(now, event, isOfDialogs ? 481 : 405); // RFC 3261 8.2.1 and 15.1.2
}

void
Call::HandleInside(TimePoint now, const LayerEvent& event)
{
    const SipMessage& request = *event.message;
    const std::string method = request.Method();
    if (!m_dialog || !m_dialog->Matches(request))
    {
        m_context.layer.Respond(now, event.id, SipMessage::Response(request, 481));
    }
    else if (!m_dialog->TakeSequence(request))
    {
        m_context.layer.Respond(now, event.id, SipMessage::Response(request, 500));
    }
    else if (method == "BYE")
    {
        HandleBye(now, event);
    }
    else if (method == "PRACK")
    {
        HandlePrack(now, event);
    }
    else if (method == "INVITE")
    {
        m_change.HandleInvite(now, *m_dialog, event);
    }
    else
    {
        RefuseMethod(now, event, 405);
    }
}

void
Call::RefuseMethod(TimePoint now, const LayerEvent& event, int status)
{
    SipMessage response = SipMessage::Response(*event.message, status, m_context.random.Token(10));
    m_context.AddCapabilities(response);
    m_context.layer.Respond(now, event.id, response);
}

void
Call::HandleBye(TimePoint now, const LayerEvent& event)
{
    m_context.layer.Respond(now, event.id, SipMessage::Response(*event.message, 200));
    if (m_state == State::INCOMING)
    {
        RefuseIncoming(now, 487); // RFC 3261 15.1.2: pending requests still get an answer
    }
    m_context.Report(now, Type::CALL_ENDED, m_state == State::ENDING ? "local" : "remote");
    Reset();
}

bool
Call::HandleEvent(TimePoint now, const LayerEvent& event)
{
    if (m_bye && event.id == *m_bye)
    {
        HandleByeEvent(now, event);
        return true;
    }
    if (m_transaction && event.id == *m_transaction)
    {
        HandleInviteEvent(now, event);
        return true;
    }
    if (m_dialog && m_change.HandleEvent(now, *m_dialog, event))
    {
        EndIfGone(now);
        return true;
    }
    return HandlePrackEvent(now, event);
}

void
Call::HandleByeEvent(TimePoint now, const LayerEvent& event)
{
    if (event.message && event.message->Status() < 200)
    {
        return;
    }
    if (event.type == LayerEvent::Type::TIMED_OUT)
    {
        m_context.Report(now, Type::REQUEST_TIMED_OUT, "timeout", "BYE");
    }
    // RFC 3261 15.1.1: whatever the answer to a BYE, or none at all, the session is over.
    m_context.Report(now, Type::CALL_ENDED, "local");
    Reset();
}

void
Call::ChangeSession(TimePoint now, const SdpSession& offer)
{
    if (m_state == State::ESTABLISHED)
    {
        m_change.Offer(now, *m_dialog, offer);
    }
}

void
Call::EndIfGone(TimePoint now)
{
    if (m_state == State::ESTABLISHED && m_change.IsDialogGone())
    {
        m_context.Report(now, Type::CALL_FAILED, "dialog-gone", "after a re-INVITE");
        SendBye(now);
    }
}

void
Call::SendBye(TimePoint now)
{
    SipMessage bye = m_dialog->MakeRequest("BYE");
    if (!m_context.config.accessNetworkInfo.empty())
    {
        bye.Add("P-Access-Network-Info", m_context.config.accessNetworkInfo);
    }
    bye.Add("User-Agent", m_context.config.userAgent);
    m_state = State::ENDING;
    m_bye = m_context.Send(now, std::move(bye));
}

void
Call::HandleFlowLost(TimePoint now, const std::string& reason, const std::string& detail)
{
    if (m_state != State::IDLE)
    {
        m_context.Report(now, Type::CALL_FAILED, reason, detail);
        Reset();
    }
}

void
Call::HandleTimeout(TimePoint now)
{
    if (m_outgoing.answerBy && *m_outgoing.answerBy <= now)
    {
        m_outgoing.answerBy.reset();
        GiveUp(now, "no-answer");
    }
    HandleIncomingTimeouts(now);
    if (m_dialog)
    {
        m_change.HandleTimeout(now, *m_dialog);
        EndIfGone(now);
    }
}

std::optional<TimePoint>
Call::NextTimeout() const
{
    const auto answerAt = m_answer && !m_ringing.IsPending() ? m_answerAt : std::nullopt;
    const auto incoming = Earlier(Earlier(m_ringAt, answerAt), m_ringing.NextTimeout());
    const auto established = Earlier(Earlier(m_repeatAt, m_giveUpAt), m_change.NextTimeout());
    return Earlier(Earlier(incoming, m_outgoing.answerBy), established);
}

void
Call::Reset()
{
    m_state = State::IDLE;
    m_transaction.reset();
    m_bye.reset();
    m_invite.reset();
    m_dialog.reset();
    m_change.Reset();
    m_outgoing = Outgoing{};
    m_ack.reset();
    m_ok.reset();
    m_offer.reset();
    m_answer.reset();
    m_ringing.Stop();
    m_localTag.clear();
    m_hangupWhenAcknowledged = false;
    m_ringAt.reset();
    m_answerAt.reset();
    m_repeatAt.reset();
    m_giveUpAt.reset();
}

} // namespace imsfw::sip
