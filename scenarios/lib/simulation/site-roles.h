// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// A firewalled network's own machines: the firewall on its router, and its web proxy.
#pragma once

#include "roles.h"

namespace imsfw::scenario
{

/// Put @p policy on the router of @p site, and what its `proxy` section says on its web proxy.
/// @return an error where the policy's recogniser cannot be had
Result<SiteRoles, std::string> InstallSite(const engine::Policy& policy, const Site& site);

} // namespace imsfw::scenario
