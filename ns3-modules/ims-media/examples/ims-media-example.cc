// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Two parties talk for ten seconds over a link that loses one packet in fifty one way; prints what each of them heard.
#include "ims-media-helper.h"

#include "ns3/boolean.h"
#include "ns3/error-model.h"
#include "ns3/internet-stack-helper.h"
#include "ns3/ipv4-address-helper.h"
#include "ns3/node-container.h"
#include "ns3/point-to-point-helper.h"
#include "ns3/pointer.h"
#include "ns3/simulator.h"
#include "ns3/string.h"

#include <iostream>

using namespace ns3;

namespace
{

void
Print(const std::string& who, const imsmedia::VoiceApplication& party)
{
    const auto heard = party.GetStatistics();
    std::cout << who << " sent " << party.GetSent() << ", received " << heard.received << ", lost "
              << heard.lost << ", jitter " << imsfw::ToMilliseconds(heard.jitter)
              << " ms, delay mean " << imsfw::ToMilliseconds(heard.delayMean) << " ms\n";
    if (const auto quality = party.GetQuality())
    {
        std::cout << "    heard at MOS " << quality->mos << ", " << quality->lossPercent
                  << " % missing, " << imsfw::ToMilliseconds(quality->delay)
                  << " ms from mouth to ear\n";
    }
    if (const auto rtcp = party.GetRtcp())
    {
        std::cout << "    " << rtcp->received << " reports, round trip "
                  << imsfw::ToMilliseconds(rtcp->roundTrips.GetMean()) << " ms\n";
    }
}

} // namespace

int
main()
{
    NodeContainer nodes(2);
    InternetStackHelper().Install(nodes);
    PointToPointHelper link;
    link.SetDeviceAttribute("DataRate", StringValue("10Mbps"));
    link.SetChannelAttribute("Delay", StringValue("40ms"));
    const auto devices = link.Install(nodes);
    Ipv4AddressHelper("10.0.0.0", "255.255.255.0").Assign(devices);
    link.EnablePcapAll("ims-media-example");

    Ptr<RateErrorModel> errors = CreateObject<RateErrorModel>();
    errors->SetUnit(RateErrorModel::ERROR_UNIT_PACKET);
    errors->SetRate(0.02);
    devices.Get(1)->SetAttribute("ReceiveErrorModel", PointerValue(errors));

    imsmedia::VoiceHelper helper;
    helper.SetAttribute("Codec", StringValue("amr-wb-12.65"));
    helper.SetAttribute("Rtcp", BooleanValue(true));
    auto alice = helper.Install(nodes.Get(0), "alice");
    auto bob = helper.Install(nodes.Get(1), "bob");
    imsmedia::VoiceHelper::ConnectByUdp(alice,
                                        InetSocketAddress(Ipv4Address("10.0.0.1"), 4000),
                                        bob,
                                        InetSocketAddress(Ipv4Address("10.0.0.2"), 4000));
    for (const auto& party : {alice, bob})
    {
        Simulator::Schedule(Seconds(0), &imsmedia::VoiceApplication::StartTalking, party);
        Simulator::Schedule(Seconds(10), &imsmedia::VoiceApplication::StopTalking, party);
    }
    Simulator::Stop(Seconds(11));
    Simulator::Run();
    Print("alice", *alice);
    Print("bob", *bob);
    Simulator::Destroy();
    return 0;
}
