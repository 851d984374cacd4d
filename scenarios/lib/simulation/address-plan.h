// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The addresses of the topology.
///
///     UE 10.1.0.2 -- .1 NIMSFW 198.18.0.2 -- .1 internet .1 -- P-CSCF 192.0.2.2
///                       | 10.3.0.1                       .5 -- TURN   192.0.2.6
///                 web proxy 10.3.0.2                     .9 -- callee 192.0.2.10
///
/// Every link is a /30. Each firewalled network has the same private addresses inside, as in real life; outside they
/// differ. Public addresses are from ranges for documentation (RFC 5737) and benchmarks (RFC 2544).
#pragma once

#include <string>

namespace imsfw::scenario::addresses
{

/// Both ends of a link.
struct Pair
{
    std::string host;   ///< the UE, the firewall's outside, the server
    std::string router; ///< the firewall's inside, the internet
};

/// UE number @p index of any firewalled network, and the firewall's interface to it.
Pair Ue(unsigned index);
/// The firewall of network number @p site, and the internet's interface to it.
Pair Outside(unsigned site);
Pair PCscf(unsigned index);
/// External address number @p index, from 1, of the NAT of network number @p site, beside Outside: of networks 0 to 255.
std::string Pool(unsigned site, unsigned index);
/// Between firewall number @p index of a row and the next one further out; never on any link.
Pair Between(unsigned index);

inline const std::string SHARED_NETWORK = "100.64.0.0/10"; // RFC 6598

inline const std::string INSIDE_NETWORK = "10.1.0.0/16";
inline const std::string DMZ_NETWORK = "10.3.0.0/29";
inline const Pair WEB_PROXY{"10.3.0.2", "10.3.0.1"};
inline const Pair SECOND_PROXY{"10.3.0.6", "10.3.0.5"};          ///< on a leg of its own too
inline const Pair SECOND_PROXY_TO_FIRST{"10.3.1.2", "10.3.1.1"}; ///< the link between the two
inline const Pair TURN_SERVER{"192.0.2.6", "192.0.2.5"};
inline const Pair CALLEE{"192.0.2.10", "192.0.2.9"};

} // namespace imsfw::scenario::addresses
