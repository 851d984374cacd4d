// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// A port filter with NAT between a client and a server: which ports get through, and how long the others take to fail.
///
///     client 10.1.0.2 -- 10 ms -- firewall -- 10 ms -- server 198.51.100.1
///
/// Run it with --refusal=drop, reset or icmp.
#include "ims-firewall-helper.h"
#include "ims-tls-stream.h"

#include "ns3/command-line.h"
#include "ns3/inet-socket-address.h"
#include "ns3/internet-stack-helper.h"
#include "ns3/ipv4-address-helper.h"
#include "ns3/ipv4-static-routing-helper.h"
#include "ns3/point-to-point-helper.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/tcp-socket-factory.h"

#include <iostream>
#include <memory>
#include <string>
#include <vector>

using namespace ns3;

namespace
{

/// Web ports only, everything else refused in the given way.
imsfw::engine::Policy
WebOnly(imsfw::engine::Action refusal)
{
    imsfw::engine::Policy policy;
    policy.id = "web-only";
    policy.refusal = refusal;
    policy.nat.enabled = true;
    imsfw::engine::Rule web;
    web.id = "web";
    web.from = imsfw::engine::Zone::INSIDE;
    web.to = imsfw::engine::Zone::OUTSIDE;
    web.protocol = imsfw::IpProtocol::TCP;
    web.ports = {{80, 80}, {443, 443}};
    web.action = imsfw::engine::Action::ALLOW;
    policy.rules = {web};
    return policy;
}

/// Tries one port and says what came of it.
class Attempt
{
  public:
    Attempt(Ptr<Node> node, uint16_t port) : m_node(node), m_port(port)
    {
        Simulator::ScheduleNow(&Attempt::Start, this);
    }

  private:
    void
    Start()
    {
        imstls::Stream::Handlers handlers;
        handlers.onConnected = [this]
        {
            Say("connected");
            m_stream->Close();
        };
        handlers.onData = [](imsfw::ByteView) {};
        handlers.onClosed = [] {};
        handlers.onFailure = [this](const imsfw::StreamFailure& why) { Say(why.reason); };
        const InetSocketAddress server(Ipv4Address("198.51.100.1"), m_port);
        m_stream = imstls::Stream::Connect(m_node->GetObject<TcpSocketFactory>(), server, handlers);
    }

    void
    Say(const std::string& outcome) const
    {
        std::cout << "port " << m_port << ": " << outcome << " after "
                  << Simulator::Now().GetMilliSeconds() << " ms\n";
    }

    Ptr<Node> m_node;
    uint16_t m_port;
    Ptr<imstls::Stream> m_stream;
};

void
PrintVerdict(const imsfw::engine::VerdictEvent& verdict)
{
    std::cout << "  firewall: " << imsfw::engine::ToString(verdict.action) << " by rule "
              << verdict.ruleId << ", " << verdict.flow.ToString() << "\n";
}

Ptr<Socket>
Listen(Ptr<Node> node, uint16_t port)
{
    const auto socket = Socket::CreateSocket(node, TcpSocketFactory::GetTypeId());
    socket->Bind(InetSocketAddress(Ipv4Address::GetAny(), port));
    socket->Listen();
    return socket;
}

} // namespace

int
main(int argc, char* argv[])
{
    using imsfw::engine::Action;
    using imsfw::engine::Zone;
    std::string refusal = "reset";
    CommandLine command(__FILE__);
    command.AddValue("refusal", "drop, reset or icmp", refusal);
    command.Parse(argc, argv);
    const Action action = refusal == "drop"   ? Action::DROP
                          : refusal == "icmp" ? Action::ICMP
                                              : Action::RESET;

    NodeContainer nodes(3); // client, firewall, server
    InternetStackHelper().Install(nodes);
    PointToPointHelper link;
    link.SetDeviceAttribute("DataRate", StringValue("100Mbps"));
    link.SetChannelAttribute("Delay", StringValue("10ms"));
    Ipv4AddressHelper addresses("10.1.0.0", "255.255.255.0", "0.0.0.1");
    addresses.Assign(link.Install(nodes.Get(1), nodes.Get(0)));
    addresses.SetBase("198.51.100.0", "255.255.255.0");
    addresses.Assign(link.Install(nodes.Get(2), nodes.Get(1)));
    const auto clientIp = nodes.Get(0)->GetObject<Ipv4>();
    Ipv4StaticRoutingHelper().GetStaticRouting(clientIp)->SetDefaultRoute("10.1.0.1", 1);

    imsfw::engine::EngineConfig config;
    config.externalAddress = *imsfw::IpAddress::Parse("198.51.100.2");
    config.inside = {*imsfw::IpPrefix::Parse("10.1.0.0/24")};
    imsfirewall::FirewallHelper helper(WebOnly(action), config);
    helper.SetZone(1, Zone::INSIDE);
    helper.SetZone(2, Zone::OUTSIDE);
    const auto firewall = helper.Install(nodes.Get(1));
    firewall->TraceConnectWithoutContext("Verdict", MakeCallback(&PrintVerdict));

    const std::vector<uint16_t> ports{80, 443, 5060, 5061};
    std::vector<Ptr<Socket>> listeners;
    std::vector<std::unique_ptr<Attempt>> attempts;
    for (const uint16_t port : ports)
    {
        listeners.push_back(Listen(nodes.Get(2), port));
        attempts.push_back(std::make_unique<Attempt>(nodes.Get(0), port));
    }
    Simulator::Stop(Seconds(300));
    Simulator::Run();
    Simulator::Destroy();
    return 0;
}
