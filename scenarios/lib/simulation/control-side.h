// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// How a party gets to its P-CSCF: over one of its ways, tried as the experiment says. What happens afterwards on the way
/// that was taken is handed on.
#pragma once

#include "attempt-race.h"
#include "party.h"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace imsfw::scenario
{

class ControlSide
{
  public:
    struct Handlers
    {
        std::function<void()> onReady; ///< registered; at the core's side: can be called
        std::function<void(const StreamFailure&)> onFailed; ///< by no way
        /// Of the way that was taken, from then on.
        std::function<void(const sip::UserAgentEvent&)> onEvent;
    };

    /// @param party outlives this
    ControlSide(const Experiment& experiment, const Party& party, Handlers handlers);
    ControlSide(const ControlSide&) = delete;
    ControlSide& operator=(const ControlSide&) = delete;

    /// @return whether the party has SIP at all.
    bool Exists() const;
    void Start();
    void Close();

    bool IsReady() const;
    /// The way that was taken. @pre IsReady()
    const ControlEnd& Taken() const;
    std::size_t TakenIndex() const;
    ns3::imssip::SipUaApplication& Agent() const;

    const std::vector<Attempt>& GetAttempts() const;

  private:
    void StartAttempt(std::size_t index);
    /// Begin once the server's @p name has led to an address; at once where it is empty.
    void WithAddress(std::size_t index, const std::string& name, std::function<void()> begin);
    void HandleEvent(std::size_t index, const sip::UserAgentEvent& event);

    const Party& m_party;
    Handlers m_handlers;
    AttemptRace m_race;
    std::optional<std::size_t> m_taken;
};

/// @return what went wrong with @p agent: its flow, or what @p event says.
StreamFailure FailureOf(const ns3::imssip::SipUaApplication& agent,
                        const sip::UserAgentEvent& event);

} // namespace imsfw::scenario
