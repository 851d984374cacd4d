// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// One allocation of the server: whose it is, its relayed address, its permissions and channels (RFC 8656 6, 9, 12).
/// When they end is kept by the server, for all allocations together.
#pragma once

#include "ims-turn-server-types.h"
#include "ims-turn-stun-message.h"

#include <map>
#include <optional>
#include <set>

namespace imsfw
{
namespace turn
{

struct Allocation
{
    uint64_t number{0}; ///< counts up; never used again
    ClientId client;
    std::string user;
    Endpoint relayed;
    Endpoint mapped;
    IpProtocol protocol{IpProtocol::UDP};  ///< of the relayed address: UDP, or TCP (RFC 6062)
    std::optional<uint64_t> reservation{}; ///< the token of the port above, as it was told
    stun::TransactionId createdBy;         ///< to know a retransmitted Allocate (RFC 8656 7.2)
    std::set<IpAddress> permissions{};
    std::map<uint16_t, Endpoint> channels{};
    std::map<Endpoint, uint16_t> channelOf{};

    bool
    IsPermitted(const IpAddress& peer) const
    {
        return permissions.count(peer) != 0;
    }

    std::optional<Endpoint>
    FindPeer(uint16_t channel) const
    {
        const auto found = channels.find(channel);
        return found == channels.end() ? std::nullopt : std::optional(found->second);
    }

    std::optional<uint16_t>
    FindChannel(const Endpoint& peer) const
    {
        const auto found = channelOf.find(peer);
        return found == channelOf.end() ? std::nullopt : std::optional(found->second);
    }
};

/// What can end: the allocation itself, one of its permissions, one of its channels.
struct ExpiryKey
{
    uint64_t allocation;
    std::optional<IpAddress> permission;
    std::optional<uint16_t> channel;

    friend bool
    operator<(const ExpiryKey& a, const ExpiryKey& b)
    {
        return std::tie(a.allocation, a.permission, a.channel) <
               std::tie(b.allocation, b.permission, b.channel);
    }
};

} // namespace turn
} // namespace imsfw
