// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Alice opens an MSRP session to Bob over TCP, sends a file and a word in between; prints what both learn, and when.
#include "ims-media-msrp-application.h"

#include "ns3/boolean.h"
#include "ns3/global-value.h"
#include "ns3/inet-socket-address.h"
#include "ns3/internet-stack-helper.h"
#include "ns3/ipv4-address-helper.h"
#include "ns3/node-container.h"
#include "ns3/point-to-point-helper.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/tcp-socket-factory.h"

#include <iostream>

using namespace ns3;
using imsfw::msrp::ParseUri;

namespace
{

Ptr<imsmedia::MsrpApplication>
Install(Ptr<Node> node, const std::string& name)
{
    Ptr<imsmedia::MsrpApplication> application = CreateObject<imsmedia::MsrpApplication>();
    application->SetRandomStream(name);
    application->SetEventHandler(
        [name](const imsfw::msrp::SessionEvent& event)
        {
            std::cout << Simulator::Now().GetMilliSeconds() << " ms  " << name << ": "
                      << imsfw::msrp::ToString(event.type) << " " << event.messageId << " "
                      << event.body.size() << " bytes " << event.detail << "\n";
        });
    node->AddApplication(application);
    return application;
}

imsfw::msrp::Content
Content(const std::string& type, const std::string& text)
{
    imsfw::msrp::Content content;
    content.contentType = type;
    content.body = imsfw::ByteView(text).ToBytes();
    content.successReport = true;
    return content;
}

} // namespace

int
main()
{
    GlobalValue::Bind("ChecksumEnabled", BooleanValue(true));
    NodeContainer nodes(2);
    InternetStackHelper().Install(nodes);
    PointToPointHelper link;
    link.SetDeviceAttribute("DataRate", StringValue("1Mbps"));
    link.SetChannelAttribute("Delay", StringValue("20ms"));
    Ipv4AddressHelper("10.0.0.0", "255.255.255.0").Assign(link.Install(nodes));
    link.EnablePcapAll("ims-media-msrp-example");

    const auto aliceUri = *ParseUri("msrp://10.0.0.1:9/alice1;tcp"); // 9: the active side's port
    const auto bobUri = *ParseUri("msrp://10.0.0.2:2855/bob1;tcp");
    auto alice = Install(nodes.Get(0), "alice");
    alice->SetPaths(aliceUri, bobUri);
    auto bob = Install(nodes.Get(1), "bob");
    bob->SetPaths(bobUri, aliceUri);

    Ptr<Socket> listener = Socket::CreateSocket(nodes.Get(1), TcpSocketFactory::GetTypeId());
    listener->Bind(InetSocketAddress(Ipv4Address::GetAny(), imsfw::msrp::DEFAULT_PORT));
    listener->Listen();
    listener->SetAcceptCallback(
        MakeNullCallback<bool, Ptr<Socket>, const Address&>(),
        Callback<void, Ptr<Socket>, const Address&>([bob](Ptr<Socket> socket, const Address&)
                                                    { bob->Adopt(socket); }));
    Simulator::Schedule(
        Seconds(0),
        [&]
        {
            alice->Connect(nodes.Get(0)->GetObject<TcpSocketFactory>(),
                           InetSocketAddress(Ipv4Address("10.0.0.2"), imsfw::msrp::DEFAULT_PORT));
        });
    Simulator::Schedule(
        Seconds(1),
        [&] { alice->Send(Content("application/octet-stream", std::string(1'000'000, 'x'))); });
    Simulator::Schedule(Seconds(2), [&] { alice->Send(Content("text/plain", "in between")); });
    Simulator::Schedule(Seconds(20), &imsmedia::MsrpApplication::Close, alice);
    Simulator::Stop(Seconds(25));
    Simulator::Run();
    Simulator::Destroy();
    return 0;
}
