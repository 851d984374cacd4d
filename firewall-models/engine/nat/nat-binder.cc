// SPDX-License-Identifier: GPL-2.0-only
#include "engine/nat/nat-binder.h"

namespace imsfw::engine
{

namespace
{

std::vector<uint32_t>
First(std::vector<uint32_t> addresses, unsigned count)
{
    addresses.resize(std::clamp<std::size_t>(count, 1, addresses.size()));
    return addresses;
}

} // namespace

NatBinder::NatBinder(const NatSection& nat, std::vector<uint32_t> addresses, RandomSource& random)
    : m_nat(nat),
      m_addresses(First(std::move(addresses), nat.addresses)),
      m_table(nat, m_addresses, random)
{
}

bool
NatBinder::BindOutbound(WholeFlow& flow)
{
    const auto mapping = m_table.Open(flow.original, flow.details.nat);
    if (!mapping)
    {
        return false;
    }
    flow.translated.source = mapping->address;
    flow.translated.sourcePort = mapping->port;
    if (flow.original.protocol == IpProtocol::ICMP)
    {
        flow.translated.destinationPort = mapping->port; // the one identifier of both directions
    }
    return true;
}

NatTable::Inbound
NatBinder::BindInbound(WholeFlow& flow)
{
    std::pair<uint32_t, uint16_t> internal;
    const auto answer = m_table.Accept(flow.translated, flow.details.nat, internal);
    if (answer != NatTable::Inbound::PASSES)
    {
        return answer;
    }
    flow.translated.destination = internal.first;
    flow.translated.destinationPort = internal.second;
    if (flow.original.protocol == IpProtocol::ICMP)
    {
        flow.translated.sourcePort = internal.second;
    }
    return answer;
}

void
NatBinder::Unbind(WholeFlow& flow)
{
    Release(flow);
    flow.details.nat = NatUse();
    flow.translated = flow.original;
}

void
NatBinder::Release(const WholeFlow& flow)
{
    m_table.Close(flow.details.nat);
}

} // namespace imsfw::engine
