// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The subscribers of the HSS stand-in, from a YAML file:
///
///     subscribers:
///       - impi: alice@ims.test
///         impu: sip:alice@ims.test
///         identities: ["tel:+15551234"]      # registered with it
///         password: secret                   # for SIP Digest
///         aka:                               # for IMS AKA
///           k: 465b5ce8b199b49faa5f0a2ee238a6bc
///           opc: cd63cb71954a9f4e48a5994e37a02baf   # or op
///           amf: "8000"
///           sqn: 32
#pragma once

#include "base/result.h"
#include "engine/config/checked-yaml.h"
#include "experiment.h"
#include "ims-sip-hss.h"

#include <optional>
#include <string>
#include <vector>

namespace imsfw::scenario
{

using SubscribersResult = Result<std::vector<sip::SipUser>, config::Diagnostics>;

/// @return the subscribers in the file, or all that is wrong with it: by file, line, column and field.
SubscribersResult LoadSubscribers(const std::string& path);

/// The same for text at hand. @param name what diagnostics call it.
SubscribersResult ParseSubscribers(const std::string& name, const std::string& text);

/// @return how many of the subscribers take part: one for each UE, then one for each callee behind a firewall of its own.
std::size_t SubscribersNeeded(const Experiment& experiment);

/// @return why the experiment cannot take its UEs from sip.subscribers; nothing where it can, or has no such file.
std::optional<std::string> SubscribersProblem(const Experiment& experiment);

} // namespace imsfw::scenario
