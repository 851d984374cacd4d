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

NatTable::NatTable(const NatSection& nat, std::vector<uint32_t> addresses, RandomSource& random)
    : m_nat(nat), m_random(random), m_addresses(std::move(addresses))
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
NatTable::TakePort(IpProtocol protocol, uint16_t wanted, uint32_t address)
{
    if (!HasPorts(protocol))
    {
        const bool isFree = m_mappings.count({protocol, 0, address}) == 0;
        return isFree ? std::optional<uint16_t>(0) : std::nullopt;
    }
    PortPool& pool = m_pools.try_emplace({address, protocol}, m_nat.portRange).first->second;
    if (m_nat.portAssignment == PortAssignment::PRESERVING && pool.TakeThis(wanted))
    {
        return wanted;
    }
    return pool.TakeAny(m_random, m_nat.portParity ? std::optional(wanted) : std::nullopt);
}

uint32_t
NatTable::ChooseAddress(const Host& host)
{
    if (m_addresses.size() == 1)
    {
        return m_addresses.front();
    }
    // RFC 4787 REQ-2: "all sessions associated with the same internal IP address" share one.
    if (m_nat.pooling == Pooling::PAIRED && host.mappings > 0)
    {
        return host.address;
    }
    return m_addresses[m_random.Below(static_cast<uint32_t>(m_addresses.size()))];
}

std::optional<MappingKey>
NatTable::MakeMapping(const Ip4Tuple& selector)
{
    Host& host = m_hosts[selector.source];
    const bool mayHaveMore = host.mappings < m_nat.portsPerHost.value_or(UINT32_MAX);
    const uint32_t address = ChooseAddress(host);
    const auto port =
        mayHaveMore ? TakePort(selector.protocol, selector.sourcePort, address) : std::nullopt;
    if (!port)
    {
        if (host.mappings == 0)
        {
            m_hosts.erase(selector.source);
        }
        return std::nullopt;
    }
    host.address = host.mappings == 0 ? address : host.address;
    ++host.mappings;
    const MappingKey key{selector.protocol, *port, address};
    m_keys.emplace(selector, key);
    m_mappings[key].selector = selector;
    return key;
}

std::optional<MappingKey>
NatTable::Open(const Ip4Tuple& flow, NatUse& use)
{
    const auto selector = SelectorOf(flow);
    const auto known = m_keys.find(selector);
    const auto key = known != m_keys.end() ? std::optional(known->second) : MakeMapping(selector);
    if (!key)
    {
        return std::nullopt;
    }
    use.opened = key;
    use.remote = {flow.destination, flow.destinationPort};
    Mapping& mapping = m_mappings[*use.opened];
    ++mapping.users;
    mapping.remotes.insert(use.remote);
    return key;
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
    const MappingKey key{packet.protocol, packet.destinationPort, packet.destination};
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
        m_pools.at({key.address, key.protocol}).GiveBack(key.port);
    }
    const auto host = m_hosts.find(mapping.selector.source);
    if (host != m_hosts.end() && --host->second.mappings == 0)
    {
        m_hosts.erase(host);
    }
    m_keys.erase(mapping.selector);
    m_mappings.erase(found);
}

} // namespace imsfw::engine
