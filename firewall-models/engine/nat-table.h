// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The mappings of a NAT with one external address (RFC 4787 4.1, 4.2, 5). A mapping lives as long as its flows.
#pragma once

#include "base/random.h"
#include "engine/policy.h"

#include <map>
#include <set>

namespace imsfw::engine
{

class NatTable
{
  public:
    using Key = std::pair<IpProtocol, uint16_t>; ///< a mapping by its external port

    NatTable(const NatSection& nat, RandomSource& random) : m_nat(nat), m_random(random)
    {
    }

    /// @return the external port for @p flow, from the inside out; nothing where none is left.
    std::optional<uint16_t> Open(const FiveTuple& flow);

    enum class Inbound : uint8_t
    {
        PASSES,
        NO_MAPPING,
        FILTERED,
    };

    /// Judge a packet from outside that belongs to no flow. @param internal set where it passes
    Inbound Accept(const FiveTuple& packet, Endpoint& internal);
    /// End what Open began or Accept let pass. @param remote of an Open; nullptr for an Accept
    void Close(Key key, const Endpoint* remote);

  private:
    struct Mapping
    {
        FiveTuple selector;
        std::multiset<Endpoint> remotes; ///< to which inside hosts opened flows
        std::size_t users{0};
    };

    FiveTuple SelectorOf(FiveTuple flow) const;
    std::optional<uint16_t> FreePort(IpProtocol protocol, uint16_t wanted);

    const NatSection& m_nat;
    RandomSource& m_random;
    std::map<Key, Mapping> m_mappings;
    std::map<FiveTuple, uint16_t> m_ports; ///< by selector
};

} // namespace imsfw::engine
