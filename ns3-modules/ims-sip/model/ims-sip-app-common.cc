// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Small things shared by the SIP applications.
#include "ims-sip-app-common.h"

#include "base/text.h"
#include "ims-tls-core-driver.h"
#include "ims-tls-stream-name.h"

#include "ns3/enum.h"
#include "ns3/inet-socket-address.h"
#include "ns3/ipv4-header.h"
#include "ns3/ipv4-interface-address.h"
#include "ns3/ipv4-route.h"
#include "ns3/ipv4-routing-protocol.h"
#include "ns3/ipv4.h"
#include "ns3/packet.h"
#include "ns3/socket.h"

namespace ns3
{
namespace imssip
{

Ptr<const AttributeChecker>
MakeSipTimerProfileChecker()
{
    return MakeEnumChecker(SIP_TIMERS_RFC3261, "Rfc3261", SIP_TIMERS_3GPP, "ThreeGpp");
}

Ptr<const AttributeChecker>
MakeSipAuthSchemeChecker()
{
    return MakeEnumChecker(SIP_AUTH_DIGEST, "Digest", SIP_AUTH_AKA, "Aka");
}

imsfw::sip::SipTimers
MakeSipTimers(SipTimerProfile profile, const Time& t1)
{
    const auto timers = profile == SIP_TIMERS_3GPP ? imsfw::sip::SipTimers::ThreeGpp()
                                                   : imsfw::sip::SipTimers::Rfc3261();
    return t1.IsZero() ? timers : timers.WithT1(imstls::ToCoreDuration(t1));
}

imsfw::IpAddress
LocalAddressTowards(Ptr<Node> node, const imsfw::IpAddress& peer)
{
    Ptr<Ipv4> ipv4 = node->GetObject<Ipv4>();
    if (!ipv4 || !peer.IsV4())
    {
        return {};
    }
    if (ipv4->GetRoutingProtocol())
    {
        Ipv4Header header;
        header.SetDestination(Ipv4Address(peer.ToV4()));
        Socket::SocketErrno error = Socket::ERROR_NOTERROR;
        Ptr<Ipv4Route> route =
            ipv4->GetRoutingProtocol()->RouteOutput(Create<Packet>(), header, nullptr, error);
        if (route)
        {
            return imsfw::IpAddress::V4(route->GetSource().Get());
        }
    }
    const auto addresses = LocalAddresses(node);
    return addresses.empty() ? imsfw::IpAddress() : addresses.front();
}

std::vector<imsfw::IpAddress>
LocalAddresses(Ptr<Node> node)
{
    std::vector<imsfw::IpAddress> addresses;
    Ptr<Ipv4> ipv4 = node->GetObject<Ipv4>();
    // Interface 0 is the loopback.
    for (uint32_t i = 1; ipv4 && i < ipv4->GetNInterfaces(); ++i)
    {
        for (uint32_t j = 0; j < ipv4->GetNAddresses(i); ++j)
        {
            addresses.push_back(imsfw::IpAddress::V4(ipv4->GetAddress(i, j).GetLocal().Get()));
        }
    }
    return addresses;
}

std::vector<std::string>
SplitWords(const std::string& list)
{
    std::vector<std::string> words;
    for (std::string_view word : imsfw::Split(list, ','))
    {
        if (!imsfw::Trim(word).empty())
        {
            words.emplace_back(imsfw::Trim(word));
        }
    }
    return words;
}

std::string
SipStreamName(const std::string& role, Ptr<Node> node, const std::string& identity)
{
    return role + "/" + imstls::StreamNameOf(node) + "/" + identity;
}

} // namespace imssip
} // namespace ns3
