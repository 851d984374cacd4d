// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Which of several ways to reach something is tried when, and which one is taken.
///
/// Sans-IO. In order: the next one when the one before has failed or used up its time. As a race: the next one after a
/// stagger, or at once when all that were begun have failed; the first to succeed wins and the others are called off
/// (the idea of RFC 8305, "happy eyeballs", with transports in place of addresses).
#pragma once

#include "base/queue.h"
#include "base/stream-layer.h"
#include "base/time.h"
#include "experiment.h"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace imsfw::scenario
{

enum class AttemptState
{
    WAITING, ///< not begun, or never
    RUNNING,
    WON,
    FAILED,
    CANCELLED, ///< another one won
};

/// @return "not-started", "running", "won", "failed", "cancelled"
std::string ToString(AttemptState state);

struct Attempt
{
    AttemptState state{AttemptState::WAITING};
    TimePoint started{};
    TimePoint ended{};
    std::optional<StreamFailure> failure; ///< FAILED only
};

class AttemptPlan
{
  public:
    struct Settings
    {
        AttemptOrder order{AttemptOrder::FIXED};
        std::size_t count{1};
        Duration cap{};     ///< the time that one attempt has
        Duration stagger{}; ///< RACE: between the beginnings of two attempts
        /// Asked of an attempt when its turn comes; those that are not tried stay WAITING. Null: all are.
        std::function<bool(std::size_t index)> isTried{};
    };

    struct Command
    {
        enum class Type
        {
            START,  ///< begin attempt `index`
            CANCEL, ///< give it up: it has failed or had its time, or another one won
            WON,    ///< `index` is the one; nothing follows
            LOST,   ///< all have failed; `index` is the last that did; nothing follows
        };

        Type type;
        std::size_t index;
    };

    explicit AttemptPlan(Settings settings);

    void Start(TimePoint now);
    /// Ignored unless attempt @p index is running.
    void HandleSuccess(TimePoint now, std::size_t index);
    /// Ignored unless attempt @p index is running.
    void HandleFailure(TimePoint now, std::size_t index, const StreamFailure& failure);
    void HandleTimeout(TimePoint now);

    std::optional<Command> PollCommand();
    std::optional<TimePoint> NextTimeout() const;

    /// One for each way, in the order of the ways.
    const std::vector<Attempt>&
    GetAttempts() const
    {
        return m_attempts;
    }

  private:
    /// @return whether there was one to begin.
    bool StartNext(TimePoint now);
    void Fail(TimePoint now, std::size_t index, const StreamFailure& failure);
    bool IsAnyRunning() const;

    Settings m_settings;
    std::vector<Attempt> m_attempts;
    std::size_t m_next{0};
    std::optional<TimePoint> m_nextStart; ///< RACE: when the next one begins
    bool m_isOver{false};
    Queue<Command> m_commands;
};

} // namespace imsfw::scenario
