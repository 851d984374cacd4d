// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The callee's side of a call.
#include "ims-sip-call.h"

#include "base/text.h"

#include <algorithm>
#include <utility>

namespace imsfw::sip
{

using Type = UserAgentEvent::Type;

namespace
{

constexpr std::string_view SDP_TYPE = "application/sdp";

bool
IsDue(std::optional<TimePoint> deadline, TimePoint now)
{
    return deadline && *deadline <= now;
}

/// @return the option tags in Require that we do not know (RFC 3261 8.2.2.3).
std::vector<std::string>
UnknownOptions(const SipMessage& request, bool knowsReliable)
{
    std::vector<std::string> unknown;
    for (const std::string& line : request.Headers("Require"))
    {
        for (std::string_view option : Split(line, ','))
        {
            if (!(knowsReliable && EqualsIgnoringCase(Trim(option), "100rel")))
            {
                unknown.emplace_back(Trim(option));
            }
        }
    }
    return unknown;
}

} // namespace

void
Call::HandleInvite(TimePoint now, const LayerEvent& event)
{
    const SipMessage& request = *event.message;
    const std::string tag = m_context.random.Token(10);
    const auto unknown = UnknownOptions(request, m_context.config.reliableProvisional);
    if (!unknown.empty())
    {
        SipMessage response = SipMessage::Response(request, 420, tag);
        response.Add("Unsupported", Join(unknown, ", "));
        m_context.layer.Respond(now, event.id, response);
        return;
    }
    const std::string type = request.Header("Content-Type").value_or("");
    if (!request.Body().empty() &&
        !EqualsIgnoringCase(Trim(type.substr(0, type.find(';'))), SDP_TYPE))
    {
        SipMessage response = SipMessage::Response(request, 415, tag);
        response.Add("Accept", SDP_TYPE); // RFC 3261 8.2.3
        m_context.layer.Respond(now, event.id, response);
        return;
    }
    const auto offer = SdpSession::Parse(request.Body());
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
    m_context.events.Back().sdp = *offer;
    HandleTimeout(now);
}

void
Call::Answer(TimePoint now, const SdpSession& answer)
{
    if (m_state == State::INCOMING)
    {
        m_answer = answer;
        HandleTimeout(now);
    }
}

void
Call::Refuse(TimePoint now)
{
    if (m_state == State::INCOMING)
    {
        RefuseIncoming(now, 488); // RFC 3261 21.4.26
        m_context.Report(now, Type::CALL_ENDED, "local", "not acceptable here");
        Reset();
    }
}

void
Call::HandleCancel(TimePoint now, const LayerEvent& event)
{
    const auto invite = m_context.layer.FindInvite(*event.message);
    const bool isOurs = invite && m_transaction && *invite == *m_transaction;
    // RFC 3261 9.2: 481 where nothing matches; else 200, whether or not it still has an effect.
    SipMessage response = SipMessage::Response(*event.message, invite ? 200 : 481, m_localTag);
    m_context.layer.Respond(now, event.id, response);
    if (isOurs && m_state == State::INCOMING)
    {
        RefuseIncoming(now, 487);
        m_context.Report(now, Type::CALL_ENDED, "remote", "cancelled");
        Reset();
    }
}

SipMessage
Call::MakeAnswer(int status) const
{
    SipMessage response = SipMessage::Response(*m_invite, status, m_localTag);
    for (const std::string& route : m_invite->Headers("Record-Route"))
    {
        response.Add("Record-Route", route);
    }
    response.Add("Contact", m_context.Contact(false).ToString());
    if (!m_context.config.accessNetworkInfo.empty())
    {
        response.Add("P-Access-Network-Info", m_context.config.accessNetworkInfo);
    }
    m_context.AddCapabilities(response);
    return response;
}

void
Call::Ring(TimePoint now)
{
    m_ringAt.reset();
    SipMessage ringing = MakeAnswer(180);
    const bool isOffered =
        m_invite->HasToken("Supported", "100rel") || m_invite->HasToken("Require", "100rel");
    if (m_context.config.reliableProvisional && isOffered)
    {
        // RFC 3262 3: "between 1 and 2**31 - 1. It is RECOMMENDED that it be chosen uniformly in this range."
        const uint32_t number = 1 + m_context.random.Below(0x7fffffff);
        m_ringing.Start(
            now, std::move(ringing), number, m_invite->CSeq().number, m_context.config.timers);
        m_context.layer.Respond(now, *m_transaction, m_ringing.Response());
        return;
    }
    m_context.layer.Respond(now, *m_transaction, ringing);
}

void
Call::HandlePrack(TimePoint now, const LayerEvent& event)
{
    // RFC 3262 3: 481 to a PRACK that matches no unacknowledged response.
    const bool isAwaited = m_ringing.TakePrack(*event.message);
    m_context.layer.Respond(
        now, event.id, SipMessage::Response(*event.message, isAwaited ? 200 : 481));
    HandleTimeout(now);
}

void
Call::Accept(TimePoint now)
{
    m_answerAt.reset();
    SipMessage ok = MakeAnswer(200);
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
    if (!m_dialog || !m_dialog->Matches(ack) || !m_dialog->TakeSequence(ack))
    {
        return;
    }
    if (m_state == State::ESTABLISHED)
    {
        m_change.HandleAck(now);
    }
    if (m_state != State::ANSWERED)
    {
        return;
    }
    m_state = State::ESTABLISHED;
    m_ok.reset();
    m_repeatAt.reset();
    m_giveUpAt.reset();
    m_change.Begin(*m_answer, false);
    m_context.Report(now, Type::CALL_ESTABLISHED);
    if (m_hangupWhenAcknowledged)
    {
        SendBye(now);
    }
}

void
Call::RefuseIncoming(TimePoint now, int status)
{
    m_context.layer.Respond(
        now, *m_transaction, SipMessage::Response(*m_invite, status, m_localTag));
}

void
Call::HandleIncomingTimeouts(TimePoint now)
{
    if (IsDue(m_ringAt, now))
    {
        Ring(now);
    }
    switch (m_ringing.HandleTimeout(now))
    {
    case ReliableProvisional::Action::NOTHING:
        break;
    case ReliableProvisional::Action::REPEAT:
        m_context.layer.Respond(now, *m_transaction, m_ringing.Response());
        break;
    case ReliableProvisional::Action::GIVE_UP:
        RefuseIncoming(now, 504);
        m_context.Report(now, Type::CALL_FAILED, "no-prack", "no PRACK for 180");
        Reset();
        return;
    }
    // RFC 3262 3 lets a 2xx overtake a 180 without a description; waiting for the PRACK keeps the order of events.
    const bool mayAccept = m_answer && !m_ringAt && !m_ringing.IsPending();
    if (m_state == State::INCOMING && mayAccept && IsDue(m_answerAt, now))
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

} // namespace imsfw::sip
