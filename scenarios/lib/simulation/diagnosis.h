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
    FiveTuple flow;             ///< as the refusing element saw it, before any translation
    bool isByProxy{false};      ///< by the web proxy, not the firewall
    bool isInterception{false}; ///< no refusal: the web proxy showed a certificate of its own
};

/// The ends by which a plane's flows are known.
struct PlaneEnds
{
    std::vector<Endpoint> locals; ///< the UE's own transport addresses, before any NAT
    std::vector<Endpoint>
        peers; ///< whoever else's packets belong to the plane, whichever way they go
    std::vector<Endpoint> servers; ///< belong to it where one of `hosts` talks to them
    std::vector<IpAddress> hosts;  ///< the UE; the web proxy too where the way is through it
    bool viaProxy{false};          ///< whether what the web proxy refused can be the reason
};

/// @return the event that decided @p failure.
DecidingEvent Explain(const PlaneFailure& failure,
                      const PlaneEnds& ends,
                      const std::vector<Refusal>& refusals);

} // namespace imsfw::scenario
