// SPDX-License-Identifier: GPL-2.0-only
#include "stopwatch.h"

#include <algorithm>
#include <ctime>
#include <utility>

namespace imsfw::calibrate
{

uint64_t
ThreadNs()
{
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<uint64_t>(now.tv_sec) * 1000000000 + static_cast<uint64_t>(now.tv_nsec);
}

namespace
{

uint64_t
Batch(uint64_t times, const std::function<void()>& once)
{
    const uint64_t start = ThreadNs();
    for (uint64_t i = 0; i < times; ++i)
    {
        once();
    }
    return ThreadNs() - start;
}

} // namespace

double
MeasureNs(const Effort& effort, const std::function<void()>& once)
{
    // The first time fills caches and looks algorithms up; it also tells how many make a batch.
    once();
    const uint64_t single = std::max<uint64_t>(1, Batch(1, once));
    const uint64_t times = std::clamp<uint64_t>(effort.batchNs / single, 1, 1000000);
    std::vector<double> each;
    for (unsigned i = 0; i < effort.batches; ++i)
    {
        each.push_back(static_cast<double>(Batch(times, once)) / static_cast<double>(times));
    }
    return Median(std::move(each));
}

double
Median(std::vector<double> values)
{
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

} // namespace imsfw::calibrate
