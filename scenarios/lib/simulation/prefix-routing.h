// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Static unicast routing whose cost does not grow with the number of interfaces.
///
/// ns-3's Ipv4StaticRouting walks through all routes, and all addresses of the node, for every packet: a router with a
/// link to each of a hundred networks spends most of its time there. This one looks connected prefixes up in a hash
/// table, one look for each prefix length that is in use, and knows one default route.
/// Left out: multicast, metrics, routes other than to connected prefixes and the default, IPv6.
#pragma once

#include "ns3/ipv4-address.h"
#include "ns3/ipv4-routing-protocol.h"
#include "ns3/ipv4.h"

#include <map>
#include <optional>
#include <unordered_map>

namespace imsfw::scenario
{

class PrefixRouting : public ns3::Ipv4RoutingProtocol
{
  public:
    static ns3::TypeId GetTypeId();

    /// @return the routing of @p node, which has to be one of these.
    static ns3::Ptr<PrefixRouting> Of(ns3::Ptr<ns3::Node> node);

    /// Send what belongs to no connected prefix to @p gateway, over the interface that reaches it.
    void SetDefaultRoute(ns3::Ipv4Address gateway);

    /// Send what is for @p destination to @p gateway, over the interface that reaches it.
    void AddHostRoute(ns3::Ipv4Address destination, ns3::Ipv4Address gateway);

    ns3::Ptr<ns3::Ipv4Route> RouteOutput(ns3::Ptr<ns3::Packet> packet,
                                         const ns3::Ipv4Header& header,
                                         ns3::Ptr<ns3::NetDevice> outputDevice,
                                         ns3::Socket::SocketErrno& error) override;
    bool RouteInput(ns3::Ptr<const ns3::Packet> packet,
                    const ns3::Ipv4Header& header,
                    ns3::Ptr<const ns3::NetDevice> inputDevice,
                    UnicastForwardCallback forward,
                    MulticastForwardCallback forwardMulticast,
                    LocalDeliverCallback deliver,
                    ErrorCallback fail) override;
    void NotifyInterfaceUp(uint32_t interface) override;
    void NotifyInterfaceDown(uint32_t interface) override;
    void NotifyAddAddress(uint32_t interface, ns3::Ipv4InterfaceAddress address) override;
    void NotifyRemoveAddress(uint32_t interface, ns3::Ipv4InterfaceAddress address) override;
    void SetIpv4(ns3::Ptr<ns3::Ipv4> ipv4) override;
    void PrintRoutingTable(ns3::Ptr<ns3::OutputStreamWrapper> stream,
                           ns3::Time::Unit unit = ns3::Time::S) const override;

  protected:
    void DoDispose() override;

  private:
    /// A connected prefix: its interface, and this node's address there.
    struct Connected
    {
        uint32_t interface;
        ns3::Ipv4Address local;
    };

    /// Masks are kept as numbers in host order; the longest prefix is the largest, and comes first.
    using Table = std::unordered_map<uint32_t, Connected>;

    const Connected* Find(ns3::Ipv4Address destination) const;
    ns3::Ptr<ns3::Ipv4Route> RouteTo(ns3::Ipv4Address destination) const;

    ns3::Ptr<ns3::Ipv4> m_ipv4;
    std::map<uint32_t, Table, std::greater<>> m_connected;  ///< by mask, then by network
    std::unordered_map<uint32_t, ns3::Ipv4Address> m_hosts; ///< gateways of single addresses
    std::optional<ns3::Ipv4Address> m_gateway;
};

} // namespace imsfw::scenario
