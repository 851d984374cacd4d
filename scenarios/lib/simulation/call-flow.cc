// SPDX-License-Identifier: GPL-2.0-only
#include "call-flow.h"

#include "voice-result.h"

#include "ims-tls-core-driver.h"

#include "ns3/simulator.h"

#include <utility>

namespace imsfw::scenario
{

namespace
{

using ns3::imstls::CoreNow;
using ns3::imstls::ToNs3Time;
using sip::SdpCodec;
using sip::SdpSession;
using sip::UserAgentEvent;

/// How long packets that were sent before the end of the talk may still arrive.
constexpr Duration DRAIN_TIME = std::chrono::seconds(1);
} // namespace

CallFlow::CallFlow(const Experiment& experiment,
                   Party ue,
                   Party callee,
                   std::function<void()> onFinished)
    : m_callDuration(experiment.call.duration),
      m_cap(experiment.limits.attempt),
      m_callWanted(experiment.call.enabled),
      m_codec(experiment.media.codec),
      m_ue(std::move(ue)),
      m_callee(std::move(callee)),
      m_onFinished(std::move(onFinished))
{
    WireSip();
    WireUeMedia();
    WireCalleeMedia();
}

CallFlow::~CallFlow()
{
    m_timer.Cancel();
}

void
CallFlow::Start()
{
    m_started = CoreNow();
    if (m_callee.path)
    {
        m_callee.path->Open();
    }
    if (m_ue.sip)
    {
        SwitchTo(Step::REGISTER);
        PrepareCallee();
        m_ue.sip->Register();
    }
    else
    {
        BeginCall();
    }
}

void
CallFlow::PrepareCallee()
{
    if (m_callee.sip && m_callee.site)
    {
        m_callee.sip->Register();
        return;
    }
    m_isCalleeReady = true; // at the core's side it is called by its address
    if (m_callee.sip)
    {
        m_callee.sip->Connect();
    }
}

void
CallFlow::SwitchTo(Step step)
{
    m_step = step;
    m_timer.Cancel();
    if (step == Step::FINISHED)
    {
        return;
    }
    Duration wait = m_cap;
    if (step == Step::TALK)
    {
        wait = m_callDuration;
    }
    else if (step == Step::DRAIN)
    {
        wait = DRAIN_TIME;
    }
    m_timer = ns3::Simulator::Schedule(ToNs3Time(wait), &CallFlow::HandleTimeout, this);
}

void
CallFlow::HandleTimeout()
{
    const StreamFailure timeout{"user", "timeout", "gave up after limits.attempt"};
    switch (m_step)
    {
    case Step::TALK:
        StopTalking();
        return;
    case Step::DRAIN:
        JudgeMedia();
        return;
    case Step::GATHER:
        HandlePathFailure(timeout);
        return;
    case Step::REGISTER:
    case Step::CALL:
    case Step::HANG_UP:
    case Step::INCOMING_CALL:
    case Step::INCOMING_HANG_UP:
        FailControl(timeout);
        return;
    case Step::IDLE:
    case Step::FINISHED:
        return;
    }
}

void
CallFlow::BeginCall()
{
    if (!m_callWanted)
    {
        m_isControlComplete = m_ue.sip != nullptr;
        Finish();
        return;
    }
    m_callStarted = CoreNow();
    if (!m_ue.path)
    {
        Invite(std::nullopt);
        return;
    }
    m_isMediaAttempted = true;
    SwitchTo(Step::GATHER);
    m_ue.path->Open();
}

void
CallFlow::HandlePathReady(const Endpoint& advertised)
{
    if (m_step != Step::GATHER)
    {
        return;
    }
    if (m_ue.sip)
    {
        Invite(advertised);
    }
    else
    {
        ConnectOutOfBand(advertised);
    }
}

void
CallFlow::HandlePathFailure(const StreamFailure& failure)
{
    FailMedia(m_step == Step::GATHER ? "gather" : "talk", failure);
    if (m_step != Step::GATHER)
    {
        return;
    }
    // The call is placed all the same: whether signalling works is a question of its own.
    if (m_ue.sip)
    {
        Invite(std::nullopt);
    }
    else
    {
        Finish();
    }
}

void
CallFlow::Invite(const std::optional<Endpoint>& advertised)
{
    SwitchTo(Step::CALL);
    m_ue.sip->Call(m_callee.uri, MakeSdp(m_ue, advertised));
}

void
CallFlow::ConnectOutOfBand(const Endpoint& advertised)
{
    WhenCalleeSettled(
        [this, advertised]
        {
            SwitchTo(Step::TALK);
            m_isCalleeTalking = true;
            if (m_calleeAdvertised)
            {
                m_callee.path->SetPeer(advertised);
                m_ue.path->SetPeer(*m_calleeAdvertised);
            }
        });
}

void
CallFlow::HandleAnswered(const std::optional<SdpSession>& answer)
{
    if (m_step != Step::CALL)
    {
        return;
    }
    m_callSetup = CoreNow() - m_callStarted;
    SwitchTo(Step::TALK);
    if (m_isMediaAttempted && !m_mediaFailure && answer && answer->audio.port != 0)
    {
        m_ue.path->SetPeer(answer->audio);
    }
}

void
CallFlow::StopTalking()
{
    m_talkEnd = CoreNow();
    if (m_ue.voice)
    {
        m_ue.voice->StopTalking();
        m_callee.voice->StopTalking();
    }
    SwitchTo(Step::DRAIN);
}

void
CallFlow::JudgeMedia()
{
    if (m_isMediaAttempted)
    {
        m_voiceUp = ToVoiceResult(*m_ue.voice, *m_callee.voice);
        m_voiceDown = ToVoiceResult(*m_callee.voice, *m_ue.voice);
        if (const auto why = WhyDead(*m_callee.voice, m_talkEnd))
        {
            FailMedia("talk", {"rtp", *why, "from the UE to the callee"});
        }
        if (const auto why = WhyDead(*m_ue.voice, m_talkEnd))
        {
            FailMedia("talk", {"rtp", *why, "from the callee to the UE"});
        }
    }
    if (m_ue.sip)
    {
        SwitchTo(Step::HANG_UP);
        m_callee.sip->Hangup();
    }
    else
    {
        Finish();
    }
}

void
CallFlow::FailControl(const StreamFailure& failure)
{
    static constexpr const char* NAMES[] = {"start",
                                            "register",
                                            "call",
                                            "call",
                                            "call",
                                            "hang-up",
                                            "hang-up",
                                            "incoming-call",
                                            "incoming-call",
                                            "finished"};
    if (!m_controlFailure && m_step != Step::FINISHED)
    {
        m_controlFailure = PlaneFailure{NAMES[static_cast<int>(m_step)], failure, CoreNow()};
        Finish();
    }
}

void
CallFlow::FailMedia(const std::string& step, const StreamFailure& failure)
{
    if (!m_mediaFailure && m_step != Step::FINISHED)
    {
        m_mediaFailure = PlaneFailure{step, failure, CoreNow()};
    }
}

void
CallFlow::Finish()
{
    if (m_step == Step::FINISHED)
    {
        return;
    }
    SwitchTo(Step::FINISHED);
    for (Party* party : {&m_ue, &m_callee})
    {
        if (party->voice)
        {
            party->voice->StopTalking();
            party->path->Close();
        }
    }
    if (m_ue.sip)
    {
        m_ue.sip->Close();
    }
    m_onFinished();
}

SdpSession
CallFlow::MakeSdp(const Party& party, const std::optional<Endpoint>& audio) const
{
    SdpSession sdp;
    sdp.audio = audio.value_or(party.host);
    sdp.codecs = {m_codec == "g711" ? SdpCodec::Pcmu() : SdpCodec::AmrWb()};
    sdp.direction = audio ? sip::SdpDirection::SENDRECV : sip::SdpDirection::INACTIVE;
    return sdp;
}

Verdict
CallFlow::GetControlVerdict() const
{
    if (!m_ue.sip)
    {
        return Verdict::NOT_ATTEMPTED;
    }
    return m_isControlComplete ? Verdict::PASS : Verdict::FAIL;
}

Verdict
CallFlow::GetMediaVerdict() const
{
    if (m_mediaFailure)
    {
        return Verdict::FAIL;
    }
    return m_voiceUp ? Verdict::PASS : Verdict::NOT_ATTEMPTED;
}

const std::optional<PlaneFailure>&
CallFlow::GetControlFailure() const
{
    return m_controlFailure;
}

const std::optional<PlaneFailure>&
CallFlow::GetMediaFailure() const
{
    return m_mediaFailure;
}

std::optional<Duration>
CallFlow::GetRegistration() const
{
    return m_registration;
}

std::optional<Duration>
CallFlow::GetCallSetup() const
{
    return m_callSetup;
}

std::optional<VoiceResult>
CallFlow::GetVoiceUp() const
{
    return m_voiceUp;
}

std::optional<VoiceResult>
CallFlow::GetVoiceDown() const
{
    return m_voiceDown;
}

} // namespace imsfw::scenario
