// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// What a person talks and writes with, wherever it is: voice, video and messages.
#pragma once

#include "experiment.h"
#include "party.h"

#include "ns3/node.h"
#include "ns3/ptr.h"

namespace imsfw::scenario
{

/// Install voice on @p node, and video where the experiment has it.
void InstallVoice(const Experiment& experiment, Party& party, ns3::Ptr<ns3::Node> node);

/// Install MSRP on @p node.
void InstallMessages(const Experiment& experiment, Party& party, ns3::Ptr<ns3::Node> node);

/// Let each measure what the other sends.
void Introduce(Party& ue, Party& callee);

} // namespace imsfw::scenario
