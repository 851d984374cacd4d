// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// What a network gives its machines beside the way out: names, and a web proxy as the experiment wants it.
#pragma once

#include "experiment.h"
#include "roles.h"
#include "topology.h"

#include "ims-dns-resolver-application.h"

namespace imsfw::scenario
{

/// The network's resolver on its firewall, the experiment's wishes for its web proxy, and the proxy behind that one.
/// @param pCscf the number of the P-CSCF that the network's UEs use
void InstallNetworkServices(const Experiment& experiment,
                            const engine::Policy& policy,
                            const Site& site,
                            const SiteRoles& roles,
                            unsigned pCscf);

/// @return a stub resolver on @p node that asks @p server; null where the experiment has no names.
ns3::Ptr<ns3::imsdns::DnsResolverApplication> InstallResolver(const Experiment& experiment,
                                                              ns3::Ptr<ns3::Node> node,
                                                              const std::string& server,
                                                              const std::string& stream);

} // namespace imsfw::scenario
