// SPDX-License-Identifier: GPL-2.0-only
#include "site-roles.h"

#include "classify/recogniser-plugin.h"
#include "data-files.h"
#include "engine/policy/policy-loader.h"
#include "identities.h"
#include "interception.h"

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
MakeConfig(const Experiment& experiment, const engine::Policy& policy)
{
    engine::EngineConfig config;
    config.weekStart = *engine::ParseWeekTime(experiment.firewall.clockStart);
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

/// The engines of a site, the innermost first: between two of them lies a network of RFC 6598.
Result<std::vector<engine::Chain::Stage>, std::string>
MakeStages(const Experiment& experiment, const engine::Policy& policy, const Site& site)
{
    std::vector<engine::Chain::Stage> stages;
    for (const auto& one : PoliciesOf(policy))
    {
        auto config = MakeConfig(experiment, one);
        if (!config)
        {
            return Failure{config.Error()};
        }
        if (!stages.empty())
        {
            const auto between = static_cast<unsigned>(stages.size() - 1);
            stages.back().config.externalAddress =
                *IpAddress::Parse(addresses::Between(between).host);
            config->inside = {*IpPrefix::Parse(addresses::SHARED_NETWORK)};
            config->dmz.clear();
        }
        stages.push_back({one, std::move(*config)});
    }
    auto& outermost = stages.back();
    outermost.config.externalAddress = *IpAddress::Parse(addresses::Outside(site.number).host);
    for (unsigned i = 1; i < outermost.policy.nat.addresses; ++i)
    {
        outermost.config.morePoolAddresses.push_back(
            *IpAddress::Parse(addresses::Pool(site.number, i)));
    }
    return stages;
}

Ptr<imsfirewall::FirewallRouter>
InstallFirewall(const Experiment& experiment,
                const std::vector<engine::Chain::Stage>& stages,
                const Site& site)
{
    const auto outside = addresses::Outside(site.number);
    imsfirewall::FirewallHelper helper(stages.front().policy, stages.front().config);
    for (auto stage = std::next(stages.begin()); stage != stages.end(); ++stage)
    {
        helper.AddOuter(stage->policy, stage->config);
    }
    helper.SetAttribute("RebootAt", TimeValue(imstls::ToNs3Time(experiment.firewall.rebootAt)));
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

std::vector<engine::Policy>
PoliciesOf(const engine::Policy& policy)
{
    std::vector<engine::Policy> policies{policy};
    while (policies.back().outer)
    {
        policies.push_back(*policies.back().outer);
    }
    return policies;
}

Result<SiteRoles, std::string>
InstallSite(const Experiment& experiment, const engine::Policy& policy, const Site& site)
{
    const auto stages = MakeStages(experiment, policy, site);
    if (!stages)
    {
        return Failure{stages.Error()};
    }
    SiteRoles roles;
    roles.firewall = InstallFirewall(experiment, *stages, site);
    if (site.webProxy)
    {
        roles.webProxy = InstallProxy(*policy.proxy, site.webProxy);
        const auto problem = InstallInterception(
            experiment, policy, StreamName(site) + "/web-proxy", roles.webProxy);
        if (!problem.empty())
        {
            return Failure{problem};
        }
    }
    return roles;
}

} // namespace imsfw::scenario
