// SPDX-License-Identifier: GPL-2.0-only
#include "call-flow.h"

#include "ims-tls-core-driver.h"

#include "ns3/simulator.h"

#include <utility>

namespace imsfw::scenario
{

namespace
{

using ns3::imstls::CoreNow;
using ns3::imstls::ToNs3Time;
using sip::SdpSession;
using sip::UserAgentEvent;

/// How long packets that were sent before the end of the talk may still arrive.
constexpr Duration DRAIN_TIME = std::chrono::seconds(1);

} // namespace

CallFlow::CallFlow(const Experiment& experiment,
                   const Party& ue,
                   const Party& callee,
                   std::function<void()> onFinished)
    : m_callDuration(experiment.call.duration),
      m_cap(experiment.limits.attempt),
      m_idle(experiment.call.idle),
      m_refresh(experiment.call.refresh),
      m_recovers(experiment.sip.recover),
      m_callWanted(experiment.call.enabled),
      m_codec(experiment.media.codec),
      m_videoType(static_cast<uint8_t>(experiment.media.video.payloadType)),
      m_ue(ue),
      m_callee(callee),
      m_onFinished(std::move(onFinished)),
      m_ueControl(experiment, ue, UeControlHandlers()),
      m_calleeControl(experiment, callee, CalleeControlHandlers()),
      m_ueMedia(experiment, ue, UeMediaHandlers()),
      m_calleeMedia(experiment, callee, CalleeMediaHandlers()),
      m_messages(
          experiment, ue, callee, [this] { HandleUePath(); }, [this] { HandleCalleeSettled(); })
{
}

CallFlow::~CallFlow()
{
    m_timer.Cancel();
    m_refreshTimer.Cancel();
}

ControlSide::Handlers
CallFlow::UeControlHandlers()
{
    return {[this]
            {
                m_registration = CoreNow() - m_started;
                HandleReady();
            },
            [this](const StreamFailure& failure) { FailControl(failure); },
            [this](const UserAgentEvent& event) { HandleUe(event); }};
}

ControlSide::Handlers
CallFlow::CalleeControlHandlers()
{
    return {[this] { HandleReady(); },
            [this](StreamFailure failure)
            {
                failure.detail = "at the callee: " + failure.detail;
                FailControl(failure);
            },
            [this](const UserAgentEvent& event) { HandleCallee(event); }};
}

MediaSide::Handlers
CallFlow::UeMediaHandlers()
{
    return {[this] { HandleUePath(); },
            [this]
            {
                m_isUePeerReady = true;
                TalkAtUe();
                TalkOnceConnected();
            },
            [this](const StreamFailure& failure)
            { FailMediaSide(m_ueMedia, failure, m_stepStarted); }};
}

MediaSide::Handlers
CallFlow::CalleeMediaHandlers()
{
    return {[this] { HandleCalleeSettled(); },
            [this]
            {
                m_isCalleePeerReady = true;
                TalkAtCallee();
                TalkOnceConnected();
            },
            [this](StreamFailure failure)
            {
                failure.detail = "at the callee: " + failure.detail;
                FailMediaSide(m_calleeMedia, failure, m_started);
            }};
}

void
CallFlow::Start()
{
    m_started = CoreNow();
    if (m_calleeMedia.Exists())
    {
        m_calleeMedia.Open(0);
    }
    m_messages.OpenCallee();
    if (!m_ueControl.Exists())
    {
        BeginCall();
        return;
    }
    SwitchTo(Step::REGISTER);
    if (m_calleeControl.Exists())
    {
        m_calleeControl.Start();
    }
    m_ueControl.Start();
}

void
CallFlow::HandleReady()
{
    const bool isCalleeReady = !m_calleeControl.Exists() || m_calleeControl.IsReady();
    if (m_step == Step::REGISTER && m_ueControl.IsReady() && isCalleeReady)
    {
        BeginCall();
    }
}

void
CallFlow::SwitchTo(Step step)
{
    m_step = step;
    m_stepStarted = CoreNow();
    m_timer.Cancel();
    m_refreshTimer.Cancel();
    if (step == Step::FINISHED)
    {
        return;
    }
    if (step == Step::REGISTER || step == Step::GATHER)
    {
        return; // each attempt has a time of its own
    }
    Duration wait = m_cap;
    if (step == Step::TALK)
    {
        m_talkStarted = m_stepStarted;
        wait = m_callDuration;
    }
    else if (step == Step::WAIT)
    {
        wait = m_idle;
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
    case Step::WAIT:
        m_callWanted ? BeginIncomingCall() : EndRegisteredOnly();
        return;
    case Step::CONNECT:
        FailMedia("ice", timeout, m_callStarted);
        StopTalking();
        return;
    case Step::CALL:
    case Step::HANG_UP:
    case Step::INCOMING_CALL:
    case Step::INCOMING_HANG_UP:
        FailControl(timeout);
        return;
    case Step::IDLE:
    case Step::REGISTER:
    case Step::GATHER:
    case Step::FINISHED:
        return;
    }
}

void
CallFlow::BeginCall()
{
    if (!m_callWanted)
    {
        m_idle > Duration(0) ? SwitchTo(Step::WAIT) : EndRegisteredOnly();
        return;
    }
    m_callStarted = CoreNow();
    m_isMediaAttempted = m_ueMedia.Exists();
    SwitchTo(Step::GATHER);
    const std::size_t way = m_ueControl.IsReady() ? m_ueControl.TakenIndex() : 0;
    m_messages.OpenUe(way);
    if (m_isMediaAttempted)
    {
        m_ueMedia.Open(way);
    }
    else
    {
        HandleUePath();
    }
}

void
CallFlow::EndRegisteredOnly()
{
    m_isControlComplete = m_ueControl.Exists();
    Finish();
}

/// The call is placed without media too: whether signalling works is a question of its own.
void
CallFlow::HandleUePath()
{
    const bool isSettled = !m_isMediaAttempted || m_ueMedia.IsSettled();
    if (m_step != Step::GATHER || !isSettled || !m_messages.IsUeSettled())
    {
        return;
    }
    if (m_ueControl.Exists())
    {
        Invite();
    }
    else if (m_ueMedia.GetAdvertised() || m_messages.IsUeReady())
    {
        WhenCalleeSettled([this] { ConnectOutOfBand(); });
    }
    else
    {
        Finish();
    }
}

void
CallFlow::Invite()
{
    SwitchTo(Step::CALL);
    m_ueControl.Agent().Call(m_callee.uri, MakeOffer());
}

SdpSession
CallFlow::MakeOffer() const
{
    SdpSession offer = MediaSdp(m_ue, m_ueMedia);
    m_messages.Offer(offer);
    return offer;
}

void
CallFlow::ConnectOutOfBand()
{
    SwitchTo(m_ueMedia.GetIce() && m_calleeMedia.GetAdvertised() ? Step::CONNECT : Step::TALK);
    m_isCalleeTalking = true;
    m_messages.ConnectOutOfBand();
    if (m_calleeMedia.GetAdvertised() && m_ueMedia.GetAdvertised())
    {
        m_isUeFilming = m_isCalleeFilming = m_ue.video && m_callee.video;
        TellPeer(m_calleeMedia, MediaSdp(m_ue, m_ueMedia));
        TellPeer(m_ueMedia, MediaSdp(m_callee, m_calleeMedia));
    }
}

void
CallFlow::HandleAnswered(const std::optional<SdpSession>& answer)
{
    if (m_step != Step::CALL)
    {
        return;
    }
    m_callSetup = CoreNow() - m_callStarted;
    const bool hasMedia =
        m_isMediaAttempted && !m_mediaFailure && answer && answer->audio.port != 0;
    SwitchTo(hasMedia && m_ueMedia.GetIce() ? Step::CONNECT : Step::TALK);
    RefreshSession();
    if (hasMedia)
    {
        m_isUeFilming = answer->video && answer->video->IsWanted();
        TellPeer(m_ueMedia, *answer);
    }
    if (answer)
    {
        m_messages.HandleAnswer(*answer);
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
                                            "call",
                                            "hang-up",
                                            "hang-up",
                                            "idle",
                                            "incoming-call",
                                            "incoming-call",
                                            "finished"};
    if (!m_controlFailure && m_step != Step::FINISHED)
    {
        m_controlFailure =
            PlaneFailure{NAMES[static_cast<int>(m_step)], failure, CoreNow(), m_stepStarted};
        Finish();
    }
}

void
CallFlow::FailMedia(const std::string& step, const StreamFailure& failure, TimePoint since)
{
    if (!m_mediaFailure && m_step != Step::FINISHED)
    {
        m_mediaFailure = PlaneFailure{step, failure, CoreNow(), since};
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
    for (const Party* party : {&m_ue, &m_callee})
    {
        if (party->voice)
        {
            party->voice->HangUp();
        }
    }
    m_ueMedia.Close();
    m_calleeMedia.Close();
    m_messages.Close();
    m_ueControl.Close();
    m_calleeControl.Close();
    m_onFinished();
}

Verdict
CallFlow::GetControlVerdict() const
{
    if (!m_ueControl.Exists())
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

std::optional<TimePoint>
CallFlow::GetTalkStarted() const
{
    return m_talkStarted;
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

std::optional<VideoResult>
CallFlow::GetVideoUp() const
{
    return m_videoUp;
}

std::optional<VideoResult>
CallFlow::GetVideoDown() const
{
    return m_videoDown;
}

const std::vector<FlowFailureResult>&
CallFlow::GetFlowFailures() const
{
    return m_flowFailures;
}

const ControlSide&
CallFlow::GetUeControl() const
{
    return m_ueControl;
}

const MediaSide&
CallFlow::GetCalleeMedia() const
{
    return m_calleeMedia;
}

const MediaSide&
CallFlow::GetUeMedia() const
{
    return m_ueMedia;
}

const MessagePlane&
CallFlow::GetMessages() const
{
    return m_messages;
}

} // namespace imsfw::scenario
