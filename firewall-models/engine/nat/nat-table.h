// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The mappings of a NAT (RFC 4787 4.1, 4.2, 5). A mapping lives as long as its flows.
#pragma once

#include "engine/nat/port-pool.h"
#include "engine/packet/ip4-tuple.h"

#include <map>
#include <set>
#include <unordered_map>

namespace imsfw::engine
{

/// A mapping by its external address and port.
struct MappingKey
{
    IpProtocol protocol{IpProtocol::TCP};
    uint16_t port{0}; ///< 0 for a protocol without ports
    uint32_t address{0};

    friend bool
    operator<(const MappingKey& a, const MappingKey& b)
    {
        return std::tie(a.protocol, a.port, a.address) < std::tie(b.protocol, b.port, b.address);
    }
};

/// What a flow holds of the table, to be given back when it ends.
struct NatUse
{
    std::optional<MappingKey> opened;       ///< by the flow's first packet, from the inside
    std::optional<MappingKey> accepted;     ///< through which it came in
    std::pair<uint32_t, uint16_t> remote{}; ///< of `opened`
};

class NatTable
{
  public:
    /// @param nat and @p random must outlive the table
    /// @param addresses the external ones; at least one
    NatTable(const NatSection& nat, std::vector<uint32_t> addresses, RandomSource& random);

    /// Map the source of @p flow, from the inside out.
    /// @return its external address and port; nothing where none is left
    std::optional<MappingKey> Open(const Ip4Tuple& flow, NatUse& use);

    enum class Inbound : uint8_t
    {
        PASSES,
        NO_MAPPING,
        FILTERED,
    };

    /// Judge a packet to the external address that belongs to no flow, and hold its mapping where it passes.
    /// @param internal set to where it goes
    Inbound Accept(const Ip4Tuple& packet, NatUse& use, std::pair<uint32_t, uint16_t>& internal);

    /// End what a flow began.
    void Close(const NatUse& use);

  private:
    using Remote = std::pair<uint32_t, uint16_t>;

    struct Mapping
    {
        Ip4Tuple selector;
        std::multiset<Remote> remotes; ///< to which inside hosts opened flows
        std::size_t users{0};
    };

    /// What the mappings of one inside host have in common.
    struct Host
    {
        uint32_t address{0}; ///< of the first of them
        uint32_t mappings{0};
    };

    Ip4Tuple SelectorOf(Ip4Tuple flow) const;
    /// @return a new mapping for packets of @p selector; nothing where the host may have no more, or none is left
    std::optional<MappingKey> MakeMapping(const Ip4Tuple& selector);
    std::optional<uint16_t> TakePort(IpProtocol protocol, uint16_t wanted, uint32_t address);
    uint32_t ChooseAddress(const Host& host);
    bool Passes(const Mapping& mapping, Remote remote) const;
    void Leave(MappingKey key, const Remote* remote);

    const NatSection& m_nat;
    RandomSource& m_random;
    std::vector<uint32_t> m_addresses;
    std::map<std::pair<uint32_t, IpProtocol>, PortPool> m_pools; ///< by address
    std::unordered_map<uint32_t, Host> m_hosts;
    std::map<MappingKey, Mapping> m_mappings;
    std::unordered_map<Ip4Tuple, MappingKey> m_keys; ///< by selector
};

} // namespace imsfw::engine
