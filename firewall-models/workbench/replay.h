// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// A real capture through a policy: what it would have done with each flow. No simulation is needed.
///
/// The capture was taken on one side of a firewall, so nothing is translated: the policy's NAT is left out, and every
/// packet stands for itself, whatever happened to those before it. A flow that is cut would have had no further packets;
/// they are counted all the same. IPv6 is judged by the same policy; NAT64 is not replayed.
#pragma once

#include "engine/engine.h"
#include "engine/rules/explanation.h"
#include "workbench/capture-reader.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace imsfw::workbench
{

/// Which addresses of the capture are on which side; everything else is outside.
struct Sides
{
    std::vector<IpPrefix> inside;
    std::vector<IpPrefix> dmz;

    engine::Zone ZoneOf(const IpAddress& address) const;
};

/// What the policy did with one flow.
struct FlowVerdict
{
    FiveTuple flow; ///< in the direction in which it was opened
    engine::Zone from{engine::Zone::INSIDE};
    engine::Zone to{engine::Zone::OUTSIDE};
    engine::Action action{engine::Action::ALLOW}; ///< the last one
    std::string rule;
    engine::Reason reason{engine::Reason::DEFAULT};
    uint64_t packet{0};  ///< number, from 1 and in the capture, of the packet that decided
    TimePoint decidedAt; ///< when that was
    Bytes firstBytes;    ///< of its payload
    uint64_t packets{0}; ///< both ways
    std::shared_ptr<const engine::Explanation>
        explanation; ///< of the last verdict; null for packets of no flow
};

/// @param recogniser who names flows, for policies whose recogniser is not our own probes
/// @return one verdict for each flow, in the order of their first packets.
std::vector<FlowVerdict> Replay(engine::Policy policy,
                                const Capture& capture,
                                const Sides& sides,
                                std::shared_ptr<classify::RecogniserFactory> recogniser = nullptr);

} // namespace imsfw::workbench
