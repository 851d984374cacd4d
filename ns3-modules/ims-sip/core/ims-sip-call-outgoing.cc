// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The caller's side of a call.
#include "ims-sip-call.h"

#include "base/text.h"

#include <utility>

namespace imsfw::sip
{

using Type = UserAgentEvent::Type;

namespace
{

constexpr std::string_view MMTEL_SERVICE = "urn:urn-7:3gpp-service.ims.icsi.mmtel";

} // namespace

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
    const bool isReliable = m_context.config.reliableProvisional;
    invite.Add("Supported", isReliable ? "100rel, outbound, gruu" : "outbound, gruu");
    m_context.AddCapabilities(invite);
    invite.SetBody("application/sdp", offer.ToString());
    m_invite = invite;
    m_offer = offer;
    m_state = State::CALLING;
    m_outgoing.answerBy = now + m_context.config.answerTimeout;
    m_transaction = m_context.Send(now, std::move(invite));
}

void
Call::HandleInviteEvent(TimePoint now, const LayerEvent& event)
{
    if (event.type == LayerEvent::Type::RESPONSE)
    {
        HandleInviteResponse(now, *event.message);
    }
    else if (event.type == LayerEvent::Type::TIMED_OUT)
    {
        m_context.Report(now, Type::REQUEST_TIMED_OUT, "timeout", "INVITE");
        if (m_outgoing.giveUp.empty())
        {
            m_context.Report(now, Type::CALL_FAILED, "timeout", "no answer to INVITE");
        }
        else
        {
            ReportGivenUp(now, "no answer to INVITE");
        }
        Reset();
    }
}

void
Call::HandleInviteResponse(TimePoint now, const SipMessage& response)
{
    const int status = response.Status();
    if (status < 200)
    {
        HandleProvisional(now, response);
    }
    else if (status < 300)
    {
        HandleAccepted(now, response);
    }
    else if (m_outgoing.giveUp.empty())
    {
        m_context.Report(now, Type::CALL_FAILED, "refused", response);
        Reset();
    }
    else
    {
        ReportGivenUp(now, std::to_string(status) + " " + response.Reason());
        Reset();
    }
}

void
Call::HandleProvisional(TimePoint now, const SipMessage& response)
{
    if (m_state != State::CALLING || !TakeReliable(now, response))
    {
        return;
    }
    if (response.Status() == 180 && !std::exchange(m_outgoing.isRinging, true))
    {
        m_context.Report(now, Type::RINGING, "", response);
    }
    if (!m_outgoing.giveUp.empty())
    {
        GiveUp(now, m_outgoing.giveUp); // what had to wait for a provisional response
    }
}

bool
Call::TakeReliable(TimePoint now, const SipMessage& response)
{
    const auto number = response.Number("RSeq");
    if (!response.HasToken("Require", "100rel") || !number)
    {
        return true;
    }
    // RFC 3262 4: the first one may have any number; after it, only the next number is taken, all others are discarded.
    if (m_outgoing.lastRSeq != 0 && *number != m_outgoing.lastRSeq + 1)
    {
        return false;
    }
    m_dialog = m_dialog ? m_dialog : SipDialog::OfCaller(*m_invite, response);
    if (!m_dialog)
    {
        return true; // without tag or Contact there is no dialog to acknowledge in: the callee will repeat it
    }
    m_outgoing.lastRSeq = *number;
    SipMessage prack = m_dialog->MakeRequest("PRACK");
    prack.Add("RAck",
              std::to_string(*number) + " " + std::to_string(response.CSeq().number) + " INVITE");
    m_outgoing.pracks.insert(m_context.Send(now, std::move(prack)));
    return true;
}

bool
Call::HandlePrackEvent(TimePoint now, const LayerEvent& event)
{
    if (m_outgoing.pracks.count(event.id) == 0)
    {
        return false;
    }
    if (event.type == LayerEvent::Type::TIMED_OUT)
    {
        m_context.Report(now, Type::REQUEST_TIMED_OUT, "timeout", "PRACK");
    }
    return true;
}

void
Call::HandleAccepted(TimePoint now, const SipMessage& response)
{
    if (m_ack)
    {
        m_context.SendStateless(*m_ack); // 13.2.2.4: once more for each 2xx that comes again
        return;
    }
    if (!TakeDialog(response))
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
    m_outgoing.answerBy.reset();
    const auto answer = SdpSession::Parse(response.Body());
    if (m_outgoing.giveUp == "no-answer")
    {
        ReportGivenUp(now, "answered too late");
    }
    else if (answer)
    {
        m_context.Report(now, Type::CALL_ANSWERED, "", response);
        m_context.events.Back().sdp = *answer;
        m_change.Begin(*m_offer, true);
    }
    else
    {
        m_context.Report(
            now, Type::CALL_FAILED, "bad-answer", std::string(ToString(answer.Error())));
    }
    if (!answer || !m_outgoing.giveUp.empty())
    {
        SendBye(now);
    }
}

bool
Call::TakeDialog(const SipMessage& response)
{
    if (!m_dialog || !m_dialog->Confirm(response))
    {
        m_dialog = SipDialog::OfCaller(*m_invite, response);
    }
    return m_dialog.has_value();
}

void
Call::GiveUp(TimePoint now, const std::string& why)
{
    m_outgoing.giveUp = why;
    if (!m_outgoing.isCancelSent)
    {
        // Without a provisional response nothing may be sent yet: the next one tries again, timer B ends it else.
        m_outgoing.isCancelSent = m_context.layer.Cancel(now, *m_transaction).has_value();
    }
}

void
Call::ReportGivenUp(TimePoint now, const std::string& detail)
{
    const bool isOurWish = m_outgoing.giveUp == "local";
    m_context.Report(
        now, isOurWish ? Type::CALL_ENDED : Type::CALL_FAILED, m_outgoing.giveUp, detail);
}

} // namespace imsfw::sip
