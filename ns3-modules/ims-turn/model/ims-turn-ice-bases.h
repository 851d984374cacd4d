// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The numbers by which an IcePath and its agent name what is sent from.
#ifndef IMS_TURN_ICE_BASES_H
#define IMS_TURN_ICE_BASES_H

#include "ims-turn-ice-tcp.h"

#include <cstddef>

namespace ns3
{
namespace imsturn
{

constexpr std::size_t HOST_BASE = 0; ///< the node's UDP port
constexpr std::size_t TCP_ACTIVE_BASE = 1;
constexpr std::size_t TCP_PASSIVE_BASE = 2;
constexpr std::size_t RELAY_BASE = 3; ///< of the first TURN server; the others follow

constexpr std::size_t
BaseOf(IceTcp::Side side)
{
    return side == IceTcp::Side::ACTIVE ? TCP_ACTIVE_BASE : TCP_PASSIVE_BASE;
}

} // namespace imsturn
} // namespace ns3

#endif // IMS_TURN_ICE_BASES_H
