// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Which pair it is to be, and when there is none: RFC 8445 8, RFC 5245 8, RFC 8863.
#include "ims-turn-ice-agent.h"

#include <algorithm>

namespace imsfw::ice
{

void
Agent::Evaluate(TimePoint now)
{
    if (m_state == State::GATHERING || m_state == State::FAILED)
    {
        return;
    }
    for (unsigned component = 1; component <= m_config.components; ++component)
    {
        Select(now, component);
        Nominate(now, component);
    }
    if (m_selected.size() == m_config.components)
    {
        m_state = State::COMPLETED;
    }
    GiveUpIfHopeless(now);
}

uint64_t
Agent::ValidPriority(const CandidatePair& pair) const
{
    const uint32_t own = m_locals[pair.validLocal.value_or(pair.local)].candidate.priority;
    const uint32_t peer = m_remotes[pair.remote].priority;
    return m_isControlling ? PairPriority(own, peer) : PairPriority(peer, own);
}

std::optional<std::size_t>
Agent::BestValid(unsigned component, bool onlyNominated) const
{
    const auto& pairs = m_list.Pairs();
    std::optional<std::size_t> best;
    for (std::size_t i = 0; i < pairs.size(); ++i)
    {
        const bool isEligible = pairs[i].component == component &&
                                pairs[i].state == PairState::SUCCEEDED &&
                                (!onlyNominated || pairs[i].isNominated);
        if (isEligible && (!best || ValidPriority(pairs[i]) > ValidPriority(pairs[*best])))
        {
            best = i;
        }
    }
    return best;
}

void
Agent::Select(TimePoint now, unsigned component)
{
    // RFC 8445 8.1.1 (and RFC 5245 11.1.1): of several nominated pairs "the one with the highest priority"
    const auto best = BestValid(component, true);
    const auto selected = m_selected.find(component);
    if (!best || (selected != m_selected.end() && selected->second == *best))
    {
        return;
    }
    m_selected[component] = *best;
    m_keepers.erase(component);
    m_keepers.emplace(component, Keeper(m_config, *m_random, now));
    // RFC 8445 8.1.2: no more checks of this component, and those under way that are worth less are not sent again
    m_list.RemoveUnchecked(component);
    const auto& pairs = m_list.Pairs();
    for (Check& check : m_checks)
    {
        const CandidatePair& pair = pairs[check.pair];
        check.isCancelled = check.isCancelled ||
                            (pair.component == component && pair.priority < pairs[*best].priority);
    }
    m_events.Push({AgentEvent::Type::SELECTED, *GetSelected(component), {}});
}

void
Agent::Nominate(TimePoint now, unsigned component)
{
    const auto& pairs = m_list.Pairs();
    const bool isChosen =
        std::any_of(m_nominated.begin(),
                    m_nominated.end(),
                    [&](std::size_t pair) { return pairs[pair].component == component; });
    if (!m_isControlling || m_config.isLite || m_config.profile != Profile::RFC8445 || isChosen ||
        m_selected.count(component) != 0)
    {
        return;
    }
    const auto best = BestValid(component, false);
    if (!best)
    {
        return;
    }
    const bool isWaitOver = now >= m_firstValid.at(component) + m_config.nominationWait;
    if (isWaitOver || !m_list.HasUnfinished(component, ValidPriority(pairs[*best])))
    {
        m_nominated.insert(*best);
        m_list.Trigger(*best);
        CheckNext(now);
    }
}

/// @return when Evaluate may come to something without anything having happened.
std::optional<TimePoint>
Agent::NextDecision() const
{
    const TimePoint last = m_started + m_config.patience;
    std::optional<TimePoint> next = m_isPatienceOver ? last + m_config.patience : last;
    if (!m_isControlling || m_config.profile != Profile::RFC8445)
    {
        return next;
    }
    for (const auto& [component, valid] : m_firstValid)
    {
        const auto isOf = [&, c = component](std::size_t pair)
        { return m_list.Pairs()[pair].component == c; };
        if (m_selected.count(component) == 0 &&
            std::none_of(m_nominated.begin(), m_nominated.end(), isOf) &&
            BestValid(component, false))
        {
            next = Earlier(next, valid + m_config.nominationWait);
        }
    }
    return next;
}

void
Agent::GiveUpIfHopeless(TimePoint now)
{
    if (m_state != State::RUNNING || now < m_started + m_config.patience)
    {
        return;
    }
    m_isPatienceOver = true;
    bool isBusy = false;
    for (unsigned component = 1; component <= m_config.components; ++component)
    {
        isBusy = isBusy || m_list.HasUnfinished(component, 0);
    }
    isBusy = isBusy || !m_nominated.empty();
    // A peer that goes on checking and never gets an answer through does not keep us for ever.
    if (!isBusy || m_config.isLite || now >= m_started + 2 * m_config.patience)
    {
        Fail(WhyHopeless(), m_whyFailed);
    }
}

std::string
Agent::WhyHopeless() const
{
    if (m_list.Pairs().empty())
    {
        return "no-pairs";
    }
    const bool hasValid = m_firstValid.size() == m_config.components;
    return hasValid || m_config.isLite ? "not-nominated" : "checks-failed";
}

void
Agent::Fail(const std::string& reason, const std::string& detail)
{
    m_state = State::FAILED;
    m_checks.clear();
    m_keepers.clear();
    AgentEvent event{AgentEvent::Type::FAILED, {}, {"ice", reason, detail}};
    m_events.Push(std::move(event));
}

PairKind
Agent::KindOf(const CandidatePair& pair) const
{
    const Candidate& local = m_locals[*pair.validLocal].candidate;
    const Candidate& remote = m_remotes[pair.remote];
    if (local.type == CandidateType::RELAYED || remote.type == CandidateType::RELAYED)
    {
        return PairKind::RELAYED;
    }
    // Over TCP, what opens the connection shows a port that nobody was told: as an address it may be the host's own.
    const auto isOwnAddress = [](const Candidate& candidate, const Candidate& host) {
        return host.type == CandidateType::HOST &&
               host.address.address == candidate.address.address;
    };
    const bool isLocalHost = isOwnAddress(local, m_locals[pair.local].candidate);
    const bool isRemoteHost =
        std::any_of(m_remotes.begin(),
                    m_remotes.end(),
                    [&](const Candidate& host) { return isOwnAddress(remote, host); });
    return isLocalHost && isRemoteHost ? PairKind::DIRECT : PairKind::REFLEXIVE;
}

} // namespace imsfw::ice
