// SPDX-License-Identifier: GPL-2.0-only
#include "ims-tls-stream-name.h"

#include "ns3/names.h"

namespace ns3
{
namespace imstls
{

std::string
StreamNameOf(Ptr<Node> node)
{
    const std::string name = Names::FindName(node);
    return name.empty() ? std::to_string(node->GetId()) : name;
}

} // namespace imstls
} // namespace ns3
