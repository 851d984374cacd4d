// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The floor under a simulated connection: ns-3's own TCP on the same topology, without a firewall or a role.
#pragma once

#include "experiment.h"

#include <cstdint>

namespace imsfw::bench
{

/// Bytes of a conversation, and in how many questions and answers they go.
struct Conversation
{
    uint32_t sent{0};
    uint32_t received{0};
    unsigned rounds{1};
};

/// Build the topology of @p experiment, let the UE's node ask and the P-CSCF's node answer over one TCP connection, and
/// take everything down.
/// @return whether every byte arrived both ways
bool RunTcpFloor(const scenario::Experiment& experiment, const Conversation& conversation);

} // namespace imsfw::bench
