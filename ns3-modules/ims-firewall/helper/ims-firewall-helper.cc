// SPDX-License-Identifier: GPL-2.0-only
#include "ims-firewall-helper.h"

#include "ns3/rng-seed-manager.h"

namespace ns3
{
namespace imsfirewall
{

FirewallHelper::FirewallHelper(imsfw::engine::Policy policy, imsfw::engine::EngineConfig config)
    : m_factory(FirewallRouter::GetTypeId().GetName())
{
    AddOuter(std::move(policy), std::move(config));
}

void
FirewallHelper::AddOuter(imsfw::engine::Policy policy, imsfw::engine::EngineConfig config)
{
    m_stages.push_back({std::move(policy), std::move(config)});
}

void
FirewallHelper::SetZone(uint32_t interface, imsfw::engine::Zone zone)
{
    m_zones[interface] = zone;
}

void
FirewallHelper::SetAttribute(const std::string& name, const AttributeValue& value)
{
    m_factory.Set(name, value);
}

void
FirewallHelper::SetStream(const std::string& name)
{
    m_stream = name;
}

Ptr<FirewallRouter>
FirewallHelper::Install(Ptr<Node> node) const
{
    const auto router = m_factory.Create<FirewallRouter>();
    const auto seed = RngSeedManager::GetSeed();
    const auto run = RngSeedManager::GetRun();
    auto random = std::make_unique<imsfw::SeededRandom>(seed, run, m_stream);
    router->Install(node, m_stages, std::move(random));
    for (const auto& [interface, zone] : m_zones)
    {
        router->SetZone(interface, zone);
    }
    return router;
}

} // namespace imsfirewall
} // namespace ns3
