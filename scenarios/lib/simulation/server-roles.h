// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The operator's machines: P-CSCFs with their registrars, and the TURN (or STUN) server.
#pragma once

#include "experiment.h"
#include "roles.h"
#include "tls-contexts.h"
#include "topology.h"

namespace imsfw::scenario
{

/// @return the number of the P-CSCF that serves the UEs of a network.
unsigned PCscfOf(const Experiment& experiment, unsigned site);

/// Install the P-CSCFs, and on each the subscribers that it serves; nothing where the experiment has no SIP.
void InstallPCscfs(const Experiment& experiment,
                   const TlsContexts& tls,
                   const Topology& topology,
                   const std::vector<Couple>& couples);

/// Install the TURN server (a STUN server where media goes directly); nothing where the experiment has no media.
void InstallTurnServer(const Experiment& experiment,
                       const TlsContexts& tls,
                       const Topology& topology);

/// @return where UEs reach the TURN (or STUN) server at @p port.
Endpoint MediaServerAt(uint16_t port);

/// @return the P-CSCF's UDP port for the core's side.
uint16_t CorePortOf(const Experiment& experiment);

} // namespace imsfw::scenario
