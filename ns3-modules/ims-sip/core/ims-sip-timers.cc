// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The two timer profiles.
#include "ims-sip-timers.h"

#include <algorithm>

namespace imsfw::sip
{

using namespace std::chrono_literals;

SipTimers
SipTimers::Rfc3261()
{
    // RFC 3261 16.6 step 11: "The timer MUST be larger than 3 minutes."
    return {500ms, 4s, 5s, 32s, 32s, 181s, 200ms};
}

SipTimers
SipTimers::ThreeGpp()
{
    return {2s, 16s, 17s, 128s, 128s, 181s, 200ms};
}

SipTimers
SipTimers::WithT1(Duration newT1) const
{
    SipTimers timers = *this;
    timers.t1 = newT1;
    timers.timeout = 64 * newT1;
    timers.waitD = std::max(waitD, timers.timeout);
    return timers;
}

} // namespace imsfw::sip
