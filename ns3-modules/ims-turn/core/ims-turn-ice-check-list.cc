// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// See ims-turn-ice-check-list.h.
#include "ims-turn-ice-check-list.h"

#include <algorithm>
#include <map>

namespace imsfw::ice
{

namespace
{

/// @return the index of the candidate that is the base of local @p index: RFC 8445 6.1.2.4, "replaced by its base".
std::size_t
BaseOf(const std::vector<LocalCandidate>& locals, std::size_t index)
{
    const auto isBase = [&](const LocalCandidate& other)
    {
        return other.base == locals[index].base && (other.candidate.type == CandidateType::HOST ||
                                                    other.candidate.type == CandidateType::RELAYED);
    };
    const auto base = std::find_if(locals.begin(), locals.end(), isBase);
    return base == locals.end() ? index : static_cast<std::size_t>(base - locals.begin());
}

CandidatePair
MakePair(const std::vector<LocalCandidate>& locals,
         const std::vector<Candidate>& remotes,
         bool isControlling,
         std::size_t local,
         std::size_t remote)
{
    const Candidate& own = locals[local].candidate;
    const Candidate& peer = remotes[remote];
    CandidatePair pair;
    pair.local = local;
    pair.remote = remote;
    pair.component = own.component;
    pair.priority = isControlling ? PairPriority(own.priority, peer.priority)
                                  : PairPriority(peer.priority, own.priority);
    pair.foundation = own.foundation + ":" + peer.foundation;
    return pair;
}

bool
AreOfOneKind(const Candidate& local, const Candidate& remote)
{
    // RFC 6544 6.2: pairs whose local candidate is passive are formed and then removed: the peer connects.
    return local.component == remote.component && CanPair(local.transport, remote.transport) &&
           local.transport != CandidateTransport::TCP_PASSIVE &&
           local.address.address.IsV4() == remote.address.address.IsV4();
}

} // namespace

std::string_view
ToString(Profile profile)
{
    switch (profile)
    {
    case Profile::RFC8445:
        return "rfc8445";
    case Profile::RFC5245:
        return "rfc5245";
    }
    return "unknown";
}

std::string_view
ToString(PairState state)
{
    switch (state)
    {
    case PairState::FROZEN:
        return "frozen";
    case PairState::WAITING:
        return "waiting";
    case PairState::IN_PROGRESS:
        return "in-progress";
    case PairState::SUCCEEDED:
        return "succeeded";
    case PairState::FAILED:
        return "failed";
    }
    return "unknown";
}

CheckList::CheckList(Profile profile, std::size_t maxPairs)
    : m_profile(profile), m_maxPairs(maxPairs)
{
}

void
CheckList::Form(const std::vector<LocalCandidate>& locals,
                const std::vector<Candidate>& remotes,
                bool isControlling)
{
    for (std::size_t l = 0; l < locals.size(); ++l)
    {
        for (std::size_t r = 0; r < remotes.size(); ++r)
        {
            if (!AreOfOneKind(locals[l].candidate, remotes[r]))
            {
                continue;
            }
            // The pair keeps the priority that the candidate itself gives it.
            CandidatePair pair = MakePair(locals, remotes, isControlling, l, r);
            pair.local = BaseOf(locals, l);
            m_pairs.push_back(std::move(pair));
        }
    }
    Prune();
    InitialStates();
}

void
CheckList::Prune()
{
    std::stable_sort(m_pairs.begin(),
                     m_pairs.end(),
                     [](const CandidatePair& a, const CandidatePair& b)
                     { return a.priority > b.priority; });
    std::vector<CandidatePair> kept;
    for (auto& pair : m_pairs)
    {
        // RFC 8445 6.1.2.4: redundant with "a pair higher on the priority list" of the same base and remote candidate
        const bool isRedundant =
            std::any_of(kept.begin(),
                        kept.end(),
                        [&](const CandidatePair& other)
                        { return other.local == pair.local && other.remote == pair.remote; });
        if (!isRedundant && kept.size() < m_maxPairs) // 6.1.2.5: the lowest are discarded
        {
            kept.push_back(std::move(pair));
        }
    }
    m_pairs = std::move(kept);
}

void
CheckList::InitialStates()
{
    // RFC 8445 6.1.2.6: of each foundation the pair with the lowest component, then with the highest priority, waits.
    std::map<std::string, CandidatePair*> first;
    for (auto& pair : m_pairs)
    {
        auto& best = first[pair.foundation];
        if (best == nullptr || pair.component < best->component)
        {
            best = &pair;
        }
    }
    for (const auto& [foundation, pair] : first)
    {
        pair->state = PairState::WAITING;
    }
}

std::optional<std::size_t>
CheckList::Add(const std::vector<LocalCandidate>& locals,
               const std::vector<Candidate>& remotes,
               bool isControlling,
               std::size_t local,
               std::size_t remote)
{
    if (m_pairs.size() >= 2 * m_maxPairs)
    {
        return std::nullopt;
    }
    m_pairs.push_back(MakePair(locals, remotes, isControlling, local, remote));
    m_pairs.back().state = PairState::WAITING;
    return m_pairs.size() - 1;
}

void
CheckList::Reprioritise(const std::vector<LocalCandidate>& locals,
                        const std::vector<Candidate>& remotes,
                        bool isControlling)
{
    for (auto& pair : m_pairs)
    {
        pair.priority = MakePair(locals, remotes, isControlling, pair.local, pair.remote).priority;
    }
}

std::optional<std::size_t>
CheckList::Find(std::size_t local, std::size_t remote) const
{
    for (std::size_t i = 0; i < m_pairs.size(); ++i)
    {
        if (m_pairs[i].local == local && m_pairs[i].remote == remote)
        {
            return i;
        }
    }
    return std::nullopt;
}

void
CheckList::Trigger(std::size_t pair)
{
    if (std::find(m_triggered.begin(), m_triggered.end(), pair) == m_triggered.end())
    {
        m_triggered.push_back(pair);
    }
}

bool
CheckList::HasTriggered() const
{
    return !m_triggered.empty();
}

bool
CheckList::IsActive(const std::string& foundation) const
{
    return std::any_of(m_pairs.begin(),
                       m_pairs.end(),
                       [&](const CandidatePair& pair)
                       {
                           return pair.foundation == foundation &&
                                  (pair.state == PairState::WAITING ||
                                   pair.state == PairState::IN_PROGRESS);
                       });
}

std::optional<std::size_t>
CheckList::BestIn(PairState state, bool onlyIdleFoundations) const
{
    std::optional<std::size_t> best;
    for (std::size_t i = 0; i < m_pairs.size(); ++i)
    {
        if (m_pairs[i].state == state && (!best || m_pairs[i].priority > m_pairs[*best].priority) &&
            (!onlyIdleFoundations || !IsActive(m_pairs[i].foundation)))
        {
            best = i;
        }
    }
    return best;
}

bool
CheckList::HasNext() const
{
    return HasTriggered() || BestIn(PairState::WAITING, false) ||
           BestIn(PairState::FROZEN, m_profile == Profile::RFC8445);
}

std::optional<std::size_t>
CheckList::TakeNext()
{
    if (HasTriggered())
    {
        const std::size_t pair = m_triggered.front();
        m_triggered.pop_front();
        return pair;
    }
    if (const auto waiting = BestIn(PairState::WAITING, false))
    {
        return waiting;
    }
    // RFC 8445 6.1.4.2 thaws a pair only where none of its foundation is being checked; RFC 5245 5.8 asks only that
    // none waits.
    return BestIn(PairState::FROZEN, m_profile == Profile::RFC8445);
}

void
CheckList::Unfreeze(std::size_t pair)
{
    for (auto& other : m_pairs)
    {
        if (other.state == PairState::FROZEN && other.foundation == m_pairs[pair].foundation)
        {
            other.state = PairState::WAITING;
        }
    }
}

void
CheckList::RemoveUnchecked(unsigned component)
{
    for (auto& pair : m_pairs)
    {
        if (pair.component == component &&
            (pair.state == PairState::FROZEN || pair.state == PairState::WAITING))
        {
            pair.state = PairState::FAILED;
        }
    }
    m_triggered.erase(std::remove_if(m_triggered.begin(),
                                     m_triggered.end(),
                                     [&](std::size_t pair)
                                     { return m_pairs[pair].component == component; }),
                      m_triggered.end());
}

std::size_t
CheckList::CountActive() const
{
    const auto count = std::count_if(m_pairs.begin(),
                                     m_pairs.end(),
                                     [](const CandidatePair& pair) {
                                         return pair.state == PairState::WAITING ||
                                                pair.state == PairState::IN_PROGRESS;
                                     });
    return std::max<std::size_t>(1, static_cast<std::size_t>(count));
}

bool
CheckList::HasUnfinished(unsigned component, uint64_t priority) const
{
    return std::any_of(m_pairs.begin(),
                       m_pairs.end(),
                       [&](const CandidatePair& pair)
                       {
                           return pair.component == component && pair.priority > priority &&
                                  pair.state != PairState::SUCCEEDED &&
                                  pair.state != PairState::FAILED;
                       });
}

} // namespace imsfw::ice
