// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// What the two SIP applications share: timer profiles as an attribute, the local address towards a peer.
#ifndef IMS_SIP_APP_COMMON_H
#define IMS_SIP_APP_COMMON_H

#include "base/address.h"
#include "ims-sip-timers.h"

#include "ns3/attribute.h"
#include "ns3/node.h"
#include "ns3/nstime.h"
#include "ns3/ptr.h"

#include <string>
#include <vector>

namespace ns3
{
namespace imssip
{

/// Values of the attribute TimerProfile.
enum SipTimerProfile
{
    SIP_TIMERS_RFC3261,
    SIP_TIMERS_3GPP,
};

/// Values of the attribute AuthScheme.
enum SipAuthScheme
{
    SIP_AUTH_DIGEST,
    SIP_AUTH_AKA,
};

/// @return a checker for the attribute, with the names "Digest" and "Aka".
Ptr<const AttributeChecker> MakeSipAuthSchemeChecker();

/// @return a checker for the attribute, with the names "Rfc3261" and "ThreeGpp".
Ptr<const AttributeChecker> MakeSipTimerProfileChecker();

/// @return the profile, with another T1 (and its multiples) where @p t1 is not zero.
imsfw::sip::SipTimers MakeSipTimers(SipTimerProfile profile, const Time& t1);

/// @return the address that @p node sends from to reach @p peer; its first other than loopback where no route says.
imsfw::IpAddress LocalAddressTowards(Ptr<Node> node, const imsfw::IpAddress& peer);

/// @return all addresses of @p node other than loopback, interface by interface.
std::vector<imsfw::IpAddress> LocalAddresses(Ptr<Node> node);

/// @return the words of a comma list in an attribute, without white space; none for an empty text.
std::vector<std::string> SplitWords(const std::string& list);

/// @return the name of a random stream that no other role on any node has.
std::string SipStreamName(const std::string& role, Ptr<Node> node, const std::string& identity);

} // namespace imssip
} // namespace ns3

#endif // IMS_SIP_APP_COMMON_H
