// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// A UE registers at a P-CSCF over UDP, calls a user at the core's side and hangs up; prints what happens when.
#include "ims-sip-helper.h"

#include "ns3/boolean.h"
#include "ns3/global-value.h"
#include "ns3/inet-socket-address.h"
#include "ns3/internet-stack-helper.h"
#include "ns3/ipv4-address-helper.h"
#include "ns3/ipv4-global-routing-helper.h"
#include "ns3/point-to-point-helper.h"
#include "ns3/simulator.h"
#include "ns3/string.h"

#include <iostream>

using namespace ns3;
using Type = imsfw::sip::UserAgentEvent::Type;

namespace
{

imsfw::sip::SdpSession
Voice(const std::string& address)
{
    imsfw::sip::SdpSession session;
    session.audio = {*imsfw::IpAddress::Parse(address), 4000};
    session.codecs = {imsfw::sip::SdpCodec::AmrWb(), imsfw::sip::SdpCodec::Pcma()};
    return session;
}

void
Print(const std::string& who, const imsfw::sip::UserAgentEvent& event)
{
    std::cout << Simulator::Now().GetMilliSeconds() << " ms  " << who << ": "
              << imsfw::sip::ToString(event.type) << " " << event.reason << " " << event.detail
              << "\n";
}

} // namespace

int
main()
{
    GlobalValue::Bind("ChecksumEnabled", BooleanValue(true));
    NodeContainer nodes(3); // UE, P-CSCF, callee
    InternetStackHelper().Install(nodes);
    PointToPointHelper link;
    link.SetChannelAttribute("Delay", StringValue("20ms"));
    link.SetDeviceAttribute("DataRate", StringValue("100Mbps"));
    Ipv4AddressHelper addresses("10.0.0.0", "255.255.255.0");
    addresses.Assign(link.Install(nodes.Get(1), nodes.Get(0)));
    addresses.SetBase("10.0.1.0", "255.255.255.0");
    addresses.Assign(link.Install(nodes.Get(1), nodes.Get(2)));
    Ipv4GlobalRoutingHelper::PopulateRoutingTables();
    link.EnablePcapAll("ims-sip-example");

    auto pCscf = imssip::PCscfHelper().Install(nodes.Get(1));
    pCscf->AddUser("alice@ims.test", "sip:alice@ims.test", "secret");
    pCscf->AddStaticRoute("sip:callee@ims.test", *imsfw::Endpoint::Parse("10.0.1.2:5060"));

    imssip::SipUaHelper helper(InetSocketAddress(Ipv4Address("10.0.0.1"), 5060));
    auto ue = helper.Install(nodes.Get(0), "alice", "secret");
    helper.SetAttribute("AutoRegister", BooleanValue(false));
    auto callee = helper.Install(nodes.Get(2), "callee", "");

    ue->SetEventHandler(
        [&](const auto& event)
        {
            Print("ue", event);
            if (event.type == Type::REGISTERED)
            {
                ue->Call("sip:callee@ims.test", Voice("10.0.0.2"));
            }
            if (event.type == Type::CALL_ANSWERED)
            {
                Simulator::Schedule(Seconds(3), [&] { ue->Hangup(); });
            }
        });
    callee->SetEventHandler(
        [&](const auto& event)
        {
            Print("callee", event);
            if (event.type == Type::INCOMING_CALL)
            {
                callee->Answer(Voice("10.0.1.2"));
            }
        });
    Simulator::Stop(Seconds(10));
    Simulator::Run();
    for (const auto& phase : ue->GetPhases())
    {
        std::cout << phase.name << ": " << (phase.end - phase.start).GetMilliSeconds() << " ms\n";
    }
    Simulator::Destroy();
    return 0;
}
