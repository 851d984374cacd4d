// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Turns a router node into a firewall: policy, zones, install.
///
///     FirewallHelper helper(*imsfw::engine::LoadPolicy("udp-blocked", directory), config);
///     helper.SetZone(1, imsfw::engine::Zone::INSIDE);
///     helper.SetZone(2, imsfw::engine::Zone::OUTSIDE);
///     Ptr<FirewallRouter> firewall = helper.Install(router);
#ifndef IMS_FIREWALL_HELPER_H
#define IMS_FIREWALL_HELPER_H

#include "engine/engine.h"
#include "ims-firewall-router.h"

#include "ns3/attribute.h"
#include "ns3/node.h"
#include "ns3/object-factory.h"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace ns3
{
namespace imsfirewall
{

class FirewallHelper
{
  public:
    FirewallHelper(imsfw::engine::Policy policy, imsfw::engine::EngineConfig config);

    /// @param interface number of the node's IP interface
    void SetZone(uint32_t interface, imsfw::engine::Zone zone);
    /// Set an attribute of the FirewallRouter.
    void SetAttribute(const std::string& name, const AttributeValue& value);
    /// Put another firewall or NAT behind what is there, further out: what leaves the ones before it comes from its inside.
    void AddOuter(imsfw::engine::Policy policy, imsfw::engine::EngineConfig config);
    /// Name the stream of random numbers that the engine draws from; "firewall" unless set. Two firewalls in one
    /// simulation need two names.
    void SetStream(const std::string& name);

    /// Install on a node that has its IPv4 stack, interfaces and routes. The external address of the configuration is
    /// claimed for the engine.
    Ptr<FirewallRouter> Install(Ptr<Node> node) const;

  private:
    std::vector<imsfw::engine::Chain::Stage> m_stages; ///< the innermost first
    ObjectFactory m_factory;
    std::map<uint32_t, imsfw::engine::Zone> m_zones;
    std::string m_stream{"firewall"};
};

} // namespace imsfirewall
} // namespace ns3

#endif // IMS_FIREWALL_HELPER_H
