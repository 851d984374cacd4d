// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Installs the roles of an experiment on the nodes of its topology: who listens where, who reaches what by which way.
#pragma once

#include "base/result.h"
#include "engine/policy/policy.h"
#include "experiment.h"
#include "party.h"
#include "topology.h"

#include "ims-firewall-router.h"
#include "ims-web-proxy-application.h"

#include <string>
#include <vector>

namespace imsfw::scenario
{

/// What stands between a network and the rest.
struct SiteRoles
{
    ns3::Ptr<ns3::imsfirewall::FirewallRouter> firewall;
    ns3::Ptr<ns3::imsproxy::WebProxyApplication> webProxy; ///< null where the network has none
};

/// Two who call each other.
struct Couple
{
    Party ue;
    Party callee;
};

/// All that was installed, for the run to watch.
struct Roles
{
    std::vector<SiteRoles> sites; ///< as the topology's
    std::vector<Couple> couples;  ///< one for each UE
};

/// @param policies one for each site of @p topology
/// @return an error where certificates or suites cannot be used.
Result<Roles, std::string> InstallRoles(const Experiment& experiment,
                                        const std::vector<engine::Policy>& policies,
                                        const Topology& topology);

} // namespace imsfw::scenario
