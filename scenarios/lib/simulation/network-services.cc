// SPDX-License-Identifier: GPL-2.0-only
#include "network-services.h"

#include "experiment-names.h"
#include "identities.h"
#include "tls-contexts.h"

#include "ims-dns-server-application.h"
#include "ims-tls-core-driver.h"

#include "ns3/boolean.h"
#include "ns3/nstime.h"
#include "ns3/string.h"
#include "ns3/uinteger.h"

namespace imsfw::scenario
{

namespace
{

using namespace ns3;
namespace id = identities;

void
Place(Ptr<Node> node, Ptr<Application> application)
{
    node->AddApplication(application);
    application->SetStartTime(Seconds(0));
}

void
InstallDnsServer(const Experiment& e, Ptr<Node> node, unsigned pCscf)
{
    if (e.dns.resolution == Resolution::NONE)
    {
        return;
    }
    const auto server = CreateObject<imsdns::DnsServerApplication>();
    server->SetAttribute("Delay", TimeValue(imstls::ToNs3Time(e.dns.delay)));
    server->SetAttribute("Failure", StringValue(ToString(e.dns.failure)));
    server->AddName(id::P_CSCF_NAME, *IpAddress::Parse(addresses::PCscf(pCscf).host));
    server->AddName(id::TURN_SERVER_NAME, *IpAddress::Parse(addresses::TURN_SERVER.host));
    Place(node, server);
}

void
SetResolver(Ptr<imsproxy::WebProxyApplication> proxy, Ptr<imsdns::DnsResolverApplication> resolver)
{
    if (resolver)
    {
        proxy->SetResolver(
            [resolver](const std::string& name, imsproxy::WebProxyApplication::Answer answer)
            {
                resolver->Resolve(name,
                                  [answer = std::move(answer)](const dns::ResolverEvent& event)
                                  { answer(event.address); });
            });
    }
}

void
Configure(const Experiment& e, Ptr<imsproxy::WebProxyApplication> proxy, const std::string& via)
{
    proxy->SetAttribute("Via", StringValue(via));
    proxy->SetAttribute("MaxTunnels", UintegerValue(e.proxy.maxTunnels));
    proxy->SetAttribute("CloseAfterChallenge", BooleanValue(e.proxy.closesAfter407));
    proxy->SetAttribute("FullPages", BooleanValue(e.proxy.fullPages));
}

/// It asks for no credentials: the first one has done that.
void
InstallSecondProxy(const Experiment& e,
                   const engine::Policy& policy,
                   const Site& site,
                   const std::string& stream)
{
    const auto proxy = CreateObject<imsproxy::WebProxyApplication>();
    proxy->SetAttribute("Port", UintegerValue(policy.proxy->port));
    for (const uint16_t port : policy.proxy->connectPorts)
    {
        proxy->AddConnectPort(port);
    }
    Configure(e, proxy, e.proxy.via.empty() ? "" : "second." + e.proxy.via);
    SetResolver(proxy,
                InstallResolver(e, site.secondProxy, addresses::SECOND_PROXY.router, stream));
    Place(site.secondProxy, proxy);
}

} // namespace

void
InstallNetworkServices(const Experiment& e,
                       const engine::Policy& policy,
                       const Site& site,
                       const SiteRoles& roles,
                       unsigned pCscf)
{
    InstallDnsServer(e, site.firewall, pCscf);
    if (!roles.webProxy)
    {
        return;
    }
    const std::string stream =
        (site.name.empty() ? "" : site.name + "/") + std::string("web-proxy");
    Configure(e, roles.webProxy, e.proxy.via);
    if (site.secondProxy)
    {
        roles.webProxy->SetUpstream({*IpAddress::Parse(addresses::SECOND_PROXY_TO_FIRST.host),
                                     policy.proxy->port}); // which resolves names
        InstallSecondProxy(e, policy, site, stream + "-2/dns");
        return;
    }
    SetResolver(roles.webProxy,
                InstallResolver(e, site.webProxy, addresses::WEB_PROXY.router, stream + "/dns"));
}

Ptr<imsdns::DnsResolverApplication>
InstallResolver(const Experiment& e,
                Ptr<Node> node,
                const std::string& server,
                const std::string& stream)
{
    if (e.dns.resolution == Resolution::NONE)
    {
        return nullptr;
    }
    const auto resolver = CreateObject<imsdns::DnsResolverApplication>();
    resolver->SetAttribute("Timeout", TimeValue(imstls::ToNs3Time(e.dns.timeout)));
    resolver->SetAttribute("Attempts", UintegerValue(e.dns.attempts));
    resolver->SetServer({*IpAddress::Parse(server), id::DNS_PORT});
    resolver->SetRandom(StreamOf(e, stream));
    Place(node, resolver);
    return resolver;
}

} // namespace imsfw::scenario
