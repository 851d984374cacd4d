// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// What the people of an experiment do: register, call, talk, hang up, be called.
///
///     register -> gather media -> INVITE .. 200 -> talk -> callee hangs up -> callee calls back -> UE hangs up
///
/// Registering and gathering have the time that the experiment gives each attempt; each other step has limits.attempt.
/// The callee hanging up and calling back proves that requests reach the UE over its registered flow, and that the flow
/// is still alive after the call. It knows nothing of firewalls: it sees what a user sees, and reports what failed and when.
#pragma once

#include "control-side.h"
#include "media-side.h"
#include "message-plane.h"
#include "party.h"
#include "plane-failure.h"
#include "result.h"

#include "ns3/event-id.h"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace imsfw::scenario
{

class CallFlow
{
  public:
    /// @param ue, callee outlive this
    /// @param onFinished called once, from within the simulation, when there is nothing left to do
    CallFlow(const Experiment& experiment,
             const Party& ue,
             const Party& callee,
             std::function<void()> onFinished);
    ~CallFlow();
    CallFlow(const CallFlow&) = delete;
    CallFlow& operator=(const CallFlow&) = delete;

    /// Begin; from within the simulation.
    void Start();

    Verdict GetControlVerdict() const;
    Verdict GetMediaVerdict() const;
    const std::optional<PlaneFailure>& GetControlFailure() const;
    const std::optional<PlaneFailure>& GetMediaFailure() const;
    std::optional<Duration> GetRegistration() const;
    std::optional<Duration> GetCallSetup() const;
    /// @return when the call was answered and talking began; nothing where it did not.
    std::optional<TimePoint> GetTalkStarted() const;
    std::optional<VoiceResult> GetVoiceUp() const;
    std::optional<VoiceResult> GetVoiceDown() const;
    std::optional<VideoResult> GetVideoUp() const;
    std::optional<VideoResult> GetVideoDown() const;

    /// How often the flow of the UE failed while it waited, and what became of that.
    const std::vector<FlowFailureResult>& GetFlowFailures() const;
    const ControlSide& GetUeControl() const;
    const MediaSide& GetUeMedia() const;
    const MediaSide& GetCalleeMedia() const;
    const MessagePlane& GetMessages() const;

  private:
    enum class Step
    {
        IDLE,
        REGISTER,
        GATHER,
        CALL,
        CONNECT, ///< answered; the agents of ICE look for a pair
        TALK,
        DRAIN, ///< both are silent; what is on its way still counts
        HANG_UP,
        WAIT, ///< nobody says anything; the flow has to stay alive by itself
        INCOMING_CALL,
        INCOMING_HANG_UP,
        FINISHED,
    };

    ControlSide::Handlers UeControlHandlers();
    ControlSide::Handlers CalleeControlHandlers();
    MediaSide::Handlers UeMediaHandlers();
    MediaSide::Handlers CalleeMediaHandlers();

    // call-flow-events.cc
    void HandleUe(const sip::UserAgentEvent& event);
    void HandleCallee(const sip::UserAgentEvent& event);
    void HandleUeIncoming(const sip::UserAgentEvent& event);
    void HandleCalleeIncoming(const sip::UserAgentEvent& event);
    /// The callee calls when both have ended the first call and call.idle is over.
    void CallBack();
    void BeginIncomingCall();
    void HandleFlowEvent(const sip::UserAgentEvent& event);
    /// A re-INVITE that changes nothing, as session timers send them.
    void RefreshSession();
    void AnswerAtCallee(const sip::SdpSession& offer);
    /// Do it as soon as the callee knows its address for media, or that it gets none.
    void WhenCalleeSettled(std::function<void()> action);
    void TalkAtCallee();
    void TalkAtUe();
    /// Both can be heard: the talk begins.
    void TalkOnceConnected();

    void SwitchTo(Step step);
    void HandleTimeout();
    void HandleReady();
    void BeginCall();
    void EndRegisteredOnly();
    void HandleUePath();
    void HandleCalleeSettled();
    void Invite();
    sip::SdpSession MakeOffer() const;
    void ConnectOutOfBand();
    void HandleAnswered(const std::optional<sip::SdpSession>& answer);
    void StopTalking();
    void JudgeMedia();
    void JudgeVideo();
    void FailControl(const StreamFailure& failure);
    void FailMediaSide(MediaSide& side, const StreamFailure& failure, TimePoint since);
    void FailMedia(const std::string& step, const StreamFailure& failure, TimePoint since);
    void Finish();
    sip::SdpSession MakeSdp(const Party& party, const std::optional<Endpoint>& audio) const;
    /// As MakeSdp, with what @p side has to say of itself.
    sip::SdpSession MediaSdp(const Party& party, const MediaSide& side) const;
    /// Let @p side know the peer by its SDP.
    void TellPeer(MediaSide& side, const sip::SdpSession& sdp);
    /// Open what the peer sends with the key in its SDP.
    void TakeKey(MediaSide& side, const sip::SdpSession& sdp);

    Duration m_callDuration;
    Duration m_cap;
    Duration m_idle;
    Duration m_refresh;
    bool m_recovers;
    bool m_callWanted;
    std::string m_codec;
    uint8_t m_videoType; ///< RTP payload type
    const Party& m_ue;
    const Party& m_callee;
    std::function<void()> m_onFinished;
    ControlSide m_ueControl;
    ControlSide m_calleeControl;
    MediaSide m_ueMedia;
    MediaSide m_calleeMedia;
    MessagePlane m_messages;

    Step m_step{Step::IDLE};
    ns3::EventId m_timer;
    ns3::EventId m_refreshTimer;
    std::vector<FlowFailureResult> m_flowFailures;
    bool m_isUePeerReady{false};
    bool m_isCalleePeerReady{false};
    bool m_isUeFilming{false}; ///< offer and answer have video
    bool m_isCalleeFilming{false};
    std::function<void()> m_whenCalleeSettled;
    TimePoint m_started{};
    TimePoint m_stepStarted{};
    TimePoint m_callStarted{};
    std::optional<TimePoint> m_talkStarted;
    TimePoint m_talkEnd{};
    bool m_isCalleeTalking{false};
    bool m_isUeIdle{false};
    bool m_isCalleeIdle{false};
    std::optional<Duration> m_registration;
    std::optional<Duration> m_callSetup;
    std::optional<PlaneFailure> m_controlFailure;
    std::optional<PlaneFailure> m_mediaFailure;
    bool m_isControlComplete{false};
    bool m_isMediaAttempted{false};
    std::optional<VoiceResult> m_voiceUp;
    std::optional<VoiceResult> m_voiceDown;
    std::optional<VideoResult> m_videoUp;
    std::optional<VideoResult> m_videoDown;
};

} // namespace imsfw::scenario
