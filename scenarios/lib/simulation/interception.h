// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// A web proxy that opens TLS, as the policy's `proxy.intercept` says: its contexts, and the rules over what it reads.
#pragma once

#include "base/result.h"
#include "engine/policy/policy.h"
#include "experiment.h"

#include "ims-web-proxy-application.h"

#include <string>

namespace imsfw::scenario
{

/// Let @p proxy intercept; does nothing where the policy does not want it to.
/// @param seedName of the stream of random numbers that it draws from
/// @return what is wrong; empty where all is well
std::string InstallInterception(const Experiment& experiment,
                                const engine::Policy& policy,
                                const std::string& seedName,
                                ns3::Ptr<ns3::imsproxy::WebProxyApplication> proxy);

} // namespace imsfw::scenario
