// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// What a call flow makes of what its parties' SIP and media tell it.
#include "call-flow.h"

#include "ims-tls-core-driver.h"

#include <utility>

namespace imsfw::scenario
{

using ns3::imstls::CoreNow;
using sip::SdpSession;
using sip::UserAgentEvent;

void
CallFlow::WireSip()
{
    if (m_ue.sip)
    {
        m_ue.sip->SetEventHandler([this](const UserAgentEvent& event) { HandleUe(event); });
    }
    if (m_callee.sip)
    {
        m_callee.sip->SetEventHandler([this](const UserAgentEvent& event) { HandleCallee(event); });
    }
}

void
CallFlow::WireUeMedia()
{
    if (!m_ue.path)
    {
        return;
    }
    ns3::imsturn::MediaPath::Handlers handlers;
    handlers.onReady = [this](const Endpoint& advertised) { HandlePathReady(advertised); };
    handlers.onPeerReady = [this] { m_ue.voice->StartTalking(); };
    handlers.onData = [this](const Endpoint&, ByteView bytes) { m_ue.voice->Receive(bytes); };
    handlers.onFailure = [this](const StreamFailure& failure) { HandlePathFailure(failure); };
    m_ue.path->SetHandlers(handlers);
    m_ue.voice->SetSender([this](ByteView bytes) { m_ue.path->Send(bytes); });
}

void
CallFlow::WireCalleeMedia()
{
    if (!m_callee.path)
    {
        return;
    }
    const auto settle = [this](const std::optional<Endpoint>& advertised)
    {
        m_calleeAdvertised = advertised;
        m_isCalleePathSettled = true;
        if (const auto waiting = std::exchange(m_whenCalleeSettled, nullptr))
        {
            waiting();
        }
    };
    ns3::imsturn::MediaPath::Handlers handlers;
    handlers.onReady = settle;
    handlers.onPeerReady = [this]
    {
        m_isCalleePeerReady = true;
        TalkAtCallee();
    };
    handlers.onData = [this](const Endpoint&, ByteView bytes) { m_callee.voice->Receive(bytes); };
    handlers.onFailure = [this, settle](StreamFailure failure)
    {
        failure.detail = "at the callee: " + failure.detail;
        FailMedia(m_isCalleePathSettled ? "talk" : "gather", failure);
        settle(std::nullopt);
    };
    m_callee.path->SetHandlers(handlers);
    m_callee.voice->SetSender([this](ByteView bytes) { m_callee.path->Send(bytes); });
}

void
CallFlow::HandleUe(const UserAgentEvent& event)
{
    switch (event.type)
    {
    case UserAgentEvent::Type::REGISTERED:
        if (m_step == Step::REGISTER && !m_isUeRegistered)
        {
            m_registration = CoreNow() - m_started;
            m_isUeRegistered = true;
            HandleRegistered();
        }
        return;
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
            m_ue.sip->Hangup();
        }
        return;
    case UserAgentEvent::Type::REGISTRATION_FAILED:
    case UserAgentEvent::Type::CALL_FAILED:
    case UserAgentEvent::Type::FLOW_FAILED:
        FailControl(
            m_ue.sip->GetFlowFailure().value_or(StreamFailure{"sip", event.reason, event.detail}));
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
        SwitchTo(Step::INCOMING_CALL);
        m_callee.sip->Call(m_ue.uri, MakeSdp(m_callee, std::nullopt));
    }
}

void
CallFlow::HandleUeIncoming(const UserAgentEvent& event)
{
    const auto answer = event.sdp ? SdpSession::Answer(*event.sdp, MakeSdp(m_ue, std::nullopt))
                                  : SdpSession::Answer(MakeSdp(m_callee, std::nullopt),
                                                       MakeSdp(m_ue, std::nullopt));
    if (m_step == Step::INCOMING_CALL && answer)
    {
        m_ue.sip->Answer(*answer);
    }
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
    case UserAgentEvent::Type::REGISTERED:
        m_isCalleeReady = true;
        HandleRegistered();
        return;
    case UserAgentEvent::Type::REGISTRATION_FAILED:
    case UserAgentEvent::Type::FLOW_FAILED:
        HandleCalleeLost(event);
        return;
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
CallFlow::HandleCalleeLost(const UserAgentEvent& event)
{
    if (!m_callee.site)
    {
        return; // at the core's side, over UDP: what follows shows at the UE
    }
    auto failure =
        m_callee.sip->GetFlowFailure().value_or(StreamFailure{"sip", event.reason, event.detail});
    failure.detail = "at the callee: " + failure.detail;
    FailControl(failure);
}

void
CallFlow::HandleRegistered()
{
    if (m_step == Step::REGISTER && m_isUeRegistered && m_isCalleeReady)
    {
        BeginCall();
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
    if (m_callee.path && !m_isCalleePathSettled)
    {
        m_whenCalleeSettled = std::move(action);
        return;
    }
    action();
}

void
CallFlow::AnswerAtCallee(const SdpSession& offer)
{
    const auto answer = SdpSession::Answer(offer, MakeSdp(m_callee, m_calleeAdvertised));
    if (!answer)
    {
        return;
    }
    if (m_calleeAdvertised && offer.audio.port != 0)
    {
        m_callee.path->SetPeer(offer.audio);
    }
    m_callee.sip->Answer(*answer);
}

void
CallFlow::TalkAtCallee()
{
    if (m_isCalleeTalking && m_isCalleePeerReady)
    {
        m_callee.voice->StartTalking();
    }
}

} // namespace imsfw::scenario
