// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// How long a participant waits between two RTCP packets (RFC 3550 6.3.1, A.7).
#pragma once

#include "base/random.h"
#include "base/time.h"

#include <cstddef>

namespace imsfw::rtp
{

/// The variables of RFC 3550 6.3 that the interval depends on.
struct RtcpIntervalInput
{
    std::size_t members{1}; ///< with ourselves
    std::size_t senders{0};
    double bandwidth{0}; ///< of RTCP for the whole session, octets/s; above 0
    bool weSent{false};
    double averageSize{0}; ///< octets, lower layers included
    bool isInitial{true};  ///< nothing was sent yet: half the minimum
    Duration minimum{std::chrono::seconds(5)};
};

/// @return Td: the interval before it is made random.
Duration DeterministicRtcpInterval(const RtcpIntervalInput& input);

/// @return T: between 0.5 and 1.5 times Td, divided by e - 3/2 for what reconsideration adds.
Duration RandomRtcpInterval(const RtcpIntervalInput& input, RandomSource& random);

} // namespace imsfw::rtp
