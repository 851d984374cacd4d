// SPDX-License-Identifier: GPL-2.0-only
#include "topology.h"

#include "address-plan.h"

#include "ns3/boolean.h"
#include "ns3/config.h"
#include "ns3/data-rate.h"
#include "ns3/double.h"
#include "ns3/error-model.h"
#include "ns3/global-value.h"
#include "ns3/internet-stack-helper.h"
#include "ns3/ipv4-static-routing-helper.h"
#include "ns3/ipv4.h"
#include "ns3/nstime.h"
#include "ns3/point-to-point-helper.h"
#include "ns3/pointer.h"
#include "ns3/string.h"
#include "ns3/uinteger.h"

namespace imsfw::scenario
{

namespace
{

using ns3::Ipv4;
using ns3::Ipv4Address;
using ns3::Ipv4Mask;
using ns3::Node;
using ns3::Ptr;

/// /24 towards networks, /30 on the links to the single servers.
Ipv4Mask
MaskOf(const std::string& address)
{
    return address.rfind("192.0.2.", 0) == 0 ? Ipv4Mask("/30") : Ipv4Mask("/24");
}

void
AddAddress(Ptr<Node> node, Ptr<ns3::NetDevice> device, const std::string& address)
{
    const auto ipv4 = node->GetObject<Ipv4>();
    const uint32_t interface = ipv4->AddInterface(device);
    ipv4->AddAddress(interface, {Ipv4Address(address.c_str()), MaskOf(address)});
    ipv4->SetMetric(interface, 1);
    ipv4->SetUp(interface);
}

void
SetDefaultRoute(Ptr<Node> node, const char* gateway, const std::string& through)
{
    const auto routing = ns3::Ipv4StaticRoutingHelper().GetStaticRouting(node->GetObject<Ipv4>());
    routing->SetDefaultRoute(Ipv4Address(gateway), Topology::InterfaceOf(node, through));
}

void
AddLoss(const ns3::NetDeviceContainer& devices, double loss, std::size_t linkNumber)
{
    if (loss <= 0)
    {
        return;
    }
    for (uint32_t i = 0; i < devices.GetN(); ++i)
    {
        const auto model = ns3::CreateObject<ns3::RateErrorModel>();
        model->SetUnit(ns3::RateErrorModel::ERROR_UNIT_PACKET);
        model->SetRate(loss);
        // A stream of its own for each end of each link: adding a node moves nobody else's losses.
        model->AssignStreams(static_cast<int64_t>(2 * linkNumber + i));
        devices.Get(i)->SetAttribute("ReceiveErrorModel", ns3::PointerValue(model));
    }
}

} // namespace

Topology::Topology(const Experiment& experiment, bool withProxy)
{
    namespace a = addresses;
    ue = MakeNode();
    firewall = MakeNode();
    internet = MakeNode();
    pCscf = MakeNode();
    turnServer = MakeNode();
    callee = MakeNode();
    const auto& links_ = experiment.links;
    Connect("access", links_.access, ue, a::UE, firewall, a::FIREWALL_INSIDE);
    Connect(
        "internet", links_.internet, firewall, a::FIREWALL_OUTSIDE, internet, a::INTERNET_ACCESS);
    Connect("p-cscf", links_.core, pCscf, a::P_CSCF, internet, a::INTERNET_P_CSCF);
    Connect("turn-server", links_.core, turnServer, a::TURN_SERVER, internet, a::INTERNET_TURN);
    Connect("callee", links_.core, callee, a::CALLEE, internet, a::INTERNET_CALLEE);
    SetDefaultRoute(ue, a::FIREWALL_INSIDE, a::UE);
    SetDefaultRoute(firewall, a::INTERNET_ACCESS, a::FIREWALL_OUTSIDE);
    SetDefaultRoute(pCscf, a::INTERNET_P_CSCF, a::P_CSCF);
    SetDefaultRoute(turnServer, a::INTERNET_TURN, a::TURN_SERVER);
    SetDefaultRoute(callee, a::INTERNET_CALLEE, a::CALLEE);
    if (withProxy)
    {
        webProxy = MakeNode();
        Connect("dmz", links_.dmz, webProxy, a::WEB_PROXY, firewall, a::FIREWALL_DMZ);
        SetDefaultRoute(webProxy, a::FIREWALL_DMZ, a::WEB_PROXY);
    }
}

ns3::Ptr<ns3::Node>
Topology::MakeNode()
{
    const auto node = ns3::CreateObject<Node>();
    ns3::InternetStackHelper stack;
    stack.SetIpv6StackInstall(false);
    stack.SetRoutingHelper(
        ns3::Ipv4StaticRoutingHelper()); // global routing costs time and adds nothing here
    stack.Install(node);
    return node;
}

void
Topology::Connect(const std::string& name,
                  const Link& link,
                  ns3::Ptr<ns3::Node> first,
                  const std::string& firstAddress,
                  ns3::Ptr<ns3::Node> second,
                  const std::string& secondAddress)
{
    ns3::PointToPointHelper helper;
    helper.SetDeviceAttribute("DataRate", ns3::DataRateValue(ns3::DataRate(link.rate)));
    helper.SetChannelAttribute("Delay", ns3::TimeValue(ns3::NanoSeconds(link.delay.count())));
    const auto devices = helper.Install(first, second);
    AddAddress(first, devices.Get(0), firstAddress);
    AddAddress(second, devices.Get(1), secondAddress);
    AddLoss(devices, link.loss, links.size());
    links.push_back({name, devices});
}

uint32_t
Topology::InterfaceOf(ns3::Ptr<ns3::Node> node, const std::string& address)
{
    return node->GetObject<Ipv4>()->GetInterfaceForAddress(Ipv4Address(address.c_str()));
}

void
Topology::Capture(const std::string& directory) const
{
    ns3::PointToPointHelper helper;
    for (const auto& link : links)
    {
        const bool promiscuous = true;
        const bool explicitName = true;
        helper.EnablePcap(
            directory + "/" + link.name + ".pcap", link.devices.Get(0), promiscuous, explicitName);
    }
}

void
ApplyHostDefaults()
{
    using ns3::Config::SetDefault;
    ns3::GlobalValue::Bind("ChecksumEnabled", ns3::BooleanValue(true));
    SetDefault("ns3::TcpSocket::SegmentSize",
               ns3::UintegerValue(1448)); // 1500 less IP, TCP, timestamps
    SetDefault("ns3::TcpSocket::InitialCwnd", ns3::UintegerValue(10));          // RFC 6928
    SetDefault("ns3::TcpSocket::ConnTimeout", ns3::TimeValue(ns3::Seconds(1))); // RFC 6298 2.1
    SetDefault("ns3::TcpSocket::ConnCount", ns3::UintegerValue(6)); // net.ipv4.tcp_syn_retries
    SetDefault("ns3::TcpSocket::DelAckTimeout", ns3::TimeValue(ns3::MilliSeconds(40)));
    SetDefault("ns3::TcpSocket::TcpNoDelay", ns3::BooleanValue(true));
    SetDefault("ns3::TcpSocket::SndBufSize", ns3::UintegerValue(1 << 18));
    SetDefault("ns3::TcpSocket::RcvBufSize", ns3::UintegerValue(1 << 18));
    SetDefault("ns3::TcpSocketBase::MinRto", ns3::TimeValue(ns3::MilliSeconds(200)));
}

} // namespace imsfw::scenario
