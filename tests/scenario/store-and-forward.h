// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// When packets arrive on a path of clean links, computed without a simulator: what simulated times are held against.
///
/// A link of rate r and delay d that holds a packet of S bytes for serialisation lets it arrive S*8/r + d after the link is
/// free for it. A router takes a packet whole before it sends it on. ns-3's point-to-point frames are two bytes longer
/// than the packet (PPP's protocol field).
#pragma once

#include "base/time.h"

#include <algorithm>
#include <cstddef>
#include <vector>

namespace imsfw::scenario
{

struct CleanLink
{
    double bitsPerSecond;
    Duration delay;
};

using CleanPath = std::vector<CleanLink>;

inline Duration
SerialisationOf(std::size_t ipSize, const CleanLink& link)
{
    constexpr std::size_t PPP = 2;
    return Duration(static_cast<Duration::rep>(static_cast<double>((ipSize + PPP) * 8) * 1e9 /
                                               link.bitsPerSecond));
}

/// @param sizes of the packets of one flight, in order, all handed to the first link at once
/// @return when the last one has arrived at the path's end, after that moment
inline Duration
FlightTime(const CleanPath& path, const std::vector<std::size_t>& sizes)
{
    std::vector<Duration> at(sizes.size(), Duration(0));
    for (const auto& link : path)
    {
        Duration isFree(0);
        for (std::size_t i = 0; i < sizes.size(); ++i)
        {
            isFree = std::max(at[i], isFree) + SerialisationOf(sizes[i], link);
            at[i] = isFree + link.delay;
        }
    }
    return at.empty() ? Duration(0) : at.back();
}

inline CleanPath
Joined(CleanPath first, const CleanPath& second)
{
    first.insert(first.end(), second.begin(), second.end());
    return first;
}

inline CleanPath
Reversed(CleanPath path)
{
    std::reverse(path.begin(), path.end());
    return path;
}

} // namespace imsfw::scenario
