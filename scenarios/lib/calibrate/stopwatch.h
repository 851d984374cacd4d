// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// How long something takes on this machine: CPU time of this thread, so that others on the machine count little.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

namespace imsfw::calibrate
{

/// @return nanoseconds of CPU time that this thread has used.
uint64_t ThreadNs();

/// How much effort a measurement takes.
struct Effort
{
    uint64_t batchNs{4000000}; ///< each batch is repeated until it takes this long
    unsigned batches{9};       ///< the median of which is taken
};

/// @return nanoseconds that @p once takes: the median over batches.
double MeasureNs(const Effort& effort, const std::function<void()>& once);

/// @pre there are values
double Median(std::vector<double> values);

} // namespace imsfw::calibrate
