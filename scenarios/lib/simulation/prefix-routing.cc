// SPDX-License-Identifier: GPL-2.0-only
#include "prefix-routing.h"

#include "ns3/ipv4-route.h"
#include "ns3/net-device.h"
#include "ns3/node.h"
#include "ns3/output-stream-wrapper.h"

namespace imsfw::scenario
{

using ns3::Ipv4Address;
using ns3::Ptr;

NS_OBJECT_ENSURE_REGISTERED(PrefixRouting);

ns3::TypeId
PrefixRouting::GetTypeId()
{
    static const ns3::TypeId tid = ns3::TypeId("imsfw::scenario::PrefixRouting")
                                       .SetParent<ns3::Ipv4RoutingProtocol>()
                                       .SetGroupName("Imsfw")
                                       .AddConstructor<PrefixRouting>();
    return tid;
}

Ptr<PrefixRouting>
PrefixRouting::Of(Ptr<ns3::Node> node)
{
    return ns3::DynamicCast<PrefixRouting>(node->GetObject<ns3::Ipv4>()->GetRoutingProtocol());
}

void
PrefixRouting::SetDefaultRoute(Ipv4Address gateway)
{
    m_gateway = gateway;
}

void
PrefixRouting::AddHostRoute(Ipv4Address destination, Ipv4Address gateway)
{
    m_hosts[destination.Get()] = gateway;
}

const PrefixRouting::Connected*
PrefixRouting::Find(Ipv4Address destination) const
{
    for (const auto& [mask, table] : m_connected)
    {
        const auto found = table.find(destination.Get() & mask);
        if (found != table.end() && m_ipv4->IsUp(found->second.interface))
        {
            return &found->second;
        }
    }
    return nullptr;
}

Ptr<ns3::Ipv4Route>
PrefixRouting::RouteTo(Ipv4Address destination) const
{
    const Connected* connected = Find(destination);
    const bool isDirect = connected != nullptr;
    const auto host = m_hosts.find(destination.Get());
    const auto gateway = host != m_hosts.end() ? std::optional(host->second) : m_gateway;
    if (!isDirect && gateway)
    {
        connected = Find(*gateway);
    }
    if (connected == nullptr)
    {
        return nullptr;
    }
    const auto route = ns3::Create<ns3::Ipv4Route>();
    route->SetDestination(destination);
    route->SetSource(connected->local);
    route->SetGateway(isDirect ? Ipv4Address::GetZero() : *gateway);
    route->SetOutputDevice(m_ipv4->GetNetDevice(connected->interface));
    return route;
}

Ptr<ns3::Ipv4Route>
PrefixRouting::RouteOutput(Ptr<ns3::Packet>,
                           const ns3::Ipv4Header& header,
                           Ptr<ns3::NetDevice> outputDevice,
                           ns3::Socket::SocketErrno& error)
{
    const auto route = RouteTo(header.GetDestination());
    if (!route || (outputDevice && route->GetOutputDevice() != outputDevice))
    {
        error = ns3::Socket::ERROR_NOROUTETOHOST;
        return nullptr;
    }
    error = ns3::Socket::ERROR_NOTERROR;
    return route;
}

bool
PrefixRouting::RouteInput(Ptr<const ns3::Packet> packet,
                          const ns3::Ipv4Header& header,
                          Ptr<const ns3::NetDevice> inputDevice,
                          UnicastForwardCallback forward,
                          MulticastForwardCallback,
                          LocalDeliverCallback deliver,
                          ErrorCallback fail)
{
    const auto incoming = static_cast<uint32_t>(m_ipv4->GetInterfaceForDevice(inputDevice));
    const Ipv4Address destination = header.GetDestination();
    const Connected* own = Find(destination);
    if ((own != nullptr && own->local == destination) ||
        m_ipv4->IsDestinationAddress(destination, incoming))
    {
        deliver(packet, header, incoming);
        return true;
    }
    const auto route = m_ipv4->IsForwarding(incoming) ? RouteTo(destination) : nullptr;
    if (!route)
    {
        fail(packet, header, ns3::Socket::ERROR_NOROUTETOHOST);
        return false;
    }
    forward(route, packet, header);
    return true;
}

void
PrefixRouting::NotifyInterfaceUp(uint32_t interface)
{
    for (uint32_t i = 0; i < m_ipv4->GetNAddresses(interface); ++i)
    {
        NotifyAddAddress(interface, m_ipv4->GetAddress(interface, i));
    }
}

void
PrefixRouting::NotifyInterfaceDown(uint32_t)
{
    // Nothing to forget: Find asks whether the interface is up.
}

void
PrefixRouting::NotifyAddAddress(uint32_t interface, ns3::Ipv4InterfaceAddress address)
{
    const uint32_t mask = address.GetMask().Get();
    m_connected[mask][address.GetLocal().Get() & mask] = {interface, address.GetLocal()};
}

void
PrefixRouting::NotifyRemoveAddress(uint32_t, ns3::Ipv4InterfaceAddress address)
{
    const uint32_t mask = address.GetMask().Get();
    m_connected[mask].erase(address.GetLocal().Get() & mask);
}

void
PrefixRouting::SetIpv4(Ptr<ns3::Ipv4> ipv4)
{
    m_ipv4 = ipv4;
    for (uint32_t i = 0; i < ipv4->GetNInterfaces(); ++i)
    {
        NotifyInterfaceUp(i);
    }
}

void
PrefixRouting::PrintRoutingTable(Ptr<ns3::OutputStreamWrapper> stream, ns3::Time::Unit) const
{
    std::ostream& out = *stream->GetStream();
    for (const auto& [mask, table] : m_connected)
    {
        for (const auto& [network, connected] : table)
        {
            out << Ipv4Address(network) << " " << ns3::Ipv4Mask(mask) << " interface "
                << connected.interface << "\n";
        }
    }
    if (m_gateway)
    {
        out << "default via " << *m_gateway << "\n";
    }
}

void
PrefixRouting::DoDispose()
{
    m_ipv4 = nullptr;
    Ipv4RoutingProtocol::DoDispose();
}

} // namespace imsfw::scenario
