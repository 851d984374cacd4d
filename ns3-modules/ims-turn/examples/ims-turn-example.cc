// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// A node gets a relayed address from a TURN server over TCP, and a peer's packets reach it there; prints what happens
/// when, and writes captures.
#include "ims-turn-helper.h"

#include "ns3/boolean.h"
#include "ns3/global-value.h"
#include "ns3/inet-socket-address.h"
#include "ns3/internet-stack-helper.h"
#include "ns3/ipv4-address-helper.h"
#include "ns3/ipv4-global-routing-helper.h"
#include "ns3/point-to-point-helper.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/tcp-socket-factory.h"

#include <iostream>

using namespace ns3;

namespace
{

constexpr uint16_t PORT = 3478;

void
Print(const std::string& text)
{
    std::cout << Simulator::Now().GetMilliSeconds() << " ms  " << text << "\n";
}

/// UE 10.0.0.2 --- 20 ms --- TURN server --- 20 ms --- peer 10.0.1.2
NodeContainer
BuildNetwork()
{
    GlobalValue::Bind("ChecksumEnabled", BooleanValue(true));
    NodeContainer nodes(3); // UE, TURN server, peer
    InternetStackHelper().Install(nodes);
    PointToPointHelper link;
    link.SetChannelAttribute("Delay", StringValue("20ms"));
    link.SetDeviceAttribute("DataRate", StringValue("100Mbps"));
    Ipv4AddressHelper addresses("10.0.0.0", "255.255.255.0");
    addresses.Assign(link.Install(nodes.Get(1), nodes.Get(0)));
    addresses.SetBase("10.0.1.0", "255.255.255.0");
    addresses.Assign(link.Install(nodes.Get(1), nodes.Get(2)));
    Ipv4GlobalRoutingHelper::PopulateRoutingTables();
    link.EnablePcapAll("ims-turn-example");
    return nodes;
}

void
Simulate()
{
    const NodeContainer nodes = BuildNetwork();
    const auto server = imsturn::TurnServerHelper().Install(nodes.Get(1));
    server->AddStreamListener(nodes.Get(1)->GetObject<TcpSocketFactory>(), PORT);
    server->SetUser("alice", "secret");

    const imsturn::RelayPathHelper helper(InetSocketAddress(Ipv4Address("10.0.0.1"), PORT));
    const auto ue = helper.Install(
        nodes.Get(0), "alice", "secret", nodes.Get(0)->GetObject<TcpSocketFactory>());
    const auto peer = imsturn::DirectPathHelper().Install(nodes.Get(2));

    imsfw::Endpoint peerAddress;
    imsturn::MediaPath::Handlers atPeer;
    atPeer.onReady = [&](const imsfw::Endpoint& advertised) { peerAddress = advertised; };
    atPeer.onData = [&](const imsfw::Endpoint& from, imsfw::ByteView data)
    {
        Print("peer: \"" + std::string(data.AsText()) + "\" from " + from.ToString());
        peer->Send(imsfw::ByteView("good morning"));
    };
    peer->SetHandlers(atPeer);

    imsturn::MediaPath::Handlers atUe;
    atUe.onReady = [&](const imsfw::Endpoint& advertised)
    {
        Print("ue: my relayed address is " + advertised.ToString());
        peer->SetPeer(advertised); // signalling would carry these two
        ue->SetPeer(peerAddress);
    };
    atUe.onPeerReady = [&] { ue->Send(imsfw::ByteView("hello")); };
    atUe.onData = [&](const imsfw::Endpoint& from, imsfw::ByteView data)
    {
        Print("ue: \"" + std::string(data.AsText()) + "\" from " + from.ToString());
        ue->Close();
    };
    atUe.onFailure = [](const imsfw::StreamFailure& failure)
    { Print("ue: " + failure.layer + " " + failure.reason + ": " + failure.detail); };
    ue->SetHandlers(atUe);

    Simulator::ScheduleNow([&] { peer->Open(); });
    Simulator::Schedule(MilliSeconds(1), [&] { ue->Open(); });
    Simulator::Stop(Seconds(2));
    Simulator::Run();
    for (const auto& phase : ue->GetPhases())
    {
        std::cout << phase.name << ": " << imsfw::ToMilliseconds(phase.end - phase.start)
                  << " ms\n";
    }
}

} // namespace

int
main()
{
    Simulate();
    Simulator::Destroy();
    return 0;
}
