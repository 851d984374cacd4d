// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// When a TCP connection is probed for being alive, and when it is given up: RFC 9293 3.8.4 (RFC 1122 4.2.3.6) with Linux's
/// timing. No TCP of its own: its owner tells it what arrived, and does what it says.
#pragma once

#include "base/time.h"

#include <optional>

namespace imsfw::access
{

/// The defaults are Linux's: net.ipv4.tcp_keepalive_time, _intvl and _probes.
struct KeepAliveSettings
{
    Duration time{std::chrono::hours(2)};        ///< of silence, before the first probe
    Duration interval{std::chrono::seconds(75)}; ///< between probes that nobody answers
    unsigned probes{9};                          ///< unanswered, before the connection is given up
};

class KeepAlive
{
  public:
    enum class Action
    {
        NONE,
        PROBE,
        GIVE_UP, ///< no answer to any of the probes; nothing follows
    };

    /// @param now when the connection was established
    KeepAlive(const KeepAliveSettings& settings, TimePoint now);

    /// A segment was accepted from the peer: it is there. (A probe of the peer's is none: it is not acceptable.)
    void HandleSegment(TimePoint now);

    /// @param isWaiting whether data is unsent or unacknowledged: the retransmission timer finds out itself then.
    /// RFC 9293 3.8.4: "Keep-alive packets MUST only be sent when no sent data is outstanding"
    Action HandleTimeout(TimePoint now, bool isWaiting);

    /// @return when to call HandleTimeout; nothing once the connection was given up.
    std::optional<TimePoint> NextTimeout() const;

  private:
    KeepAliveSettings m_settings;
    TimePoint m_heard;
    std::optional<TimePoint> m_next;
    unsigned m_unanswered{0};
};

} // namespace imsfw::access
