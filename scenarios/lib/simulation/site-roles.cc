// SPDX-License-Identifier: GPL-2.0-only
#include "site-roles.h"

#include "classify/recogniser-plugin.h"
#include "identities.h"

#include "ims-firewall-helper.h"
#include "ims-tls-core-driver.h"
#include "ims-tls-pki.h"

#include "ns3/nstime.h"
#include "ns3/string.h"
#include "ns3/uinteger.h"

namespace imsfw::scenario
{

namespace
{

using namespace ns3;

std::string
StreamName(const Site& site)
{
    return site.name.empty() ? "firewall" : "firewall/" + site.name;
}

/// @return what the policy's engine needs to know of its network, with its recogniser loaded.
Result<engine::EngineConfig, std::string>
MakeConfig(const engine::Policy& policy, const Site& site)
{
    engine::EngineConfig config;
    config.externalAddress = *IpAddress::Parse(addresses::Outside(site.number).host);
    config.inside = {*IpPrefix::Parse(addresses::INSIDE_NETWORK)};
    config.dmz = {*IpPrefix::Parse(addresses::DMZ_NETWORK)};
    if (policy.recogniser != "probes")
    {
        auto recogniser = classify::LoadRecogniser(
            classify::RecogniserPluginPath(policy.recogniser), tls::EPOCH_SECONDS);
        if (!recogniser)
        {
            return Failure{"policy " + policy.id + ": " + recogniser.Error()};
        }
        config.recogniser = *recogniser;
    }
    if (const std::string problem = engine::FindConfigProblem(policy, config); !problem.empty())
    {
        return Failure{"policy " + policy.id + ": " + problem};
    }
    return config;
}

Ptr<imsfirewall::FirewallRouter>
InstallFirewall(const engine::Policy& policy, const engine::EngineConfig& config, const Site& site)
{
    const auto outside = addresses::Outside(site.number);
    imsfirewall::FirewallHelper helper(policy, config);
    const auto setZone = [&](const std::string& address, engine::Zone zone)
    { helper.SetZone(Topology::InterfaceOf(site.firewall, address), zone); };
    for (unsigned i = 0; i < site.ues.size(); ++i)
    {
        setZone(addresses::Ue(i).router, engine::Zone::INSIDE);
    }
    setZone(outside.host, engine::Zone::OUTSIDE);
    if (site.webProxy)
    {
        setZone(addresses::WEB_PROXY.router, engine::Zone::DMZ);
    }
    if (site.secondProxy)
    {
        setZone(addresses::SECOND_PROXY.router, engine::Zone::DMZ);
    }
    helper.SetStream(StreamName(site));
    return helper.Install(site.firewall);
}

Ptr<imsproxy::WebProxyApplication>
InstallProxy(const engine::ProxySection& section, Ptr<Node> node)
{
    const auto proxy = CreateObject<imsproxy::WebProxyApplication>();
    proxy->SetAttribute("Port", UintegerValue(section.port));
    proxy->SetAttribute("Authentication", StringValue(section.authentication));
    for (const uint16_t port : section.connectPorts)
    {
        proxy->AddConnectPort(port);
    }
    if (section.idleTimeout)
    {
        proxy->SetAttribute("IdleTimeout", TimeValue(imstls::ToNs3Time(*section.idleTimeout)));
    }
    if (section.maxLifetime)
    {
        proxy->SetAttribute("MaxLifetime", TimeValue(imstls::ToNs3Time(*section.maxLifetime)));
    }
    proxy->AddUser(identities::PROXY_USER, identities::PROXY_PASSWORD);
    node->AddApplication(proxy);
    proxy->SetStartTime(Seconds(0));
    return proxy;
}

} // namespace

Result<SiteRoles, std::string>
InstallSite(const engine::Policy& policy, const Site& site)
{
    const auto config = MakeConfig(policy, site);
    if (!config)
    {
        return Failure{config.Error()};
    }
    SiteRoles roles;
    roles.firewall = InstallFirewall(policy, *config, site);
    if (site.webProxy)
    {
        roles.webProxy = InstallProxy(*policy.proxy, site.webProxy);
    }
    return roles;
}

} // namespace imsfw::scenario
