// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The check list of ICE: pairs of candidates, in what state each is, and which is checked next.
///
/// RFC 8445 6.1.2 (forming, pruning, states), 6.1.4.2 (which check); RFC 5245 5.7, 5.8 where the profile says so. One list:
/// one data stream. It counts no time and sends nothing.
#pragma once

#include "ims-turn-ice-candidate.h"

#include <deque>
#include <optional>
#include <string>
#include <vector>

namespace imsfw::ice
{

/// Which generation of ICE is followed.
enum class Profile
{
    RFC8445, ///< Ta 50 ms, RTO from 500 ms, regular nomination, consent checks
    RFC5245, ///< Ta 20 ms (RTP), RTO from 100 ms, aggressive nomination, keep-alives by indications
};

/// @return "rfc8445", "rfc5245"
std::string_view ToString(Profile profile);

/// A candidate of one's own.
struct LocalCandidate
{
    Candidate candidate;
    std::size_t base{0}; ///< what is sent from: a number that the agent's user gave
};

enum class PairState
{
    FROZEN,
    WAITING,
    IN_PROGRESS,
    SUCCEEDED,
    FAILED,
};

/// @return "frozen", ... as in traces.
std::string_view ToString(PairState state);

struct CandidatePair
{
    std::size_t local{0};  ///< index of the candidate that is sent from, a host or relayed one
    std::size_t remote{0}; ///< index of the peer's candidate
    unsigned component{1};
    uint64_t priority{0};
    std::string foundation; ///< RFC 8445 6.1.2.6: both foundations
    PairState state{PairState::FROZEN};
    bool isCheckedByPeer{false};   ///< a check of the peer came over it
    bool isNominatedByPeer{false}; ///< one with USE-CANDIDATE
    /// Once it succeeded: the candidate that the peer saw, which makes the valid pair (RFC 8445 7.2.5.3.2).
    std::optional<std::size_t> validLocal;
    bool isNominated{false};
};

class CheckList
{
  public:
    /// @param maxPairs RFC 8445 6.1.2.5: 100 by default
    CheckList(Profile profile, std::size_t maxPairs);

    /// RFC 8445 6.1.2.2 to 6.1.2.6.
    void Form(const std::vector<LocalCandidate>& locals,
              const std::vector<Candidate>& remotes,
              bool isControlling);

    /// RFC 8445 7.3.1.4: a pair that a check of the peer tells of; WAITING.
    /// @return nothing where there are twice as many as the list may begin with.
    std::optional<std::size_t> Add(const std::vector<LocalCandidate>& locals,
                                   const std::vector<Candidate>& remotes,
                                   bool isControlling,
                                   std::size_t local,
                                   std::size_t remote);

    /// RFC 8445 7.2.5.1: after a change of role.
    void Reprioritise(const std::vector<LocalCandidate>& locals,
                      const std::vector<Candidate>& remotes,
                      bool isControlling);

    std::optional<std::size_t> Find(std::size_t local, std::size_t remote) const;

    /// Put @p pair behind the checks that were triggered before, unless it is there.
    void Trigger(std::size_t pair);
    bool HasTriggered() const;

    /// @return whether there is anything that TakeNext would give.
    bool HasNext() const;
    /// RFC 8445 6.1.4.2. @return the pair to check now, which is no longer queued; nothing where none is left.
    std::optional<std::size_t> TakeNext();

    /// RFC 8445 7.2.5.3.3: pairs of the foundation of @p pair may be checked.
    void Unfreeze(std::size_t pair);
    /// RFC 8445 8.1.2: no more checks of @p component but those that are in progress.
    void RemoveUnchecked(unsigned component);

    /// @return how many are WAITING or IN_PROGRESS, at least 1: what RFC 8445 14.3 makes the RTO of.
    std::size_t CountActive() const;
    /// @return whether a pair of @p component may still succeed that is worth more than @p priority.
    bool HasUnfinished(unsigned component, uint64_t priority) const;

    std::vector<CandidatePair>&
    Pairs()
    {
        return m_pairs;
    }

    const std::vector<CandidatePair>&
    Pairs() const
    {
        return m_pairs;
    }

  private:
    void Prune();
    void InitialStates();
    bool IsActive(const std::string& foundation) const;
    std::optional<std::size_t> BestIn(PairState state, bool onlyIdleFoundations) const;

    Profile m_profile;
    std::size_t m_maxPairs;
    std::vector<CandidatePair> m_pairs;
    std::deque<std::size_t> m_triggered;
};

} // namespace imsfw::ice
