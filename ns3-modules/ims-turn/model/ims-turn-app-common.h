// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// What the paths and the server share: a node's addresses, and a random stream of each one's own.
#ifndef IMS_TURN_APP_COMMON_H
#define IMS_TURN_APP_COMMON_H

#include "base/address.h"
#include "base/random.h"

#include "ns3/node.h"
#include "ns3/ptr.h"

#include <memory>
#include <string>

namespace ns3
{
namespace imsturn
{

/// @return the first IPv4 address of @p node other than loopback; 0.0.0.0 where it has none.
imsfw::IpAddress FirstAddress(Ptr<Node> node);

/// @return the address that @p node sends from to reach @p peer; its first one where no route says.
imsfw::IpAddress LocalAddressTowards(Ptr<Node> node, const imsfw::IpAddress& peer);

/// @return the random stream "role/node/name" under ns-3's seed and run: no other role, node or name moves it.
std::unique_ptr<imsfw::SeededRandom> MakeRandomStream(const std::string& role,
                                                      Ptr<Node> node,
                                                      const std::string& name);

} // namespace imsturn
} // namespace ns3

#endif // IMS_TURN_APP_COMMON_H
