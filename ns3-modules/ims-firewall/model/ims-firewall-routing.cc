// SPDX-License-Identifier: GPL-2.0-only
#include "ims-firewall-routing.h"

#include "ns3/ipv4-route.h"
#include "ns3/ipv4.h"
#include "ns3/net-device.h"

namespace ns3
{
namespace imsfirewall
{

NS_OBJECT_ENSURE_REGISTERED(FirewallRouting);

TypeId
FirewallRouting::GetTypeId()
{
    static TypeId tid = TypeId("ns3::imsfirewall::FirewallRouting")
                            .SetParent<Ipv4RoutingProtocol>()
                            .SetGroupName("ImsFirewall")
                            .AddConstructor<FirewallRouting>();
    return tid;
}

FirewallRouting::FirewallRouting() = default;
FirewallRouting::~FirewallRouting() = default;

void
FirewallRouting::Wrap(Ptr<Ipv4> ipv4, Handler handler, ClaimTest isClaimed)
{
    m_handler = std::move(handler);
    m_isClaimed = std::move(isClaimed);
    m_inner = ipv4->GetRoutingProtocol();
    ipv4->SetRoutingProtocol(this);
    for (uint32_t i = 0; i < ipv4->GetNInterfaces(); ++i)
    {
        for (uint32_t j = 0; j < ipv4->GetNAddresses(i); ++j)
        {
            Own(ipv4->GetAddress(i, j));
        }
    }
}

Ptr<Ipv4RoutingProtocol>
FirewallRouting::GetInner() const
{
    return m_inner;
}

Ptr<Ipv4Route>
FirewallRouting::RouteOutput(Ptr<Packet> packet,
                             const Ipv4Header& header,
                             Ptr<NetDevice> outputDevice,
                             Socket::SocketErrno& error)
{
    return m_inner->RouteOutput(packet, header, outputDevice, error);
}

bool
FirewallRouting::RouteInput(Ptr<const Packet> packet,
                            const Ipv4Header& header,
                            Ptr<const NetDevice> inputDevice,
                            UnicastForwardCallback forward,
                            MulticastForwardCallback forwardMulticast,
                            LocalDeliverCallback deliver,
                            ErrorCallback fail)
{
    const int32_t incoming = m_ipv4->GetInterfaceForDevice(inputDevice);
    const bool isOffered = incoming >= 0 && IsForFirewall(header.GetDestination());
    if (isOffered &&
        m_handler(packet, header, static_cast<uint32_t>(incoming), forward) == Outcome::TAKEN)
    {
        return true;
    }
    return m_inner->RouteInput(
        packet, header, inputDevice, forward, forwardMulticast, deliver, fail);
}

bool
FirewallRouting::IsForFirewall(Ipv4Address destination) const
{
    if (destination.IsBroadcast() || destination.IsMulticast() || destination.IsLocalhost())
    {
        return false;
    }
    return m_own.count(destination) == 0 || m_isClaimed(destination);
}

void
FirewallRouting::Own(const Ipv4InterfaceAddress& address)
{
    m_own.insert(address.GetLocal());
    m_own.insert(address.GetBroadcast());
}

void
FirewallRouting::NotifyInterfaceUp(uint32_t interface)
{
    m_inner->NotifyInterfaceUp(interface);
}

void
FirewallRouting::NotifyInterfaceDown(uint32_t interface)
{
    m_inner->NotifyInterfaceDown(interface);
}

void
FirewallRouting::NotifyAddAddress(uint32_t interface, Ipv4InterfaceAddress address)
{
    Own(address);
    m_inner->NotifyAddAddress(interface, address);
}

void
FirewallRouting::NotifyRemoveAddress(uint32_t interface, Ipv4InterfaceAddress address)
{
    m_own.erase(address.GetLocal());
    m_own.erase(address.GetBroadcast());
    m_inner->NotifyRemoveAddress(interface, address);
}

void
FirewallRouting::SetIpv4(Ptr<Ipv4> ipv4)
{
    m_ipv4 = ipv4; // the inner protocol has had its own since before it was wrapped
}

void
FirewallRouting::PrintRoutingTable(Ptr<OutputStreamWrapper> stream, Time::Unit unit) const
{
    m_inner->PrintRoutingTable(stream, unit);
}

void
FirewallRouting::DoDispose()
{
    m_handler = nullptr;
    m_isClaimed = nullptr;
    if (m_inner)
    {
        m_inner->Dispose();
        m_inner = nullptr;
    }
    m_ipv4 = nullptr;
    Ipv4RoutingProtocol::DoDispose();
}

} // namespace imsfirewall
} // namespace ns3
