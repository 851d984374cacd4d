// SPDX-License-Identifier: GPL-2.0-only
#include "ims-media-rtcp-interval.h"

#include <algorithm>
#include <cmath>

namespace imsfw::rtp
{

namespace
{

constexpr double SENDER_FRACTION = 0.25;       // A.7 RTCP_SENDER_BW_FRACTION
constexpr double COMPENSATION = 2.71828 - 1.5; // A.7
constexpr double NANOSECONDS = 1e9;

} // namespace

Duration
DeterministicRtcpInterval(const RtcpIntervalInput& input)
{
    double bandwidth = input.bandwidth;
    std::size_t count = input.members;
    // 6.3.1: where senders are at most a quarter, they share a quarter of the bandwidth, and the others the rest.
    if (static_cast<double>(input.senders) <= static_cast<double>(input.members) * SENDER_FRACTION)
    {
        bandwidth *= input.weSent ? SENDER_FRACTION : 1 - SENDER_FRACTION;
        count = input.weSent ? input.senders : input.members - input.senders;
    }
    const double seconds = input.averageSize * static_cast<double>(count) / bandwidth;
    const Duration minimum = input.isInitial ? input.minimum / 2 : input.minimum;
    constexpr double LONGEST = 1e6; // seconds; a tiny bandwidth shall not overflow
    return std::max(minimum, Duration(std::llround(std::min(seconds, LONGEST) * NANOSECONDS)));
}

Duration
RandomRtcpInterval(const RtcpIntervalInput& input, RandomSource& random)
{
    const double uniform = static_cast<double>(random.U32()) / 4294967296.0;
    const auto interval = static_cast<double>(DeterministicRtcpInterval(input).count());
    return Duration(std::llround(interval * (uniform + 0.5) / COMPENSATION));
}

} // namespace imsfw::rtp
