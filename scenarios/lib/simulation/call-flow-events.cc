// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// What a call flow makes of what its parties' SIP and media tell it.
#include "call-flow.h"

#include "ims-tls-core-driver.h"

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
        m_callee.sip->SetEventHandler([this](const UserAgentEvent& event) { HandleCallee(event); });
    }
}

void
CallFlow::WireMedia()
{
    if (!m_ue.path)
    {
        return;
    }
    ns3::imsturn::MediaPath::Handlers ue;
    ue.onReady = [this](const Endpoint& advertised) { HandlePathReady(advertised); };
    ue.onPeerReady = [this] { m_ue.voice->StartTalking(); };
    ue.onData = [this](const Endpoint&, ByteView bytes) { m_ue.voice->Receive(bytes); };
    ue.onFailure = [this](const StreamFailure& failure) { HandlePathFailure(failure); };
    m_ue.path->SetHandlers(ue);
    m_ue.voice->SetSender([this](ByteView bytes) { m_ue.path->Send(bytes); });

    ns3::imsturn::MediaPath::Handlers callee;
    callee.onReady = [this](const Endpoint& advertised) { m_calleeAdvertised = advertised; };
    callee.onPeerReady = [] {};
    callee.onData = [this](const Endpoint&, ByteView bytes) { m_callee.voice->Receive(bytes); };
    callee.onFailure = [](const StreamFailure&) {}; // its silence shows at the UE
    m_callee.path->SetHandlers(callee);
    m_callee.voice->SetSender([this](ByteView bytes) { m_callee.path->Send(bytes); });
}

void
CallFlow::HandleUe(const UserAgentEvent& event)
{
    switch (event.type)
    {
    case UserAgentEvent::Type::REGISTERED:
        if (m_step == Step::REGISTER)
        {
            m_registration = CoreNow() - m_started;
            BeginCall();
        }
        return;
    case UserAgentEvent::Type::CALL_ANSWERED:
        HandleAnswered(event.sdp);
        return;
    case UserAgentEvent::Type::CALL_ENDED:
        if (m_step == Step::HANG_UP)
        {
            SwitchTo(Step::INCOMING_CALL);
            m_callee.sip->Call(m_ue.uri, MakeSdp(m_callee, std::nullopt));
        }
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
    case UserAgentEvent::Type::REQUEST_TIMED_OUT: // the failure that follows is an event of its own
        return;
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
        if (m_isCalleeTalking)
        {
            m_callee.voice->StartTalking();
        }
        return;
    case UserAgentEvent::Type::CALL_ENDED:
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
    case UserAgentEvent::Type::REGISTRATION_FAILED:
    case UserAgentEvent::Type::RINGING:
    case UserAgentEvent::Type::CALL_ANSWERED:
    case UserAgentEvent::Type::OPTIONS_ANSWERED:
    case UserAgentEvent::Type::REQUEST_TIMED_OUT:
    case UserAgentEvent::Type::
        FLOW_FAILED: // on UDP, and at the core's side: what follows shows at the UE
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
    const auto answer = SdpSession::Answer(*event.sdp, MakeSdp(m_callee, m_calleeAdvertised));
    if (!answer)
    {
        return;
    }
    if (m_callee.path && event.sdp->audio.port != 0)
    {
        m_callee.path->SetPeer(event.sdp->audio);
    }
    m_callee.sip->Answer(*answer);
}

} // namespace imsfw::scenario
