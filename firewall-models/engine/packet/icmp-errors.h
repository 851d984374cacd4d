// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// ICMP errors about packets of known flows, translated as the flow is (RFC 5508 4.2).
#pragma once

#include "engine/flow/flow-table.h"
#include "engine/packet/arrival.h"

namespace imsfw::engine
{

/// The flow that an ICMP error is about.
struct IcmpErrorSubject
{
    Flow* flow;
    const NatUse* nat; ///< of the flow
    classify::Direction
        direction; ///< in which the error travels: against the packet that it quotes
    IpPacket quoted;
};

/// @return nothing where the error quotes no packet of an allowed flow, or comes from where that packet never went.
std::optional<IcmpErrorSubject> FindSubject(FlowTable& flows, const Arrival& arrival);

/// Give the error in @p arrival the addresses that its receiver knows, in its own header and in the packet that it
/// quotes. A host behind the NAT does not show its own address.
void TranslateIcmpError(Arrival& arrival, const IcmpErrorSubject& subject);

} // namespace imsfw::engine
