// SPDX-License-Identifier: GPL-2.0-only
#include "engine/nat/nat-table.h"

namespace imsfw::engine
{

namespace
{

bool
HasPorts(IpProtocol protocol)
{
    return protocol == IpProtocol::TCP || protocol == IpProtocol::UDP ||
           protocol == IpProtocol::ICMP;
}

} // namespace

NatTable::NatTable(const NatSection& nat, RandomSource& random) : m_nat(nat), m_random(random)
{
}

Ip4Tuple
NatTable::SelectorOf(Ip4Tuple flow) const
{
    // The "port" of an ICMP query is the source's identifier, not part of the remote endpoint.
    if (m_nat.mapping != NatBehaviour::ADDRESS_AND_PORT_DEPENDENT ||
        flow.protocol == IpProtocol::ICMP)
    {
        flow.destinationPort = 0;
    }
    if (m_nat.mapping == NatBehaviour::ENDPOINT_INDEPENDENT)
    {
        flow.destination = 0;
    }
    return flow;
}

std::optional<uint16_t>
NatTable::TakePort(IpProtocol protocol, uint16_t wanted)
{
    if (!HasPorts(protocol))
    {
        const bool isFree = m_mappings.count({protocol, 0}) == 0;
        return isFree ? std::optional<uint16_t>(0) : std::nullopt;
    }
    PortPool& pool = m_pools.try_emplace(protocol, m_nat.portRange).first->second;
    if (m_nat.portAssignment == PortAssignment::PRESERVING && pool.TakeThis(wanted))
    {
        return wanted;
    }
    return pool.TakeAny(m_random, m_nat.portParity ? std::optional(wanted) : std::nullopt);
}

std::optional<uint16_t>
NatTable::Open(const Ip4Tuple& flow, NatUse& use)
{
    const auto selector = SelectorOf(flow);
    auto known = m_ports.find(selector);
    if (known == m_ports.end())
    {
        const auto port = TakePort(flow.protocol, flow.sourcePort);
        if (!port)
        {
            return std::nullopt;
        }
        known = m_ports.emplace(selector, *port).first;
        m_mappings[{flow.protocol, *port}].selector = selector;
    }
    use.opened = {flow.protocol, known->second};
    use.remote = {flow.destination, flow.destinationPort};
    Mapping& mapping = m_mappings[*use.opened];
    ++mapping.users;
    mapping.remotes.insert(use.remote);
    return known->second;
}

bool
NatTable::Passes(const Mapping& mapping, Remote remote) const
{
    switch (m_nat.filtering)
    {
    case NatBehaviour::ENDPOINT_INDEPENDENT:
        return true;
    case NatBehaviour::ADDRESS_DEPENDENT:
    {
        const auto first = mapping.remotes.lower_bound({remote.first, uint16_t{0}});
        return first != mapping.remotes.end() && first->first == remote.first;
    }
    case NatBehaviour::ADDRESS_AND_PORT_DEPENDENT:
        return mapping.remotes.count(remote) > 0;
    }
    return false;
}

NatTable::Inbound
NatTable::Accept(const Ip4Tuple& packet, NatUse& use, std::pair<uint32_t, uint16_t>& internal)
{
    const MappingKey key{packet.protocol, packet.destinationPort};
    const auto found = m_mappings.find(key);
    if (found == m_mappings.end())
    {
        return Inbound::NO_MAPPING;
    }
    Mapping& mapping = found->second;
    if (!Passes(mapping, {packet.source, packet.sourcePort}))
    {
        return Inbound::FILTERED;
    }
    ++mapping.users;
    use.accepted = key;
    internal = {mapping.selector.source, mapping.selector.sourcePort};
    return Inbound::PASSES;
}

void
NatTable::Close(const NatUse& use)
{
    if (use.opened)
    {
        Leave(*use.opened, &use.remote);
    }
    if (use.accepted)
    {
        Leave(*use.accepted, nullptr);
    }
}

void
NatTable::Leave(MappingKey key, const Remote* remote)
{
    const auto found = m_mappings.find(key);
    if (found == m_mappings.end())
    {
        return;
    }
    Mapping& mapping = found->second;
    if (remote != nullptr)
    {
        const auto one = mapping.remotes.find(*remote);
        if (one != mapping.remotes.end())
        {
            mapping.remotes.erase(one);
        }
    }
    if (--mapping.users > 0)
    {
        return;
    }
    if (HasPorts(key.protocol))
    {
        m_pools.at(key.protocol).GiveBack(key.port);
    }
    m_ports.erase(mapping.selector);
    m_mappings.erase(found);
}

} // namespace imsfw::engine
