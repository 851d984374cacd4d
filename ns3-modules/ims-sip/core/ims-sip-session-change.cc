// SPDX-License-Identifier: GPL-2.0-only
#include "ims-sip-session-change.h"

#include <algorithm>
#include <utility>

namespace imsfw::sip
{

using Type = UserAgentEvent::Type;

SessionChange::SessionChange(UserAgentContext& context) : m_context(context)
{
}

void
SessionChange::Begin(const SdpSession& local, bool isCallIdOurs)
{
    Reset();
    m_local = local;
    m_isCallIdOurs = isCallIdOurs;
}

void
SessionChange::Offer(TimePoint now, SipDialog& dialog, const SdpSession& wanted)
{
    if (m_wanted || !m_local)
    {
        return;
    }
    m_wanted = wanted;
    // RFC 3264 8: the same session, "the version in the origin field MUST increment by one".
    m_wanted->sessionId = m_local->sessionId;
    m_wanted->version = m_local->version + 1;
    Send(now, dialog);
}

void
SessionChange::Send(TimePoint now, SipDialog& dialog)
{
    m_ack.reset();
    SipMessage invite = dialog.MakeRequest("INVITE");
    invite.Add("Contact", m_context.Contact(false).ToString());
    if (!m_context.config.accessNetworkInfo.empty())
    {
        invite.Add("P-Access-Network-Info", m_context.config.accessNetworkInfo);
    }
    m_context.AddCapabilities(invite);
    invite.SetBody("application/sdp", m_wanted->ToString());
    m_transaction = m_context.Send(now, std::move(invite));
}

bool
SessionChange::HandleEvent(TimePoint now, SipDialog& dialog, const LayerEvent& event)
{
    if (!m_transaction || event.id != *m_transaction)
    {
        return false;
    }
    if (event.type == LayerEvent::Type::TIMED_OUT)
    {
        m_context.Report(now, Type::REQUEST_TIMED_OUT, "timeout", "INVITE");
        m_isDialogGone = true;
    }
    else if (event.message && event.message->Status() >= 200)
    {
        HandleFinal(now, dialog, *event.message);
    }
    return true;
}

void
SessionChange::HandleFinal(TimePoint now, SipDialog& dialog, const SipMessage& response)
{
    const int status = response.Status();
    if (status < 300)
    {
        return HandleAccepted(now, dialog, response);
    }
    m_transaction.reset();
    if (status == 491)
    {
        // RFC 3261 14.1: between 2.1 and 4 s for the owner of the Call-ID, up to 2 s for the other, in units of 10 ms.
        const uint32_t units =
            m_isCallIdOurs ? 210 + m_context.random.Below(191) : m_context.random.Below(201);
        m_retryAt = now + units * std::chrono::milliseconds(10);
        return;
    }
    m_wanted.reset();
    m_isDialogGone = status == 408 || status == 481;
    m_context.Report(now, Type::SESSION_CHANGED, "refused", response);
}

void
SessionChange::HandleAccepted(TimePoint now, SipDialog& dialog, const SipMessage& response)
{
    if (m_ack)
    {
        m_context.SendStateless(*m_ack); // 13.2.2.4: once more for each 2xx that comes again
        return;
    }
    dialog.RefreshTarget(response);
    SipMessage ack = dialog.MakeRequest("ACK");
    ack.Prepend("Via", m_context.NewVia().ToString());
    m_ack = ack;
    m_context.SendStateless(ack);
    m_local = std::exchange(m_wanted, std::nullopt);
    const auto answer = SdpSession::Parse(response.Body());
    m_context.Report(now, Type::SESSION_CHANGED, answer ? "local" : "bad-answer", response);
    if (answer)
    {
        m_context.events.Back().sdp = *answer;
    }
}

void
SessionChange::HandleInvite(TimePoint now, SipDialog& dialog, const LayerEvent& event)
{
    if (m_wanted && m_transaction)
    {
        return Refuse(now, event, 491); // RFC 3261 14.2: "Request Pending"
    }
    if (m_answer || !m_local)
    {
        return Refuse(now, event, 500); // 14.2: the one before is not done with
    }
    const auto offer = SdpSession::Parse(event.message->Body());
    const auto answer = offer ? SdpSession::Answer(*offer, *m_local) : offer;
    if (!answer)
    {
        return Refuse(now, event, 488);
    }
    dialog.RefreshTarget(*event.message);
    SendAnswer(now, event, *answer, *offer);
}

void
SessionChange::Refuse(TimePoint now, const LayerEvent& event, int status)
{
    SipMessage response = SipMessage::Response(*event.message, status);
    if (status == 500)
    {
        // 14.2: "MUST include a Retry-After header field with a randomly chosen value of between 0 and 10 seconds"
        response.Add("Retry-After", std::to_string(m_context.random.Below(11)));
    }
    m_context.layer.Respond(now, event.id, response);
}

void
SessionChange::SendAnswer(TimePoint now,
                          const LayerEvent& event,
                          const SdpSession& local,
                          const SdpSession& remote)
{
    SdpSession next = local;
    next.version = m_local->version + 1;
    SipMessage ok = SipMessage::Response(*event.message, 200);
    ok.Add("Contact", m_context.Contact(false).ToString());
    m_context.AddCapabilities(ok);
    ok.SetBody("application/sdp", next.ToString());
    m_context.layer.Respond(now, event.id, ok);
    const SipTimers& timers = m_context.config.timers;
    m_answer = Answer{
        event.id, std::move(ok), next, remote, timers.t1, now + timers.t1, now + timers.timeout};
}

void
SessionChange::HandleAck(TimePoint now)
{
    if (!m_answer)
    {
        return;
    }
    const Answer answer = *std::exchange(m_answer, std::nullopt);
    // Codecs that this offer left out may come back with the next one: only version and direction are taken over.
    m_local->version = answer.local.version;
    m_local->direction = answer.local.direction;
    m_context.Report(now, Type::SESSION_CHANGED, "remote");
    m_context.events.Back().sdp = answer.remote;
}

void
SessionChange::HandleTimeout(TimePoint now, SipDialog& dialog)
{
    if (m_retryAt && *m_retryAt <= now)
    {
        m_retryAt.reset();
        Send(now, dialog);
    }
    if (m_answer && m_answer->giveUpAt <= now)
    {
        // RFC 3261 14.2: without an ACK the session ends, as with the first INVITE.
        m_answer.reset();
        m_isDialogGone = true;
    }
    if (m_answer && m_answer->repeatAt <= now)
    {
        m_context.layer.Respond(now, m_answer->id, m_answer->ok);
        m_answer->interval = std::min(2 * m_answer->interval, m_context.config.timers.t2);
        m_answer->repeatAt = now + m_answer->interval;
    }
}

std::optional<TimePoint>
SessionChange::NextTimeout() const
{
    auto next = m_retryAt;
    if (m_answer)
    {
        next = Earlier(next, Earlier(m_answer->repeatAt, m_answer->giveUpAt));
    }
    return next;
}

void
SessionChange::Reset()
{
    m_local.reset();
    m_wanted.reset();
    m_isDialogGone = false;
    m_transaction.reset();
    m_ack.reset();
    m_retryAt.reset();
    m_answer.reset();
}

} // namespace imsfw::sip
