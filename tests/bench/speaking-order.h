// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Which of many flows speaks next: at random, or as in real networks, where few flows speak often and packets come in
/// trains.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace imsfw::bench
{

enum class Order : uint8_t
{
    /// Each packet is of any flow: the worst case for caches, found in floods and nowhere else.
    UNIFORM,
    /// The n-th most active flow begins a train in proportion to 1/n (Zipf's law); a train is of 8 packets on average, and 4
    /// trains are under way at a time.
    LOCAL,
};

/// @return the order called "uniform" or "local". @pre it is one of them
Order ParseOrder(const std::string& name);

/// @return the flows of a million packets, from 0 to @p flows - 1; the same on each call. Active flows are spread over all.
std::vector<uint32_t> MakeSpeakingOrder(Order order, std::size_t flows);

} // namespace imsfw::bench
