// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Computing that was done, by kind: what a model of a CPU charges for. Whoever does it names it; prices are elsewhere.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

namespace imsfw
{

/// Some operations of one kind.
struct Work
{
    std::string operation; ///< "sign/rsa-2048": the kind, and what its price depends on
    uint64_t times{1};     ///< how often
    uint64_t bytes{0};     ///< over how many bytes in all
};

using WorkList = std::vector<Work>;

/// Add to @p list, to what it has of that kind already.
inline void
AddWork(WorkList& list, const std::string& operation, uint64_t times = 1, uint64_t bytes = 0)
{
    const auto same = std::find_if(
        list.begin(), list.end(), [&](const Work& work) { return work.operation == operation; });
    if (same == list.end())
    {
        list.push_back({operation, times, bytes});
        return;
    }
    same->times += times;
    same->bytes += bytes;
}

} // namespace imsfw
