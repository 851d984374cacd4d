// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// What a burst of 60 packets of 1000 bytes meets on a link of 1 Mbit/s, with and without a bad spell and jitter.
#include "ims-access-helper.h"

#include "ns3/packet.h"
#include "ns3/simulator.h"

#include <iostream>

namespace
{

using namespace ns3;

void
Try(const char* what, const imsaccess::AccessLink& link)
{
    const auto host = CreateObject<Node>();
    const auto router = CreateObject<Node>();
    const auto devices = imsaccess::InstallAccessLink(link, host, router, what);
    unsigned received = 0;
    devices.Get(1)->SetReceiveCallback(
        [&](Ptr<NetDevice>, Ptr<const Packet>, uint16_t, const Address&)
        {
            ++received;
            return true;
        });
    constexpr uint16_t IPV4 = 0x0800;
    Simulator::ScheduleNow(
        [&]
        {
            for (int i = 0; i < 60; ++i)
            {
                devices.Get(0)->Send(Create<Packet>(1000), devices.Get(1)->GetAddress(), IPV4);
            }
        });
    Simulator::Run();
    std::cout << what << ": " << received << " of 60 packets, the last one after "
              << Simulator::Now().As(Time::MS) << "\n";
    Simulator::Destroy();
}

} // namespace

int
main()
{
    imsaccess::AccessLink link;
    link.rateUp = DataRate("1Mbps");
    link.delay = MilliSeconds(10);
    Try("clean", link);
    link.jitter = MilliSeconds(30);
    Try("with jitter", link);
    link.loss = 0.3;
    link.burst = 5;
    Try("with losses in bursts", link);
    link.loss = 0;
    link.queueSize = 20;
    Try("with a short queue", link);
    return 0;
}
