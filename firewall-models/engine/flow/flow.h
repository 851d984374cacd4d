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
/// All that a packet of a settled flow needs stands in this one cache line; FlowDetails have the rest.
struct alignas(64) Flow
{
    Ip4Tuple original;
    Ip4Tuple translated;
    TimePoint expiry{};
    std::array<uint32_t, 2>
        next{}; ///< TCP, by direction: behind the last byte that was let through
    Verdict verdict;
    Zone from{Zone::INSIDE};
    Zone to{Zone::OUTSIDE};
    TcpState tcp;
    bool isAnswered{false}; ///< something has come back
    bool wasCut{false};     ///< allowed at first, then refused
    bool showsPage{false};  ///< it was cut by a readable HTTP request: HTTP_403 can answer it
    bool isWatched{false};  ///< some rule needs to see more of this flow: it has a watch

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

static_assert(sizeof(Flow) == 64, "a flow is a cache line");

/// What few packets of a flow need.
struct FlowDetails
{
    std::unique_ptr<FlowWatch> watch;
    /// The moment of this flow's entry in the queue of FlowTable, at or before the expiry.
    TimePoint scheduled{};
    uint64_t id{0};
    TimePoint sendsUntil{}; ///< of a throttled flow: when its last packet has been sent
    NatUse nat;
};

/// A flow on its way into a table, or out of it: with all that belongs to it.
struct WholeFlow : Flow
{
    FlowDetails details;
};

} // namespace imsfw::engine
