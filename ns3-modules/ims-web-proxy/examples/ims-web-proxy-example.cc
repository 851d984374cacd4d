// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// A UE behind a web proxy that asks for credentials: a TLS connection through CONNECT to port 443, and another one to a
/// port that is not on the proxy's list. Prints what the UE and the proxy's trace sources say.
#include "ims-tls-helper.h"
#include "ims-tls-stream.h"
#include "ims-web-proxy-helper.h"

#include "ns3/inet-socket-address.h"
#include "ns3/internet-stack-helper.h"
#include "ns3/ipv4-address-helper.h"
#include "ns3/ipv4-global-routing-helper.h"
#include "ns3/point-to-point-helper.h"
#include "ns3/simulator.h"
#include "ns3/string.h"

#include <iostream>

using namespace ns3;

namespace
{

constexpr const char* NAME = "pcscf.ims.example";

std::ostream&
Say(const char* who)
{
    return std::cout << Simulator::Now().GetMilliSeconds() << " ms  " << who << ": ";
}

void
PrintRefusal(const imsproxy::ProxyRefusal& refusal)
{
    Say("proxy") << refusal.reason << " (" << refusal.id << ") for " << refusal.target << "\n";
}

void
PrintOpened(const imsfw::Endpoint& client, const std::string& target)
{
    Say("proxy") << "tunnel from " << client.ToString() << " to " << target << "\n";
}

Ptr<imstls::Stream>
Open(const Ptr<SocketFactory>& factory, uint16_t port)
{
    imstls::Stream::Handlers handlers;
    handlers.onConnected = [port] { Say("ue") << "TLS to port " << port << " is open\n"; };
    handlers.onFailure = [port](const imsfw::StreamFailure& failure)
    {
        Say("ue") << "port " << port << " failed: " << failure.layer << " " << failure.reason
                  << " (" << failure.detail << ")\n";
    };
    return imstls::Stream::Connect(
        factory, InetSocketAddress(Ipv4Address("10.0.2.2"), port), handlers);
}

} // namespace

int
main()
{
    NodeContainer nodes(3); // UE, proxy, server
    InternetStackHelper().Install(nodes);
    PointToPointHelper link;
    link.SetChannelAttribute("Delay", StringValue("10ms"));
    link.SetDeviceAttribute("DataRate", StringValue("100Mbps"));
    Ipv4AddressHelper addresses("10.0.1.0", "255.255.255.0");
    addresses.Assign(link.Install(nodes.Get(0), nodes.Get(1)));
    addresses.SetBase("10.0.2.0", "255.255.255.0");
    addresses.Assign(link.Install(nodes.Get(1), nodes.Get(2)));
    Ipv4GlobalRoutingHelper::PopulateRoutingTables();

    imsproxy::WebProxyHelper helper(3128);
    helper.SetAttribute("Authentication", StringValue("digest"));
    helper.AddUser("employee", "correct horse");
    const auto proxy = helper.Install(nodes.Get(1));
    proxy->TraceConnectWithoutContext("Refused", MakeCallback(&PrintRefusal));
    proxy->TraceConnectWithoutContext("TunnelOpened", MakeCallback(&PrintOpened));

    imstls::TlsHelper tls;
    const Ptr<SocketFactory> serverFactory = tls.MakeServer(nodes.Get(2), {NAME});
    const Ptr<Socket> listener = serverFactory->CreateSocket();
    listener->Bind(InetSocketAddress(Ipv4Address::GetAny(), 443));
    listener->Listen();

    tls.SetServerName(NAME);
    tls.SetLowerFactory(imsproxy::WebProxyHelper::MakeClient(
        nodes.Get(0), *imsfw::Endpoint::Parse("10.0.1.2:3128"), "employee", "correct horse"));
    const Ptr<SocketFactory> clientFactory = tls.MakeClient(nodes.Get(0));
    Ptr<imstls::Stream> allowed;
    Ptr<imstls::Stream> refused;
    Simulator::Schedule(MilliSeconds(1), [&] { allowed = Open(clientFactory, 443); });
    Simulator::Schedule(Seconds(1), [&] { refused = Open(clientFactory, 5061); });
    Simulator::Stop(Seconds(5));
    Simulator::Run();
    allowed = nullptr;
    refused = nullptr;
    Simulator::Destroy();
    return 0;
}
