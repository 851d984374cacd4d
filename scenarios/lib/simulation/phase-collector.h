// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The phases of one UE, from what its applications, its flows and its TLS connections tell.
///
///     attempt                     one try of a plane over one transport
///       connect                   name-resolution, tcp, proxy-connect (with a 407 and its repetition), tls
///       register                  or turn-allocate, stun-binding
///     invite-to-ringing, invite-to-answer, turn-channel-bind
///     first-media-up, first-media-down: from the answer to the first RTP packet at the callee, at the UE
#pragma once

#include "call-flow.h"
#include "party.h"
#include "recorder.h"
#include "result.h"
#include "ue-probe.h"

#include <vector>

namespace imsfw::scenario
{

/// What phases are collected from; all of one couple, after its run.
struct PhaseSources
{
    const Party& ue;
    const Party& callee;
    const CallFlow& flow;
    const TlsRecorder& tls;
    const UeProbe* probe; ///< null: no phases within a connection's setup, and no bytes
};

/// @return nested (phase-tree.h).
std::vector<Phase> CollectPhases(const PhaseSources& sources);

} // namespace imsfw::scenario
