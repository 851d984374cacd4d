// SPDX-License-Identifier: GPL-2.0-only
#include "base/time.h"

#include <algorithm>

namespace imsfw
{

std::optional<TimePoint>
Earlier(std::optional<TimePoint> a, std::optional<TimePoint> b)
{
    if (!a || !b)
    {
        return a ? a : b;
    }
    return std::min(*a, *b);
}

double
ToMilliseconds(Duration duration)
{
    return std::chrono::duration<double, std::milli>(duration).count();
}

} // namespace imsfw
