// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// How far a TCP connection has come, as a middlebox sees it from flags alone (RFC 5382 4, RFC 6146 3.5.2.2).
///
/// Sequence numbers are not checked against windows: a forged RST shortens a flow's life, as it does in deployed NATs
/// that do not track windows.
#pragma once

#include "classify/findings.h"

#include <array>

namespace imsfw::engine
{

/// @return 0 for what the opener of a flow sends, 1 for what it gets.
constexpr std::size_t
Index(classify::Direction direction)
{
    return direction == classify::Direction::TO_SERVER ? 0 : 1;
}

class TcpState
{
  public:
    /// Take note of a segment that was let through.
    void Handle(classify::Direction direction, uint8_t flags);

    /// @return true where the longer time-out holds: both sides have agreed, and neither end is in sight. A connection
    ///         that only one side has finished is still established (RFC 6146: "C FIN + S FIN RCV" is transitory).
    bool IsEstablished() const;

    /// @return true after an RST or after FINs of both sides: a new SYN begins another connection.
    bool IsOver() const;

  private:
    /// What one side has sent so far, as flags of TCP; an RST is taken back by what follows it.
    std::array<uint8_t, 2> m_sent{};
};

} // namespace imsfw::engine
