// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The agent of ICE for one data stream: out of both ends' candidates it finds the best pair that works.
///
///     AddLocal ...  ->  GetLocalDescription() to the peer, SetRemote(the peer's)  ->  SELECTED  ->  Send, data
///
/// RFC 8445 6-8, 11; RFC 5245 where the profile says so; RFC 6544 (checks over TCP); RFC 7675 (consent); RFC 8863 (no
/// failure before its time). It gathers nothing and opens nothing: what it sends goes out from a `base`, which its user knows
/// as a socket, an allocation or (TCP) as whatever connects to the address named. Left out: trickling (RFC 8838), restarts,
/// more than one data stream.
#pragma once

#include "base/random.h"
#include "ims-turn-ice-agent-types.h"
#include "ims-turn-ice-check-list.h"
#include "ims-turn-ice-description.h"
#include "ims-turn-ice-keeper.h"
#include "ims-turn-outbox.h"
#include "ims-turn-stun-builder.h"
#include "ims-turn-stun-message.h"
#include "ims-turn-transaction.h"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace imsfw::ice
{

class Agent
{
  public:
    enum class State
    {
        GATHERING, ///< until SetRemote
        RUNNING,
        COMPLETED, ///< each component has its pair
        FAILED,
    };

    /// @param random must outlive the agent
    Agent(AgentConfig config, RandomSource& random);
    Agent(const Agent&) = delete;
    Agent& operator=(const Agent&) = delete;

    /// Before GetLocalDescription. @return whether it is told to the peer: not where there is one of that address and base
    /// already (RFC 8445 5.1.3).
    bool AddLocal(const Gathered& gathered);
    Description GetLocalDescription() const;
    /// What the peer's description says; checks begin. The second time it is ignored.
    void SetRemote(TimePoint now, Description remote);
    /// @p data to the peer, over the selected pair of @p component; ignored without one.
    void Send(TimePoint now, unsigned component, ByteView data);

    /// @return whether @p bytes are STUN, which is dealt with; else they are the user's, if AcceptsData says so.
    bool HandleInput(TimePoint now, std::size_t base, const Endpoint& from, ByteView bytes);
    /// What is sent from @p base (to @p to, or to anybody) gets nowhere any more.
    void HandleLowerFailed(TimePoint now,
                           std::size_t base,
                           const std::optional<Endpoint>& to,
                           const StreamFailure& failure);
    void HandleTimeout(TimePoint now);

    std::optional<Transmit> PollTransmit();
    std::optional<AgentEvent> PollEvent();
    std::optional<TimePoint> NextTimeout() const;

    /// @return whether @p from has shown that it is the peer: a check worked, one way or the other.
    bool AcceptsData(std::size_t base, const Endpoint& from) const;

    State
    GetState() const
    {
        return m_state;
    }

    bool
    IsControlling() const
    {
        return m_isControlling;
    }

    std::optional<SelectedPair> GetSelected(unsigned component) const;

    const std::vector<CandidatePair>&
    GetPairs() const
    {
        return m_list.Pairs();
    }

    const std::vector<LocalCandidate>&
    GetLocals() const
    {
        return m_locals;
    }

    const std::vector<Candidate>&
    GetRemotes() const
    {
        return m_remotes;
    }

    /// @return STUN messages that nothing could be made of: malformed, not signed by the peer, nobody's answers.
    uint64_t
    GetDiscarded() const
    {
        return m_discarded;
    }

  private:
    /// A check on its way.
    struct Check
    {
        std::size_t pair;
        bool isNominating; ///< it carries USE-CANDIDATE
        bool isCancelled;  ///< not sent again; an answer still counts (RFC 8445 7.3.1.4)
        bool isControlling;
        bool isIntegrityViolated;
        stun::Transaction transaction;
    };

    /// What an authentic check of the peer says.
    struct PeerCheck
    {
        std::size_t base;
        Endpoint from;
        uint32_t priority;
        bool isNominating;
    };

    // ims-turn-ice-agent.cc: what comes in from outside, and when
    void Begin(TimePoint now);
    void AgreeOnRoles(const Description& remote);
    void SelectLitePairs(TimePoint now);
    void HandleDueChecks(TimePoint now);
    void HandleDueKeepers(TimePoint now);
    void SendOver(TimePoint now, std::size_t pair, Bytes bytes);
    std::string FoundationOf(const Gathered& gathered);

    // ims-turn-ice-agent-checks.cc: the agent's own checks and their answers
    void CheckNext(TimePoint now);
    void StartCheck(TimePoint now, std::size_t pair);
    Bytes MakeCheck(const stun::TransactionId& id, std::size_t pair, bool isNominating) const;
    void HandleResponse(TimePoint now,
                        std::size_t base,
                        const Endpoint& from,
                        const stun::Message& response);
    void HandleConsentAnswer(TimePoint now, const stun::Message& response);
    void HandleRefused(TimePoint now, const Check& check, uint16_t code);
    void HandleSuccess(TimePoint now, const Check& check, const stun::Message& response);
    std::size_t FindOrAddLocal(const CandidatePair& pair, const Endpoint& mapped);
    void FailCheck(TimePoint now, const Check& check, const std::string& why);
    uint32_t PeerReflexivePriority(std::size_t local) const;

    // ims-turn-ice-agent-requests.cc: the peer's checks
    void HandleRequest(TimePoint now,
                       std::size_t base,
                       const Endpoint& from,
                       const stun::Message& request);
    std::optional<uint16_t> Authenticate(const stun::Message& request) const;
    bool RefusesRole(const stun::Message& request);
    void Respond(std::size_t base, const Endpoint& from, stun::Builder& builder, bool isSigned);
    void HandlePeerCheck(TimePoint now, const PeerCheck& check);
    std::optional<std::size_t> FindBase(std::size_t base) const;
    std::optional<std::size_t> FindOrAddRemote(std::size_t local, const PeerCheck& check);
    void TriggerCheck(std::size_t pair);
    void SwitchRole();

    // ims-turn-ice-agent-nomination.cc: which pair it is to be
    void Evaluate(TimePoint now);
    void Select(TimePoint now, unsigned component);
    void Nominate(TimePoint now, unsigned component);
    std::optional<std::size_t> BestValid(unsigned component, bool onlyNominated) const;
    uint64_t ValidPriority(const CandidatePair& pair) const;
    std::optional<TimePoint> NextDecision() const;
    void GiveUpIfHopeless(TimePoint now);
    std::string WhyHopeless() const;
    void Fail(const std::string& reason, const std::string& detail);
    PairKind KindOf(const CandidatePair& pair) const;

    AgentConfig m_config;
    RandomSource* m_random;
    State m_state{State::GATHERING};
    bool m_isControlling;
    uint64_t m_tieBreaker;
    Description m_local; ///< credentials and options; candidates are in m_locals
    Description m_remote;
    Bytes m_localKey;
    Bytes m_remoteKey;
    std::map<std::string, std::string> m_foundations;
    std::vector<LocalCandidate> m_locals; ///< with peer-reflexive ones, once there are any
    std::size_t m_told{0};                ///< how many of them the peer is told
    std::vector<Candidate> m_remotes;
    CheckList m_list;
    std::vector<Check> m_checks;
    std::vector<PeerCheck> m_early;    ///< checks that came before the peer's description
    std::set<std::size_t> m_nominated; ///< pairs that this agent, in control, has chosen
    TimePoint m_started{};
    TimePoint m_nextCheck{};
    std::map<unsigned, TimePoint> m_firstValid; ///< by component
    std::map<unsigned, std::size_t> m_selected; ///< by component, the pair
    std::map<unsigned, Keeper> m_keepers;       ///< by component
    bool m_isPatienceOver{false};
    std::string m_whyFailed; ///< what ended the last check that failed
    uint64_t m_discarded{0};
    turn::Outbox<Transmit> m_transmits;
    turn::Outbox<AgentEvent> m_events;
};

} // namespace imsfw::ice
