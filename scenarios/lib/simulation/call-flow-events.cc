// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// What a call flow makes of what its parties' SIP and media tell it.
#include "call-flow.h"

#include "ims-tls-core-driver.h"

#include "ns3/simulator.h"

#include <utility>

namespace imsfw::scenario
{

using sip::SdpSession;
using sip::UserAgentEvent;

void
CallFlow::HandleUe(const UserAgentEvent& event)
{
    switch (event.type)
    {
    case UserAgentEvent::Type::CALL_ANSWERED:
        HandleAnswered(event.sdp);
        return;
    case UserAgentEvent::Type::CALL_ENDED:
        m_isUeIdle = true;
        CallBack();
        return;
    case UserAgentEvent::Type::INCOMING_CALL:
        HandleUeIncoming(event);
        return;
    case UserAgentEvent::Type::CALL_ESTABLISHED:
        if (m_step == Step::INCOMING_CALL)
        {
            SwitchTo(Step::INCOMING_HANG_UP);
            m_ueControl.Agent().Hangup();
        }
        return;
    case UserAgentEvent::Type::CALL_FAILED:
        FailControl(FailureOf(m_ueControl.Agent(), event));
        return;
    case UserAgentEvent::Type::REGISTRATION_FAILED:
    case UserAgentEvent::Type::FLOW_FAILED:
    case UserAgentEvent::Type::REGISTERED:
        HandleFlowEvent(event);
        return;
    case UserAgentEvent::Type::RINGING:
    case UserAgentEvent::Type::OPTIONS_ANSWERED:
    case UserAgentEvent::Type::DEREGISTERED:
    case UserAgentEvent::Type::SESSION_CHANGED:
    case UserAgentEvent::Type::REQUEST_TIMED_OUT: // the failure that follows is an event of its own
        return;
    }
}

void
CallFlow::CallBack()
{
    if (m_step == Step::HANG_UP && m_isUeIdle && m_isCalleeIdle)
    {
        m_idle > Duration(0) ? SwitchTo(Step::WAIT) : BeginIncomingCall();
    }
}

void
CallFlow::BeginIncomingCall()
{
    SwitchTo(Step::INCOMING_CALL);
    m_calleeControl.Agent().Call(m_ue.uri, MakeSdp(m_callee, std::nullopt));
}

void
CallFlow::HandleFlowEvent(const UserAgentEvent& event)
{
    if (event.type == UserAgentEvent::Type::REGISTERED)
    {
        if (!m_flowFailures.empty() && !m_flowFailures.back().recovered)
        {
            m_flowFailures.back().recovered = event.time;
        }
        return;
    }
    if (!m_recovers || m_step != Step::WAIT)
    {
        FailControl(FailureOf(m_ueControl.Agent(), event));
        return;
    }
    // A failed flow is told once; that the registration went with it, or that the next attempt failed, adds nothing.
    if (m_flowFailures.empty() || m_flowFailures.back().recovered)
    {
        const auto failure = FailureOf(m_ueControl.Agent(), event);
        m_flowFailures.push_back(
            {event.time, failure.layer + "-" + failure.reason, failure.detail, {}});
    }
}

void
CallFlow::RefreshSession()
{
    if (m_refresh <= Duration(0))
    {
        return;
    }
    m_refreshTimer = ns3::Simulator::Schedule(ns3::imstls::ToNs3Time(m_refresh),
                                              [this]
                                              {
                                                  m_ueControl.Agent().ChangeSession(MakeOffer());
                                                  RefreshSession();
                                              });
}

void
CallFlow::HandleUeIncoming(const UserAgentEvent& event)
{
    const auto answer = event.sdp ? SdpSession::Answer(*event.sdp, MakeSdp(m_ue, std::nullopt))
                                  : SdpSession::Answer(MakeSdp(m_callee, std::nullopt),
                                                       MakeSdp(m_ue, std::nullopt));
    if (m_step != Step::INCOMING_CALL)
    {
        return;
    }
    answer ? m_ueControl.Agent().Answer(*answer) : m_ueControl.Agent().Refuse();
}

void
CallFlow::HandleCallee(const UserAgentEvent& event)
{
    switch (event.type)
    {
    case UserAgentEvent::Type::INCOMING_CALL:
        HandleCalleeIncoming(event);
        return;
    case UserAgentEvent::Type::CALL_ESTABLISHED:
        m_messages.StartCallee();
        m_isCalleeTalking = m_isMediaAttempted && !m_mediaFailure;
        TalkAtCallee();
        return;
    case UserAgentEvent::Type::CALL_ENDED:
        m_isCalleeIdle = true;
        CallBack();
        if (m_step == Step::INCOMING_HANG_UP)
        {
            m_isControlComplete = true;
            Finish();
        }
        return;
    case UserAgentEvent::Type::CALL_FAILED:
        if (m_step != Step::FINISHED)
        {
            FailControl({"sip", event.reason, "at the callee: " + event.detail});
        }
        return;
    case UserAgentEvent::Type::REGISTRATION_FAILED:
    case UserAgentEvent::Type::FLOW_FAILED:
        if (m_callee.site) // at the core's side, over UDP: what follows shows at the UE
        {
            auto failure = FailureOf(m_calleeControl.Agent(), event);
            failure.detail = "at the callee: " + failure.detail;
            FailControl(failure);
        }
        return;
    case UserAgentEvent::Type::REGISTERED:
    case UserAgentEvent::Type::RINGING:
    case UserAgentEvent::Type::CALL_ANSWERED:
    case UserAgentEvent::Type::OPTIONS_ANSWERED:
    case UserAgentEvent::Type::DEREGISTERED:
    case UserAgentEvent::Type::SESSION_CHANGED:
    case UserAgentEvent::Type::REQUEST_TIMED_OUT:
        return;
    }
}

void
CallFlow::HandleCalleeIncoming(const UserAgentEvent& event)
{
    if (!event.sdp)
    {
        return;
    }
    WhenCalleeSettled([this, offer = *event.sdp] { AnswerAtCallee(offer); });
}

void
CallFlow::WhenCalleeSettled(std::function<void()> action)
{
    m_whenCalleeSettled = std::move(action);
    HandleCalleeSettled();
}

void
CallFlow::HandleCalleeSettled()
{
    const bool isSettled = !m_calleeMedia.Exists() || m_calleeMedia.IsSettled();
    if (isSettled && m_messages.IsCalleeSettled() && m_whenCalleeSettled)
    {
        const auto waiting = std::exchange(m_whenCalleeSettled, nullptr);
        waiting();
    }
}

void
CallFlow::AnswerAtCallee(const SdpSession& offer)
{
    SdpSession local = MediaSdp(m_callee, m_calleeMedia);
    m_messages.Answer(offer, local);
    const auto answer = SdpSession::Answer(offer, local);
    if (!answer)
    {
        m_calleeControl.Agent().Refuse();
        return;
    }
    if (offer.audio.port != 0)
    {
        m_isCalleeFilming = answer->video && answer->video->IsWanted();
        TellPeer(m_calleeMedia, offer);
    }
    m_calleeControl.Agent().Answer(*answer);
}

} // namespace imsfw::scenario
