// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The message sequence of a run as its folder tells it: who sent what to whom, when, and what the firewall did with it.
///
/// Read from timeline.jsonl and the captures alone. A message appears once for each link that it crossed: between its host
/// and the firewall, or between two servers. What TLS hides is named where the timeline names it, on every link where the
/// same bytes went by. Bare ACKs are left out; media that follows itself is told as one, with its count.
#pragma once

#include "base/result.h"
#include "base/time.h"

#include <cstdint>
#include <string>
#include <vector>

namespace imsfw::scenario
{

struct LadderArrow
{
    TimePoint at{};
    TimePoint last{};    ///< of several that are told as one
    std::size_t from{0}; ///< column
    std::size_t to{0};   ///< column
    std::string name;
    std::size_t size{0}; ///< of the IP packet; of the first one of several
    uint64_t count{1};
    std::string
        thought; ///< of the firewall: "allowed by web", "dropped by no-udp"; empty for nothing new
    bool isRefused{false}; ///< it ended at the firewall
};

struct Ladder
{
    std::string title;
    std::vector<std::string> columns;
    std::vector<LadderArrow> arrows; ///< in the order of time
};

/// @param folder as `imsfw run` leaves it, with captures
/// @param couple the one whose messages are wanted, counted from 1; 0: all where the timeline tells of all, else the first
/// @return what is wrong with the folder, or that there is no such couple, in one message
Result<Ladder, std::string> ReadLadder(const std::string& folder, uint64_t couple = 0);

} // namespace imsfw::scenario
