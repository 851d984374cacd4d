// SPDX-License-Identifier: GPL-2.0-only
#include "ims-cpu-table.h"

#include <cmath>

namespace imsfw::cpu
{

std::optional<Duration>
CostTable::PriceOf(const Work& work) const
{
    const auto found = operations.find(work.operation);
    if (found == operations.end())
    {
        return std::nullopt;
    }
    const Cost& cost = found->second;
    const double ns = static_cast<double>(cost.eachNs) * static_cast<double>(work.times) +
                      static_cast<double>(cost.perBytePs) * static_cast<double>(work.bytes) / 1000;
    const double scaled = std::round(ns / speed);
    constexpr double LONGEST = 9.2e18;
    return Duration(static_cast<Duration::rep>(scaled < LONGEST ? scaled : LONGEST));
}

} // namespace imsfw::cpu
