// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// What each operation costs on one kind of CPU. Whole numbers throughout: the same table gives the same times on every
/// machine, whatever machine it was measured on.
#pragma once

#include "base/time.h"
#include "base/work.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace imsfw::cpu
{

struct Cost
{
    uint64_t eachNs{0};    ///< nanoseconds for each operation
    uint64_t perBytePs{0}; ///< picoseconds for each byte
};

struct CostTable
{
    std::string name;  ///< what the experiment calls it
    std::string model; ///< the CPU's own name
    unsigned cores{1}; ///< at least 1
    double speed{1};   ///< above 0: all costs are divided by it
    std::map<std::string, Cost> operations;

    /// @return what @p work takes on one core; nothing where the table does not know the operation. Saturates at about 292
    /// years.
    std::optional<Duration> PriceOf(const Work& work) const;
};

} // namespace imsfw::cpu
