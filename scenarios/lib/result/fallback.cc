// SPDX-License-Identifier: GPL-2.0-only
#include "fallback.h"

#include <algorithm>

namespace imsfw::scenario
{

std::optional<Duration>
FallbackCost(const std::vector<AttemptResult>& attempts, const std::string& plane)
{
    std::optional<TimePoint> first;
    std::optional<TimePoint> won;
    for (const auto& attempt : attempts)
    {
        if (attempt.plane != plane || !attempt.started)
        {
            continue;
        }
        first = std::min(first.value_or(*attempt.started), *attempt.started);
        if (attempt.outcome == "won")
        {
            won = attempt.started;
        }
    }
    return won ? std::optional(*won - *first) : std::nullopt;
}

} // namespace imsfw::scenario
