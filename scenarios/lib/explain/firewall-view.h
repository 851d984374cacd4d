// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// What one firewall of a run saw, put together from the captures around it.
///
/// A packet that a firewall refused is only in the capture on the side that it came from, and captures outside show
/// translated addresses. So packets are taken from the side of their sender, at the time at which they reached the
/// firewall, and those from outside get back the inside addresses that the NAT gave them.
#pragma once

#include "run-reader.h"
#include "workbench/replay.h"

#include <string>
#include <vector>

namespace imsfw::scenario
{

struct FirewallView
{
    workbench::Capture capture; ///< as the firewall got them, in order
    std::vector<std::string>
        origins; ///< of each packet: "packet 12 of dmz.pcapng", where a reader finds it
};

/// @return one view for each firewall of the run; none where it has no captures.
std::vector<FirewallView> FirewallViews(const FinishedRun& run, const workbench::Sides& sides);

} // namespace imsfw::scenario
