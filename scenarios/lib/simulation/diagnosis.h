// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Why a plane failed: from what the user saw back to the packet and the rule that decided.
///
/// Refusals (by the firewall or by the web proxy) are written down as they happen; a failed plane is explained by the
/// last refusal of a flow of its own. Where no refusal touched its flows, the failure is what the user's side says.
#pragma once

#include "call-flow.h"
#include "result.h"

#include "base/address.h"

#include <optional>
#include <string>
#include <vector>

namespace imsfw::scenario
{

/// A refusal as it was traced.
struct Refusal
{
    DecidingEvent event;
    FiveTuple flow; ///< as the refusing element saw it, before any translation
};

/// The ends by which a plane's flows are known.
struct PlaneEnds
{
    std::vector<Endpoint> locals;  ///< the UE's own transport addresses, before any NAT
    std::vector<Endpoint> remotes; ///< servers (also as the web proxy reaches them) and peers
};

/// @return the event that decided @p failure.
DecidingEvent Explain(const PlaneFailure& failure,
                      const PlaneEnds& ends,
                      const std::vector<Refusal>& refusals);

} // namespace imsfw::scenario
