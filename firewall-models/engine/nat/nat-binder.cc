// SPDX-License-Identifier: GPL-2.0-only
#include "engine/nat/nat-binder.h"

namespace imsfw::engine
{

NatBinder::NatBinder(const NatSection& nat, uint32_t externalAddress, RandomSource& random)
    : m_nat(nat), m_externalAddress(externalAddress), m_table(nat, random)
{
}

bool
NatBinder::BindOutbound(Flow& flow)
{
    const auto port = m_table.Open(flow.original, flow.nat);
    if (!port)
    {
        return false;
    }
    flow.translated.source = m_externalAddress;
    flow.translated.sourcePort = *port;
    if (flow.original.protocol == IpProtocol::ICMP)
    {
        flow.translated.destinationPort = *port; // the one identifier of both directions
    }
    return true;
}

NatTable::Inbound
NatBinder::BindInbound(Flow& flow)
{
    std::pair<uint32_t, uint16_t> internal;
    const auto answer = m_table.Accept(flow.translated, flow.nat, internal);
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
NatBinder::Unbind(Flow& flow)
{
    Release(flow);
    flow.nat = NatUse();
    flow.translated = flow.original;
}

void
NatBinder::Release(const Flow& flow)
{
    m_table.Close(flow.nat);
}

} // namespace imsfw::engine
