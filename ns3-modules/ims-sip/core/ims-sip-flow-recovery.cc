// SPDX-License-Identifier: GPL-2.0-only
#include "ims-sip-flow-recovery.h"

#include <algorithm>

namespace imsfw::sip
{

Duration
FlowRecovery::HandleFailure(bool wasProven, RandomSource& random)
{
    if (wasProven)
    {
        m_failures = 0;
        return Duration(0);
    }
    ++m_failures;
    // RFC 5626 4.5: "W = min (max-time, (base-time * (2 ^ consecutive-failures)))".
    Duration bound = m_config.base;
    for (uint32_t i = 0; i < m_failures && bound < m_config.most; ++i)
    {
        bound *= 2;
    }
    bound = std::min(bound, m_config.most);
    // "selecting a uniform random time between 50 and 100% of the upper-bound wait time"
    constexpr uint32_t STEPS = 1000000;
    const Duration half = bound / 2;
    return half + half * random.Below(STEPS + 1) / STEPS;
}

} // namespace imsfw::sip
