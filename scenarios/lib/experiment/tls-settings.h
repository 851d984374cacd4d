// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// What an experiment's `tls` section means for the endpoints: its keys, over the profile that it names.
#pragma once

#include "base/result.h"
#include "experiment.h"

#include "ims-tls-context.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace imsfw::scenario
{

/// @return the kind of key of the servers' certificates.
tls::KeyKind KeyKindOf(const Experiment& experiment);

/// @return what UEs use, without trust anchors and certificate.
tls::ClientConfig ClientTlsOf(const Experiment& experiment);

/// @return what servers use, without their certificates and trust anchors.
tls::ServerConfig ServerTlsOf(const Experiment& experiment);

/// @return the key of the section `tls` that cannot be used, and why; nothing where all can.
std::optional<std::pair<std::string, std::string>> FindTlsProblem(const Experiment& experiment);

/// @return what the profile forbids of what the UE offers, a sentence each.
std::vector<std::string> ProfileNotes(const Experiment& experiment);

} // namespace imsfw::scenario
