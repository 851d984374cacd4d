// SPDX-License-Identifier: GPL-2.0-only
#include "topology.h"

#include "prefix-routing.h"

#include "ims-access-helper.h"
#include "ims-access-tcp.h"

#include "ns3/boolean.h"
#include "ns3/config.h"
#include "ns3/data-rate.h"
#include "ns3/inet-socket-address.h"
#include "ns3/internet-stack-helper.h"
#include "ns3/ipv4-static-routing-helper.h"
#include "ns3/ipv4.h"
#include "ns3/names.h"
#include "ns3/nstime.h"
#include "ns3/point-to-point-helper.h"

#include <algorithm>
#include <initializer_list>

namespace imsfw::scenario
{

namespace
{

using ns3::Ipv4;
using ns3::Ipv4Address;
using ns3::Ipv4Mask;
using ns3::Node;
using ns3::Ptr;

/// A node with an IPv4 stack and routing that does not slow down with the number of links.
/// @param name its role, which its random streams are called by
/// @param keepers whose hosts ask for TCP's keep-alives; a host of anybody else answers them
Ptr<Node>
MakeNode(const std::string& name,
         const TcpSettings& tcp,
         std::initializer_list<TcpKeepAlive> keepers)
{
    const auto node = ns3::CreateObject<Node>();
    ns3::Names::Add(name, node);
    ns3::InternetStackHelper stack;
    stack.SetTcp(ns3::imsaccess::HostTcp::GetTypeId().GetName());
    stack.SetIpv6StackInstall(false);
    stack.SetRoutingHelper(
        ns3::Ipv4StaticRoutingHelper()); // the helper wants one; the next line replaces it
    stack.Install(node);
    node->GetObject<Ipv4>()->SetRoutingProtocol(ns3::CreateObject<PrefixRouting>());
    const bool isKeeper = tcp.keepAlive != TcpKeepAlive::NONE &&
                          std::find(keepers.begin(), keepers.end(), tcp.keepAlive) != keepers.end();
    node->GetObject<ns3::imsaccess::HostTcp>()->SetAttribute("KeepAlive",
                                                             ns3::BooleanValue(isKeeper));
    return node;
}

/// A router between networks. It is asked for each packet whether that is for itself: with the weak end system model
/// ns-3 would go through the addresses of all its interfaces.
Ptr<Node>
MakeInternet()
{
    const auto node = MakeNode("internet", {}, {});
    node->GetObject<Ipv4>()->SetAttribute("WeakEsModel", ns3::BooleanValue(false));
    return node;
}

void
AddAddress(Ptr<Node> node, Ptr<ns3::NetDevice> device, const std::string& address)
{
    const auto ipv4 = node->GetObject<Ipv4>();
    const uint32_t interface = ipv4->AddInterface(device);
    ipv4->AddAddress(interface, {Ipv4Address(address.c_str()), Ipv4Mask("/30")});
    ipv4->SetMetric(interface, 1);
    ipv4->SetUp(interface);
}

void
SetDefaultRoute(Ptr<Node> node, const addresses::Pair& link)
{
    PrefixRouting::Of(node)->SetDefaultRoute(Ipv4Address(link.router.c_str()));
}

ns3::imsaccess::QueueKind
KindOf(QueueDiscipline discipline)
{
    using ns3::imsaccess::QueueKind;
    switch (discipline)
    {
    case QueueDiscipline::FIFO:
        break;
    case QueueDiscipline::PFIFO_FAST:
        return QueueKind::PFIFO_FAST;
    case QueueDiscipline::CODEL:
        return QueueKind::CODEL;
    case QueueDiscipline::FQ_CODEL:
        return QueueKind::FQ_CODEL;
    }
    return QueueKind::FIFO;
}

/// Let @p router send what is for @p address to the host of @p link.
void
RouteTo(const std::string& address, Ptr<Node> router, const addresses::Pair& link)
{
    PrefixRouting::Of(router)->AddHostRoute(Ipv4Address(address.c_str()),
                                            Ipv4Address(link.host.c_str()));
}

ns3::imsaccess::AccessLink
ToAccessLink(const Link& link)
{
    ns3::imsaccess::AccessLink out;
    out.rateDown = ns3::DataRate(link.rate);
    out.rateUp = ns3::DataRate(link.rateUp.empty() ? link.rate : link.rateUp);
    out.delay = ns3::NanoSeconds(link.delay.count());
    out.jitter = ns3::NanoSeconds(link.jitter.count());
    out.reorders = link.reorder;
    out.loss = link.loss;
    out.burst = link.burst;
    out.lossInBad = link.lossInBurst;
    out.queue = KindOf(link.queue);
    out.queueSize = link.queueSize;
    out.crossTraffic = link.crossTraffic;
    return out;
}

ns3::Address
CrossTrafficAt(const std::string& address)
{
    return ns3::InetSocketAddress(Ipv4Address(address.c_str()), ns3::imsaccess::CrossTraffic::PORT);
}

} // namespace

Topology::Topology(const Experiment& experiment, const std::vector<SitePlan>& plans)
    : m_experiment(experiment)
{
    ns3::Names::Clear(); // of an earlier topology
    internet = MakeInternet();
    for (unsigned i = 0; i < experiment.servers.pCscfs; ++i)
    {
        const std::string name = i == 0 ? "p-cscf" : "p-cscf-" + std::to_string(i + 1);
        pCscfs.push_back(MakeServer(name, addresses::PCscf(i)));
    }
    turnServer = MakeServer("turn-server", addresses::TURN_SERVER);
    callee = MakeServer("callee", addresses::CALLEE);
    for (const auto& plan : plans)
    {
        MakeSite(plan);
    }
}

ns3::Ptr<ns3::Node>
Topology::MakeServer(const std::string& name, const addresses::Pair& pair)
{
    const auto node = MakeNode(name, m_experiment.tcp, {TcpKeepAlive::ALL});
    Connect(name, m_experiment.links.core, node, internet, pair);
    SetDefaultRoute(node, pair);
    return node;
}

void
Topology::MakeSite(const SitePlan& plan)
{
    Site site;
    site.name = plan.name;
    site.number = static_cast<unsigned>(sites.size());
    const std::string prefix = plan.name.empty() ? "" : plan.name + "-";
    site.firewall = MakeNode(prefix + "firewall", {}, {});
    const auto outside = addresses::Outside(site.number);
    for (unsigned i = 0; i < plan.ues; ++i)
    {
        const std::string number = i == 0 ? "" : "-" + std::to_string(i + 1);
        const std::string name = "access" + number;
        site.ues.push_back(MakeNode(
            prefix + "ue" + number, m_experiment.tcp, {TcpKeepAlive::UES, TcpKeepAlive::ALL}));
        const auto link = addresses::Ue(i);
        Connect(prefix + name, m_experiment.links.access, site.ues[i], site.firewall, link);
        SetDefaultRoute(site.ues[i], link);
    }
    Connect(prefix + "internet", m_experiment.links.internet, site.firewall, internet, outside);
    SetDefaultRoute(site.firewall, outside);
    for (unsigned i = 1; i < plan.externalAddresses; ++i)
    {
        RouteTo(addresses::Pool(site.number, i), internet, outside);
    }
    if (plan.hasWebProxy)
    {
        MakeProxies(site, prefix);
    }
    sites.push_back(site);
}

void
Topology::MakeProxies(Site& site, const std::string& prefix)
{
    const Link& link = m_experiment.links.dmz;
    site.webProxy = MakeNode(prefix + "web-proxy", m_experiment.tcp, {TcpKeepAlive::ALL});
    Connect(prefix + "dmz", link, site.webProxy, site.firewall, addresses::WEB_PROXY);
    SetDefaultRoute(site.webProxy, addresses::WEB_PROXY);
    if (m_experiment.proxy.chained)
    {
        site.secondProxy = MakeNode(prefix + "web-proxy-2", m_experiment.tcp, {TcpKeepAlive::ALL});
        Connect(prefix + "dmz-2", link, site.secondProxy, site.firewall, addresses::SECOND_PROXY);
        SetDefaultRoute(site.secondProxy, addresses::SECOND_PROXY);
        Connect(prefix + "proxies",
                link,
                site.secondProxy,
                site.webProxy,
                addresses::SECOND_PROXY_TO_FIRST);
    }
}

void
Topology::Connect(const std::string& name,
                  const Link& link,
                  ns3::Ptr<ns3::Node> host,
                  ns3::Ptr<ns3::Node> router,
                  const addresses::Pair& pair)
{
    const auto description = ToAccessLink(link);
    const bool isWifi = link.medium == LinkMedium::WIFI;
    const auto devices =
        isWifi ? m_wifi.Connect(host, router, name, ns3::imsaccess::StreamNumberOf(name + "/wifi"))
               : InstallAccessLink(description, host, router, name);
    AddAddress(host, devices.Get(0), pair.host);
    AddAddress(router, devices.Get(1), pair.router);
    if (!isWifi)
    {
        InstallCrossTraffic(description,
                            host,
                            CrossTrafficAt(pair.host),
                            router,
                            CrossTrafficAt(pair.router),
                            name);
    }
    links.push_back({name, devices});
}

uint32_t
Topology::InterfaceOf(ns3::Ptr<ns3::Node> node, const std::string& address)
{
    return node->GetObject<Ipv4>()->GetInterfaceForAddress(Ipv4Address(address.c_str()));
}

ns3::Time
Topology::GetSettleTime() const
{
    return m_wifi.GetSettleTime();
}

void
Topology::Capture(const std::string& directory) const
{
    ns3::Config::SetDefault("ns3::PcapFileWrapper::NanosecMode", ns3::BooleanValue(true));
    ns3::PointToPointHelper helper;
    for (const auto& link : links)
    {
        const std::string file = directory + "/" + link.name + ".pcap";
        if (m_wifi.Capture(file, link.devices.Get(0)))
        {
            continue;
        }
        const bool promiscuous = true;
        const bool explicitName = true;
        helper.EnablePcap(file, link.devices.Get(0), promiscuous, explicitName);
    }
}

} // namespace imsfw::scenario
