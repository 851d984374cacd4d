// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// What could be changed about an experiment, its policy left as it is, smallest first.
///
/// What the policy's evaluation shows to be useless is marked, so that nobody needs to run it.
#pragma once

#include "change.h"
#include "engine/policy/policy.h"
#include "run-reader.h"

namespace imsfw::scenario
{

/// What is known of the networks without a simulation: whom a way's flows go to, and whom the web proxy knows.
struct Places
{
    IpAddress ue;
    IpAddress webProxy;
    IpAddress pCscf;
    IpAddress turnServer;
    std::string proxyUser;
    std::string proxyPassword;
};

/// @param rule the one that decided; nullptr where none of the policy's did
/// @return other suites, the one with the nearest name first; none where @p rule asks for nothing that a suite changes
std::vector<Change> SuiteChanges(const FinishedRun& run, const engine::Rule* rule);

/// @return the other named transports.
std::vector<Change> TransportChanges(const FinishedRun& run,
                                     const engine::Policy& policy,
                                     const Places& places);

/// @return another use of the web proxy, or other credentials.
std::vector<Change> ProxyChanges(const FinishedRun& run,
                                 const engine::Policy& policy,
                                 const Places& places);

} // namespace imsfw::scenario
