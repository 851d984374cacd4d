// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// What the random streams of a node's applications are called by.
#ifndef IMS_TLS_STREAM_NAME_H
#define IMS_TLS_STREAM_NAME_H

#include "ns3/node.h"
#include "ns3/ptr.h"

#include <string>

namespace ns3
{
namespace imstls
{

/// @return the node's name (ns3::Names) where it has one, so that a node more changes nobody else's draws; its number
/// otherwise.
std::string StreamNameOf(Ptr<Node> node);

} // namespace imstls
} // namespace ns3

#endif // IMS_TLS_STREAM_NAME_H
