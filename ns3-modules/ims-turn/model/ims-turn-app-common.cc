// SPDX-License-Identifier: GPL-2.0-only
#include "ims-turn-app-common.h"

#include "ims-tls-stream-name.h"

#include "ns3/ipv4-header.h"
#include "ns3/ipv4-interface-address.h"
#include "ns3/ipv4-route.h"
#include "ns3/ipv4-routing-protocol.h"
#include "ns3/ipv4.h"
#include "ns3/packet.h"
#include "ns3/rng-seed-manager.h"
#include "ns3/socket.h"

namespace ns3
{
namespace imsturn
{

imsfw::IpAddress
FirstAddress(Ptr<Node> node)
{
    const Ptr<Ipv4> ipv4 = node->GetObject<Ipv4>();
    // Interface 0 is the loopback.
    for (uint32_t i = 1; ipv4 && i < ipv4->GetNInterfaces(); ++i)
    {
        if (ipv4->GetNAddresses(i) > 0)
        {
            return imsfw::IpAddress::V4(ipv4->GetAddress(i, 0).GetLocal().Get());
        }
    }
    return {};
}

imsfw::IpAddress
LocalAddressTowards(Ptr<Node> node, const imsfw::IpAddress& peer)
{
    const Ptr<Ipv4> ipv4 = node->GetObject<Ipv4>();
    if (ipv4 && ipv4->GetRoutingProtocol() && peer.IsV4())
    {
        Ipv4Header header;
        header.SetDestination(Ipv4Address(peer.ToV4()));
        Socket::SocketErrno error = Socket::ERROR_NOTERROR;
        const Ptr<Ipv4Route> route =
            ipv4->GetRoutingProtocol()->RouteOutput(Create<Packet>(), header, nullptr, error);
        if (route)
        {
            return imsfw::IpAddress::V4(route->GetSource().Get());
        }
    }
    return FirstAddress(node);
}

std::unique_ptr<imsfw::SeededRandom>
MakeRandomStream(const std::string& role, Ptr<Node> node, const std::string& name)
{
    return std::make_unique<imsfw::SeededRandom>(RngSeedManager::GetSeed(),
                                                 RngSeedManager::GetRun(),
                                                 role + "/" + imstls::StreamNameOf(node) + "/" +
                                                     name);
}

} // namespace imsturn
} // namespace ns3
