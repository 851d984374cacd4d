// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The TLS settings of an experiment's endpoints, made once for all connections of a run.
#pragma once

#include "base/random.h"
#include "base/result.h"
#include "experiment.h"

#include "ims-tls-context.h"

#include <memory>
#include <string>
#include <vector>

namespace imsfw::scenario
{

/// Each is null, or there is none, where no connection of the experiment needs it.
struct TlsContexts
{
    std::shared_ptr<const tls::Context> ue;
    /// One for each P-CSCF, with a certificate for its own address: another one more changes nothing for them.
    std::vector<std::shared_ptr<const tls::Context>> pCscfs;
    std::shared_ptr<const tls::Context> turnServer;
    std::shared_ptr<const tls::Context> ueDtls;
    std::shared_ptr<const tls::Context> turnServerDtls;

    /// @return an error where certificates or suites cannot be used.
    static Result<TlsContexts, std::string> Make(const Experiment& experiment);
};

/// @return the random stream of that name in the experiment's seed and run.
std::shared_ptr<RandomSource> StreamOf(const Experiment& experiment, const std::string& name);

} // namespace imsfw::scenario
