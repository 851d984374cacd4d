// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The agent's own connectivity checks and what their answers mean: RFC 8445 7.2.
#include "ims-turn-ice-agent.h"
#include "ims-turn-stun-integrity.h"

#include <algorithm>
#include <utility>

namespace imsfw::ice
{

using stun::MessageClass;
using stun::Method;
namespace attribute = stun::attribute;

void
Agent::CheckNext(TimePoint now)
{
    if (m_config.isLite || now < m_nextCheck)
    {
        return;
    }
    // Pairs that were triggered and have become hopeless since cost no time.
    while (const auto next = m_list.TakeNext())
    {
        if (m_list.Pairs()[*next].state != PairState::FAILED)
        {
            m_nextCheck = now + m_config.ta;
            StartCheck(now, *next);
            return;
        }
    }
}

uint32_t
Agent::PeerReflexivePriority(std::size_t local) const
{
    const Candidate& own = m_locals[local].candidate;
    const uint32_t type = m_config.preferences.Of(CandidateType::PEER_REFLEXIVE, own.transport);
    return (type << 24) | (own.priority & 0x00FFFFFFU);
}

Bytes
Agent::MakeCheck(const stun::TransactionId& id, std::size_t pair, bool isNominating) const
{
    stun::Builder builder(Method::BINDING, MessageClass::REQUEST, id);
    builder.AddText(attribute::USERNAME, m_remote.ufrag + ":" + m_local.ufrag)
        .AddU32(attribute::PRIORITY, PeerReflexivePriority(m_list.Pairs()[pair].local))
        .AddU64(m_isControlling ? attribute::ICE_CONTROLLING : attribute::ICE_CONTROLLED,
                m_tieBreaker);
    if (isNominating)
    {
        builder.Add(attribute::USE_CANDIDATE, {});
    }
    return builder.AddIntegrity(m_remoteKey).AddFingerprint().Finish();
}

void
Agent::StartCheck(TimePoint now, std::size_t index)
{
    CandidatePair& pair = m_list.Pairs()[index];
    // RFC 8445 14.3 (RFC 5245 16.2 with another floor)
    stun::TransactionParameters parameters;
    parameters.rto =
        std::max(m_config.rtoFloor, m_config.ta * static_cast<int>(m_list.CountActive()));
    parameters.rc = m_config.rc;
    parameters.rm = m_config.rm;
    parameters.ti = m_config.ti;
    const bool isAggressive = m_config.profile == Profile::RFC5245;
    const bool isNominating = m_isControlling && (isAggressive || m_nominated.count(index) != 0);
    const auto id = stun::TransactionId::Draw(*m_random);
    Bytes request = MakeCheck(id, index, isNominating);
    if (pair.state != PairState::SUCCEEDED)
    {
        pair.state = PairState::IN_PROGRESS;
    }
    SendOver(now, index, request);
    const auto mode = IsTcp(m_locals[pair.local].candidate.transport)
                          ? stun::TransportMode::STREAM
                          : stun::TransportMode::DATAGRAM;
    m_checks.push_back({index,
                        isNominating,
                        false,
                        m_isControlling,
                        false,
                        stun::Transaction(parameters, mode, id, std::move(request), now)});
}

void
Agent::HandleResponse(TimePoint now,
                      std::size_t base,
                      const Endpoint& from,
                      const stun::Message& response)
{
    const auto found = std::find_if(m_checks.begin(),
                                    m_checks.end(),
                                    [&](const Check& check)
                                    { return check.transaction.GetId() == response.GetId(); });
    if (found == m_checks.end())
    {
        HandleConsentAnswer(now, response);
        return;
    }
    const auto error =
        response.GetClass() == MessageClass::ERROR ? response.GetErrorCode() : std::nullopt;
    // Who could not check our integrity cannot sign; everything else without a valid one "MUST be discarded, as if it
    // had never been received" (RFC 8489 9.1.4).
    const bool mayBeUnsigned = error && (error->code == stun::error::BAD_REQUEST ||
                                         error->code == stun::error::UNAUTHORIZED);
    if (!mayBeUnsigned && !stun::HasValidIntegrity(response, m_remoteKey))
    {
        found->isIntegrityViolated = true;
        ++m_discarded;
        return;
    }
    const Check check = std::move(*found);
    m_checks.erase(found);
    const CandidatePair& pair = m_list.Pairs()[check.pair];
    if (m_locals[pair.local].base != base || m_remotes[pair.remote].address != from)
    {
        FailCheck(now, check, "non-symmetric"); // RFC 8445 7.2.5.2.1
    }
    else if (response.GetClass() == MessageClass::ERROR)
    {
        HandleRefused(now, check, error ? error->code : 0);
    }
    else
    {
        HandleSuccess(now, check, response);
    }
}

void
Agent::HandleConsentAnswer(TimePoint now, const stun::Message& response)
{
    // RFC 7675 5.1: only a valid success response gives consent.
    if (response.GetClass() == MessageClass::SUCCESS &&
        stun::HasValidIntegrity(response, m_remoteKey))
    {
        for (auto& [component, keeper] : m_keepers)
        {
            if (keeper.HandleAnswer(now, response.GetId()))
            {
                return;
            }
        }
    }
    ++m_discarded;
}

void
Agent::HandleRefused(TimePoint now, const Check& check, uint16_t code)
{
    if (code != stun::error::ROLE_CONFLICT)
    {
        FailCheck(now, check, "refused " + std::to_string(code));
        return;
    }
    // RFC 8445 7.2.5.1: the other role, unless that was taken already, "MUST change the tie-breaker", and once more.
    if (check.isControlling == m_isControlling)
    {
        SwitchRole();
        m_tieBreaker = m_random->U64();
    }
    if (m_list.Pairs()[check.pair].state == PairState::IN_PROGRESS)
    {
        m_list.Pairs()[check.pair].state = PairState::WAITING;
    }
    m_list.Trigger(check.pair);
}

void
Agent::HandleSuccess(TimePoint now, const Check& check, const stun::Message& response)
{
    const auto mapped = response.GetXorAddress(attribute::XOR_MAPPED_ADDRESS);
    if (!mapped || !response.FindUnknownRequired().empty())
    {
        FailCheck(now, check, mapped ? "unknown-attribute" : "bad-response");
        return;
    }
    CandidatePair& pair = m_list.Pairs()[check.pair];
    pair.state = PairState::SUCCEEDED;
    pair.validLocal = FindOrAddLocal(pair, *mapped);
    m_firstValid.emplace(pair.component, now);
    m_list.Unfreeze(check.pair);
    // RFC 8445 7.2.5.3.4: by its own USE-CANDIDATE where it is in control, by the peer's where it is not
    if (m_isControlling ? check.isNominating : pair.isNominatedByPeer)
    {
        pair.isNominated = true;
    }
    Evaluate(now);
}

std::size_t
Agent::FindOrAddLocal(const CandidatePair& pair, const Endpoint& mapped)
{
    const LocalCandidate& base = m_locals[pair.local];
    for (std::size_t i = 0; i < m_locals.size(); ++i)
    {
        if (m_locals[i].base == base.base && m_locals[i].candidate.address == mapped)
        {
            return i;
        }
    }
    // RFC 8445 7.2.5.3.1: a peer-reflexive candidate of our own
    Candidate found = base.candidate;
    found.type = CandidateType::PEER_REFLEXIVE;
    found.related = base.candidate.address;
    found.address = mapped;
    found.priority = PeerReflexivePriority(pair.local);
    m_locals.push_back({std::move(found), base.base});
    return m_locals.size() - 1;
}

void
Agent::FailCheck(TimePoint now, const Check& check, const std::string& why)
{
    if (check.isCancelled || m_state == State::FAILED)
    {
        return; // another check of the pair has taken its place, or nothing follows any more
    }
    CandidatePair& pair = m_list.Pairs()[check.pair];
    pair.state = PairState::FAILED;
    pair.isNominated = false;
    m_whyFailed = why;
    if (m_nominated.erase(check.pair) != 0 && m_selected.count(pair.component) == 0)
    {
        // RFC 8445 8.1.1: "the ... state of the checklist is set to Failed"
        Fail("nomination-failed", why);
        return;
    }
    Evaluate(now);
}

} // namespace imsfw::ice
