// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// A SIP user agent on one flow to its outbound proxy: the IMS UE, and the callee at the core's side.
///
/// Sans-IO with the five calls. It registers (SIP Digest), places and takes one call at a time, answers OPTIONS, keeps
/// the flow alive (RFC 5626: CRLF on streams; on UDP STUN, or the same four bytes without an answer, as phones in the field
/// do). Left out: see Registration and Call; RFC 3261 18.1.1's change to TCP above 1300 bytes,
/// since the flow is one and what crosses a firewall on it is what is studied.
#pragma once

#include "base/queue.h"
#include "base/stream-layer.h"
#include "ims-sip-call.h"
#include "ims-sip-framer.h"
#include "ims-sip-registration.h"
#include "ims-sip-stun-keep-alive.h"
#include "ims-sip-ua-context.h"

#include <memory>
#include <optional>
#include <string>

namespace imsfw::sip
{

class UserAgent
{
  public:
    /// @param random outlives the agent; tags, branches, Call-IDs, cnonces and keep-alive times come from it.
    UserAgent(UserAgentConfig config, RandomSource& random);
    UserAgent(const UserAgent&) = delete;
    UserAgent& operator=(const UserAgent&) = delete;

    void Register(TimePoint now);
    /// Give the registration up; without one, nothing happens.
    void Deregister(TimePoint now);
    void Call(TimePoint now, const std::string& uri, const SdpSession& offer);
    void Answer(TimePoint now, const SdpSession& answer);
    /// Refuse an incoming call whose offer cannot be answered (488).
    void Refuse(TimePoint now);
    /// Offer another description in the established call (hold, resume, another address).
    void ChangeSession(TimePoint now, const SdpSession& offer);
    void Hangup(TimePoint now);
    /// Ask @p uri (the home domain, where empty) for its capabilities.
    void Options(TimePoint now, const std::string& uri = {});

    /// A datagram, or any part of the stream.
    void HandleInput(TimePoint now, ByteView bytes);
    /// The flow is gone. What is under way fails with the reason "flow-failed"; the agent may not be used further.
    void HandleFlowFailed(TimePoint now, const StreamFailure& failure);
    void HandleTimeout(TimePoint now);
    std::optional<Bytes> PollTransmit();
    std::optional<UserAgentEvent> PollEvent();
    std::optional<TimePoint> NextTimeout() const;

    bool
    IsRegistered() const
    {
        return m_registration.IsRegistered();
    }

    /// RFC 5626 4.5: "a flow is considered successful if outbound registration succeeded, and if keep-alives are in use
    /// on this flow, at least one subsequent keep-alive response was received".
    bool
    IsFlowProven() const
    {
        return m_wasRegistered && (!m_usesPings || m_hasPong || m_stun.IsAnswered());
    }

    const UserAgentConfig&
    Config() const
    {
        return m_context.config;
    }

    /// @return datagrams or framed messages that were no SIP.
    uint64_t
    MalformedCount() const
    {
        return m_malformed;
    }

  private:
    sip::Call& TheCall();
    void HandleMessage(TimePoint now, ByteView bytes);
    void DrainLayer(TimePoint now);
    void HandleRequest(TimePoint now, const LayerEvent& event);
    void HandleOptionsEvent(TimePoint now, const LayerEvent& event);
    void HandleRegistered(TimePoint now, const SipMessage& response);
    /// Keep-alives are due at least this often.
    void TakeKeepAlive(std::optional<uint64_t> seconds);
    void ArmKeepAlive(TimePoint now);
    void SendKeepAlive(TimePoint now);
    void TakeStunFailure(TimePoint now);
    void FailFlow(TimePoint now, const std::string& reason, const std::string& detail);

    UserAgentContext m_context;
    Registration m_registration;
    std::unique_ptr<sip::Call>
        m_call; ///< made with the first one: most UEs of a large experiment are idle
    SipFramer m_framer;
    StunKeepAlive m_stun;
    Queue<Bytes> m_raw; ///< keep-alives
    std::optional<TransactionId> m_options;
    Duration m_keepAlive;
    std::optional<TimePoint> m_keepAliveAt;
    std::optional<TimePoint> m_pongBy;
    bool m_wasRegistered{false};
    bool m_usesPings{false};
    bool m_hasPong{false};
    bool m_isFlowFailed{false};
    uint64_t m_malformed{0};
};

} // namespace imsfw::sip
