// SPDX-License-Identifier: GPL-2.0-only
#include "engine/nat-table.h"

#include <algorithm>

namespace imsfw::engine
{

namespace
{

constexpr uint32_t LOWEST_PORT = 1024;
constexpr uint32_t PORT_COUNT = 65536 - LOWEST_PORT;

bool
HasPorts(IpProtocol protocol)
{
    return protocol == IpProtocol::TCP || protocol == IpProtocol::UDP ||
           protocol == IpProtocol::ICMP;
}

} // namespace

FiveTuple
NatTable::SelectorOf(FiveTuple flow) const
{
    if (m_nat.mapping != NatBehaviour::ADDRESS_AND_PORT_DEPENDENT ||
        flow.protocol == IpProtocol::ICMP)
    {
        flow.destination.port = 0;
    }
    if (m_nat.mapping == NatBehaviour::ENDPOINT_INDEPENDENT)
    {
        flow.destination.address = IpAddress();
    }
    return flow;
}

std::optional<uint16_t>
NatTable::FreePort(IpProtocol protocol, uint16_t wanted)
{
    const auto isFree = [&](uint16_t port) { return m_mappings.count({protocol, port}) == 0; };
    if (!HasPorts(protocol))
    {
        return isFree(0) ? std::optional<uint16_t>(0) : std::nullopt;
    }
    if (m_nat.portAssignment == PortAssignment::PRESERVING && isFree(wanted))
    {
        return wanted;
    }
    const uint32_t start = m_random.Below(PORT_COUNT);
    for (uint32_t i = 0; i < PORT_COUNT; ++i)
    {
        const auto port = static_cast<uint16_t>(LOWEST_PORT + (start + i) % PORT_COUNT);
        if (isFree(port))
        {
            return port;
        }
    }
    return std::nullopt;
}

std::optional<uint16_t>
NatTable::Open(const FiveTuple& flow)
{
    const auto selector = SelectorOf(flow);
    auto known = m_ports.find(selector);
    if (known == m_ports.end())
    {
        const auto port = FreePort(flow.protocol, flow.source.port);
        if (!port)
        {
            return std::nullopt;
        }
        known = m_ports.emplace(selector, *port).first;
        m_mappings[{flow.protocol, *port}].selector = selector;
    }
    Mapping& mapping = m_mappings[{flow.protocol, known->second}];
    ++mapping.users;
    mapping.remotes.insert(flow.destination);
    return known->second;
}

NatTable::Inbound
NatTable::Accept(const FiveTuple& packet, Endpoint& internal)
{
    const auto found = m_mappings.find({packet.protocol, packet.destination.port});
    if (found == m_mappings.end())
    {
        return Inbound::NO_MAPPING;
    }
    Mapping& mapping = found->second;
    const auto& remotes = mapping.remotes;
    const auto sameAddress = [&](const Endpoint& e) { return e.address == packet.source.address; };
    bool passes = m_nat.filtering == NatBehaviour::ENDPOINT_INDEPENDENT;
    passes = passes || (m_nat.filtering == NatBehaviour::ADDRESS_DEPENDENT &&
                        std::any_of(remotes.begin(), remotes.end(), sameAddress));
    if (!passes && remotes.count(packet.source) == 0)
    {
        return Inbound::FILTERED;
    }
    ++mapping.users;
    internal = mapping.selector.source;
    return Inbound::PASSES;
}

void
NatTable::Close(Key key, const Endpoint* remote)
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
    if (--mapping.users == 0)
    {
        m_ports.erase(mapping.selector);
        m_mappings.erase(found);
    }
}

} // namespace imsfw::engine
