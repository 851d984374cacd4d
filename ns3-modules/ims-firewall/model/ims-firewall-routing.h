// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Puts a firewall between a router's interfaces and its routing: a routing protocol around the node's own one.
///
/// Packets that the router would forward, and packets to addresses that the firewall claims (external addresses of a
/// NAT), are offered to the firewall; everything else passes to the inner protocol untouched: what the node itself
/// sends, broadcast, multicast and local delivery. It decides nothing.
#ifndef IMS_FIREWALL_ROUTING_H
#define IMS_FIREWALL_ROUTING_H

#include "ns3/ipv4-address.h"
#include "ns3/ipv4-interface-address.h"
#include "ns3/ipv4-routing-protocol.h"

#include <functional>
#include <unordered_set>

namespace ns3
{
namespace imsfirewall
{

class FirewallRouting : public Ipv4RoutingProtocol
{
  public:
    /// What the firewall does with a packet that it is offered.
    enum class Outcome
    {
        TAKEN, ///< it will send on, answer or drop the packet itself
        LOCAL, ///< the packet is for this node's own stack
    };

    /// A packet that came in, without its header.
    using Handler = std::function<Outcome(Ptr<const Packet> packet,
                                          const Ipv4Header& header,
                                          uint32_t incomingInterface,
                                          const UnicastForwardCallback& forward)>;
    /// @return whether the firewall wants packets to this address of the node.
    using ClaimTest = std::function<bool(Ipv4Address address)>;

    static TypeId GetTypeId();

    FirewallRouting();
    ~FirewallRouting() override;

    /// Wrap the routing protocol that @p ipv4 has now, and take its place.
    void Wrap(Ptr<Ipv4> ipv4, Handler handler, ClaimTest isClaimed);

    /// @return the node's own routing protocol. Helpers that look for a static or list routing at the node
    /// (Ipv4StaticRoutingHelper::GetStaticRouting) do not find it any more: set routes before, or through this.
    Ptr<Ipv4RoutingProtocol> GetInner() const;

    Ptr<Ipv4Route> RouteOutput(Ptr<Packet> packet,
                               const Ipv4Header& header,
                               Ptr<NetDevice> outputDevice,
                               Socket::SocketErrno& error) override;
    bool RouteInput(Ptr<const Packet> packet,
                    const Ipv4Header& header,
                    Ptr<const NetDevice> inputDevice,
                    UnicastForwardCallback forward,
                    MulticastForwardCallback forwardMulticast,
                    LocalDeliverCallback deliver,
                    ErrorCallback fail) override;
    void NotifyInterfaceUp(uint32_t interface) override;
    void NotifyInterfaceDown(uint32_t interface) override;
    void NotifyAddAddress(uint32_t interface, Ipv4InterfaceAddress address) override;
    void NotifyRemoveAddress(uint32_t interface, Ipv4InterfaceAddress address) override;
    void SetIpv4(Ptr<Ipv4> ipv4) override;
    void PrintRoutingTable(Ptr<OutputStreamWrapper> stream,
                           Time::Unit unit = Time::S) const override;

  protected:
    void DoDispose() override;

  private:
    /// @return whether a packet to @p destination is for the firewall to judge.
    bool IsForFirewall(Ipv4Address destination) const;
    void Own(const Ipv4InterfaceAddress& address);

    Ptr<Ipv4> m_ipv4;
    Ptr<Ipv4RoutingProtocol> m_inner;
    Handler m_handler;
    ClaimTest m_isClaimed;
    /// The node's addresses and its subnets' broadcast addresses. (Ipv4::IsDestinationAddress knows them too, and goes
    /// through every interface for it.)
    std::unordered_set<Ipv4Address, Ipv4AddressHash> m_own;
};

} // namespace imsfirewall
} // namespace ns3

#endif // IMS_FIREWALL_ROUTING_H
