// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Placing, receiving and ending the one call.
#include "ims-sip-call.h"

#include <algorithm>
#include <utility>

namespace imsfw::sip
{

using Type = UserAgentEvent::Type;

namespace
{

constexpr std::string_view MMTEL_SERVICE = "urn:urn-7:3gpp-service.ims.icsi.mmtel";
constexpr std::string_view SDP_TYPE = "application/sdp";

bool
IsDue(std::optional<TimePoint> deadline, TimePoint now)
{
    return deadline && *deadline <= now;
}

} // namespace

Call::Call(UserAgentContext& context) : m_context(context)
{
}

void
Call::Place(TimePoint now, const std::string& uri, const SdpSession& offer)
{
    if (m_state != State::IDLE)
    {
        m_context.Report(now, Type::CALL_FAILED, "busy", "another call is there");
        return;
    }
    SipMessage invite = m_context.NewRequest("INVITE", uri);
    invite.Add("Contact", m_context.Contact(false).ToString());
    invite.Add("P-Preferred-Identity", "<" + m_context.config.publicIdentity + ">");
    invite.Add("P-Preferred-Service", MMTEL_SERVICE);
    invite.Add("Accept-Contact",
               "*;+g.3gpp.icsi-ref=\"urn%3Aurn-7%3A3gpp-service.ims.icsi.mmtel\"");
    invite.Add("Supported", "outbound, gruu");
    m_context.AddCapabilities(invite);
    invite.SetBody(SDP_TYPE, offer.ToString());
    m_invite = invite;
    m_state = State::CALLING;
    m_transaction = m_context.Send(now, std::move(invite));
}

void
Call::Answer(TimePoint now, const SdpSession& answer)
{
    if (m_state == State::INCOMING)
    {
        m_answer = answer;
        if (!m_ringAt && IsDue(m_answerAt, now))
        {
            Accept(now);
        }
    }
}

void
Call::Hangup(TimePoint now)
{
    switch (m_state)
    {
    case State::CALLING:
        m_hangupWhenAnswered = true;
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
        m_hangupWhenAnswered = true;
        return;
    case State::IDLE:
    case State::ENDING:
        return;
    }
}

void
Call::HandleRequest(TimePoint now, const LayerEvent& event)
{
    const SipMessage& request = *event.message;
    const std::string method = request.Method();
    const bool isInside = !request.To().Tag().empty();
    if (isInside && (!m_dialog || !m_dialog->Matches(request)))
    {
        m_context.layer.Respond(now, event.id, SipMessage::Response(request, 481));
    }
    else if (isInside && !m_dialog->TakeSequence(request))
    {
        m_context.layer.Respond(now, event.id, SipMessage::Response(request, 500));
    }
    else if (method == "BYE" && isInside)
    {
        HandleBye(now, event);
    }
    else if (method == "INVITE" && !isInside)
    {
        HandleInvite(now, event);
    }
    else
    {
        // Inside: no change of the session here (488). Outside: no such method (405, RFC 3261 8.2.1).
        SipMessage response =
            SipMessage::Response(request, method == "INVITE" ? 488 : 405, m_localTag);
        m_context.AddCapabilities(response);
        m_context.layer.Respond(now, event.id, response);
    }
}

void
Call::HandleInvite(TimePoint now, const LayerEvent& event)
{
    const SipMessage& request = *event.message;
    const auto offer = SdpSession::Parse(request.Body());
    const std::string tag = m_context.random.Token(10);
    if (m_state != State::IDLE || !offer)
    {
        m_context.layer.Respond(
            now, event.id, SipMessage::Response(request, m_state == State::IDLE ? 488 : 486, tag));
        return;
    }
    m_dialog = SipDialog::OfCallee(request, tag);
    if (!m_dialog)
    {
        m_context.layer.Respond(now, event.id, SipMessage::Response(request, 400, tag));
        return;
    }
    m_state = State::INCOMING;
    m_localTag = tag;
    m_transaction = event.id;
    m_invite = request;
    m_ringAt = now + m_context.config.ringDelay;
    m_answerAt = *m_ringAt + m_context.config.answerDelay;
    m_context.Report(now, Type::INCOMING_CALL, "", request.From().uri.ToString());
    m_context.events.back().sdp = *offer;
    HandleTimeout(now);
}

void
Call::Ring(TimePoint now)
{
    m_ringAt.reset();
    SipMessage ringing = SipMessage::Response(*m_invite, 180, m_localTag);
    for (const std::string& route : m_invite->Headers("Record-Route"))
    {
        ringing.Add("Record-Route", route);
    }
    ringing.Add("Contact", m_context.Contact(false).ToString());
    m_context.AddCapabilities(ringing);
    m_context.layer.Respond(now, *m_transaction, ringing);
}

void
Call::Accept(TimePoint now)
{
    m_answerAt.reset();
    SipMessage ok = SipMessage::Response(*m_invite, 200, m_localTag);
    for (const std::string& route : m_invite->Headers("Record-Route"))
    {
        ok.Add("Record-Route", route);
    }
    ok.Add("Contact", m_context.Contact(false).ToString());
    if (!m_context.config.accessNetworkInfo.empty())
    {
        ok.Add("P-Access-Network-Info", m_context.config.accessNetworkInfo);
    }
    m_context.AddCapabilities(ok);
    ok.SetBody(SDP_TYPE, m_answer->ToString());
    m_ok = ok;
    m_state = State::ANSWERED;
    m_context.layer.Respond(now, *m_transaction, ok);
    // RFC 3261 13.3.1.4: the 2xx is repeated from T1 on, doubling up to T2, over reliable transports as well.
    m_repeatInterval = m_context.config.timers.t1;
    m_repeatAt = now + m_repeatInterval;
    m_giveUpAt = now + m_context.config.timers.timeout;
}

void
Call::RepeatOk(TimePoint now)
{
    m_context.layer.Respond(now, *m_transaction, *m_ok);
    m_repeatInterval = std::min(2 * m_repeatInterval, m_context.config.timers.t2);
    m_repeatAt = now + m_repeatInterval;
}

void
Call::HandleAck(TimePoint now, const SipMessage& ack)
{
    if (m_state != State::ANSWERED || !m_dialog->Matches(ack) || !m_dialog->TakeSequence(ack))
    {
        return;
    }
    m_state = State::ESTABLISHED;
    m_ok.reset();
    m_repeatAt.reset();
    m_giveUpAt.reset();
    m_context.Report(now, Type::CALL_ESTABLISHED);
    if (m_hangupWhenAnswered)
    {
        SendBye(now);
    }
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
        const bool isProvisional = event.message && event.message->Status() < 200;
        if (event.type == LayerEvent::Type::TIMED_OUT)
        {
            m_context.Report(now, Type::REQUEST_TIMED_OUT, "timeout", "BYE");
        }
        if (!isProvisional)
        {
            // RFC 3261 15.1.1: whatever the answer to a BYE, or none at all, the session is over.
            m_context.Report(now, Type::CALL_ENDED, "local");
            Reset();
        }
        return true;
    }
    if (!m_transaction || event.id != *m_transaction)
    {
        return false;
    }
    if (event.type == LayerEvent::Type::RESPONSE)
    {
        HandleInviteResponse(now, *event.message);
    }
    else if (event.type == LayerEvent::Type::TIMED_OUT)
    {
        m_context.Report(now, Type::REQUEST_TIMED_OUT, "timeout", "INVITE");
        m_context.Report(now, Type::CALL_FAILED, "timeout", "no answer to INVITE");
        Reset();
    }
    return true;
}

void
Call::HandleInviteResponse(TimePoint now, const SipMessage& response)
{
    const int status = response.Status();
    if (status >= 200 && status < 300)
    {
        HandleAccepted(now, response);
    }
    else if (status >= 300)
    {
        m_context.Report(now, Type::CALL_FAILED, "refused", response);
        Reset();
    }
    else if (status == 180)
    {
        m_context.Report(now, Type::RINGING, "", response);
    }
}

void
Call::HandleAccepted(TimePoint now, const SipMessage& response)
{
    if (m_ack)
    {
        m_context.SendStateless(*m_ack); // 13.2.2.4: once more for each 2xx that comes again
        return;
    }
    m_dialog = SipDialog::OfCaller(*m_invite, response);
    if (!m_dialog)
    {
        m_context.Report(now, Type::CALL_FAILED, "bad-answer", "200 without tag or Contact");
        Reset();
        return;
    }
    SipMessage ack = m_dialog->MakeRequest("ACK");
    ack.Prepend("Via", m_context.NewVia().ToString());
    m_ack = ack;
    m_context.SendStateless(ack);
    m_state = State::ESTABLISHED;
    const auto answer = SdpSession::Parse(response.Body());
    if (answer)
    {
        m_context.Report(now, Type::CALL_ANSWERED, "", response);
        m_context.events.back().sdp = *answer;
    }
    else
    {
        m_context.Report(
            now, Type::CALL_FAILED, "bad-answer", std::string(ToString(answer.Error())));
    }
    if (!answer || m_hangupWhenAnswered)
    {
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
Call::RefuseIncoming(TimePoint now, int status)
{
    m_context.layer.Respond(
        now, *m_transaction, SipMessage::Response(*m_invite, status, m_localTag));
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
    if (IsDue(m_ringAt, now))
    {
        Ring(now);
    }
    if (m_state == State::INCOMING && m_answer && !m_ringAt && IsDue(m_answerAt, now))
    {
        Accept(now);
    }
    if (IsDue(m_giveUpAt, now))
    {
        // RFC 3261 13.3.1.4: 64*T1 without an ACK: "the dialog is confirmed, but the session SHOULD be terminated".
        m_giveUpAt.reset();
        m_repeatAt.reset();
        m_context.Report(now, Type::CALL_FAILED, "no-ack", "no ACK to 200");
        SendBye(now);
    }
    if (IsDue(m_repeatAt, now))
    {
        RepeatOk(now);
    }
}

std::optional<TimePoint>
Call::NextTimeout() const
{
    const auto answerAt = m_answer ? m_answerAt : std::nullopt;
    return Earlier(Earlier(m_ringAt, answerAt), Earlier(m_repeatAt, m_giveUpAt));
}

void
Call::Reset()
{
    m_state = State::IDLE;
    m_transaction.reset();
    m_bye.reset();
    m_invite.reset();
    m_dialog.reset();
    m_ack.reset();
    m_ok.reset();
    m_answer.reset();
    m_localTag.clear();
    m_hangupWhenAnswered = false;
    m_ringAt.reset();
    m_answerAt.reset();
    m_repeatAt.reset();
    m_giveUpAt.reset();
}

} // namespace imsfw::sip
