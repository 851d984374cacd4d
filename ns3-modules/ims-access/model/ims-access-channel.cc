// SPDX-License-Identifier: GPL-2.0-only
#include "ims-access-channel.h"

#include "ns3/node.h"
#include "ns3/point-to-point-net-device.h"
#include "ns3/simulator.h"
#include "ns3/trace-source-accessor.h"

#include <utility>

namespace ns3
{
namespace imsaccess
{

NS_OBJECT_ENSURE_REGISTERED(ImpairedChannel);

TypeId
ImpairedChannel::GetTypeId()
{
    static TypeId tid = TypeId("ns3::imsaccess::ImpairedChannel")
                            .SetParent<PointToPointChannel>()
                            .SetGroupName("ImsAccess")
                            .AddConstructor<ImpairedChannel>()
                            .AddTraceSource("Lost",
                                            "A packet was lost on its way.",
                                            MakeTraceSourceAccessor(&ImpairedChannel::m_lost),
                                            "ns3::imsaccess::ImpairedChannel::LostCallback");
    return tid;
}

ImpairedChannel::ImpairedChannel() = default;
ImpairedChannel::~ImpairedChannel() = default;

void
ImpairedChannel::Impair(std::size_t from, Impairment impairment)
{
    m_impairments.at(from) = std::move(impairment);
}

bool
ImpairedChannel::TransmitStart(Ptr<const Packet> packet,
                               Ptr<PointToPointNetDevice> source,
                               Time transmission)
{
    const std::size_t from = source == GetPointToPointDevice(0) ? 0 : 1;
    Impairment& impairment = m_impairments[from];
    if (impairment.loss && impairment.loss->Lose(*impairment.random))
    {
        m_lost(packet);
        return true; // the sender does not know
    }
    const auto destination = GetPointToPointDevice(1 - from);
    Time delay = transmission + GetDelay();
    if (impairment.jitter)
    {
        const Time arrival = Simulator::Now() + delay;
        const auto delayed = impairment.jitter->Delay(
            imsfw::TimePoint(imsfw::Duration(arrival.GetNanoSeconds())), *impairment.random);
        delay = NanoSeconds(delayed.time_since_epoch().count()) - Simulator::Now();
    }
    Simulator::ScheduleWithContext(destination->GetNode()->GetId(),
                                   delay,
                                   &PointToPointNetDevice::Receive,
                                   destination,
                                   packet->Copy());
    return true;
}

} // namespace imsaccess
} // namespace ns3
