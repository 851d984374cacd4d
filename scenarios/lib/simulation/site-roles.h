// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// A firewalled network's own machines: the firewall on its router, and its web proxy.
#pragma once

#include "roles.h"

#include <vector>

namespace imsfw::scenario
{

/// @return @p policy and those `behind` it, the innermost first.
std::vector<engine::Policy> PoliciesOf(const engine::Policy& policy);

/// Put @p policy, and those behind it, on the router of @p site, and what its `proxy` section says on its web proxy.
/// @return an error where a policy's recogniser cannot be had
Result<SiteRoles, std::string> InstallSite(const Experiment& experiment,
                                           const engine::Policy& policy,
                                           const Site& site);

} // namespace imsfw::scenario
