// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// One flow that the firewall knows: who, through which addresses, what was decided, and how long it is remembered.
#pragma once

#include "base/time.h"
#include "engine/flow/flow-watch.h"
#include "engine/flow/tcp-state.h"
#include "engine/nat/nat-table.h"
#include "engine/packet/ip4-tuple.h"
#include "engine/rules/verdict.h"

#include <array>
#include <memory>

namespace imsfw::engine
{

/// Packets to the server arrive as `original` and leave as `translated`; packets to the client arrive as
/// translated.Reversed() and leave as original.Reversed().
///
/// What every packet needs stands in the first of two cache lines, which memory brings together.
struct alignas(128) Flow
{
    Ip4Tuple original;
    Ip4Tuple translated;
    TimePoint expiry{};
    TimePoint
        scheduled{}; ///< the moment of this flow's entry in the queue of FlowTable, at or before the expiry
    std::array<uint32_t, 2>
        next{}; ///< TCP, by direction: behind the last byte that was let through
    Verdict verdict;
    Zone from{Zone::INSIDE};
    Zone to{Zone::OUTSIDE};
    TcpState tcp;
    bool wasCut{false};    ///< allowed at first, then refused
    bool showsPage{false}; ///< it was cut by a readable HTTP request: HTTP_403 can answer it
    std::unique_ptr<FlowWatch> watch; ///< nullptr where no rule needs to see more of this flow
    uint64_t id{0};
    TimePoint sendsUntil{}; ///< of a throttled flow: when its last packet has been sent
    NatUse nat;

    bool
    IsAllowed() const
    {
        return verdict.action == Action::ALLOW;
    }

    /// @return the addresses that packets of @p direction leave with.
    Ip4Tuple
    Leaving(classify::Direction direction) const
    {
        return direction == classify::Direction::TO_SERVER ? translated : original.Reversed();
    }

    /// @return the zone that packets of @p direction come from.
    Zone
    Origin(classify::Direction direction) const
    {
        return direction == classify::Direction::TO_SERVER ? from : to;
    }

    Zone
    Target(classify::Direction direction) const
    {
        return Origin(classify::Reverse(direction));
    }
};

} // namespace imsfw::engine
