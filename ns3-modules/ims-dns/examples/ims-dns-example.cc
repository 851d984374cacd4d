// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// A host asks its router for a name twice, and for one that there is not.
#include "ims-dns-resolver-application.h"
#include "ims-dns-server-application.h"

#include "ns3/internet-stack-helper.h"
#include "ns3/ipv4-address-helper.h"
#include "ns3/node-container.h"
#include "ns3/point-to-point-helper.h"
#include "ns3/simulator.h"
#include "ns3/string.h"

#include <cstdio>

namespace
{

using namespace ns3;

void
Ask(Ptr<imsdns::DnsResolverApplication> resolver, std::string name)
{
    const Time asked = Simulator::Now();
    resolver->Resolve(name,
                      [asked](const imsfw::dns::ResolverEvent& event)
                      {
                          std::printf("%s is %s, after %.0f ms\n",
                                      event.name.c_str(),
                                      event.address
                                          ? event.address->ToString().c_str()
                                          : ("not to be had: " + event.failure.reason).c_str(),
                                      (Simulator::Now() - asked).GetSeconds() * 1000);
                      });
}

} // namespace

int
main()
{
    NodeContainer nodes(2);
    InternetStackHelper().Install(nodes);
    PointToPointHelper link;
    link.SetDeviceAttribute("DataRate", StringValue("100Mbps"));
    link.SetChannelAttribute("Delay", StringValue("5ms"));
    Ipv4AddressHelper("10.1.0.0", "255.255.255.0").Assign(link.Install(nodes));

    const auto server = CreateObject<imsdns::DnsServerApplication>();
    server->SetAttribute("Delay", TimeValue(MilliSeconds(30)));
    server->AddName("p-cscf.ims.test", *imsfw::IpAddress::Parse("192.0.2.2"));
    nodes.Get(0)->AddApplication(server);
    const auto resolver = CreateObject<imsdns::DnsResolverApplication>();
    resolver->SetServer(*imsfw::Endpoint::Parse("10.1.0.1:53"));
    resolver->SetRandom(std::make_shared<imsfw::SeededRandom>(1, 1, "example"));
    nodes.Get(1)->AddApplication(resolver);

    Simulator::Schedule(Seconds(1), Ask, resolver, "p-cscf.ims.test");
    Simulator::Schedule(Seconds(2), Ask, resolver, "p-cscf.ims.test");
    Simulator::Schedule(Seconds(3), Ask, resolver, "s-cscf.ims.test");
    Simulator::Run();
    Simulator::Destroy();
    return 0;
}
