// SPDX-License-Identifier: GPL-2.0-only
#include "ims-access-helper.h"

#include "ims-access-channel.h"

#include "ns3/drop-tail-queue.h"
#include "ns3/error-model.h"
#include "ns3/hash.h"
#include "ns3/mac48-address.h"
#include "ns3/net-device-queue-interface.h"
#include "ns3/point-to-point-net-device.h"
#include "ns3/pointer.h"
#include "ns3/queue-size.h"
#include "ns3/rng-seed-manager.h"
#include "ns3/string.h"
#include "ns3/traffic-control-helper.h"

#include <utility>

namespace ns3
{
namespace imsaccess
{

namespace
{

/// Below a queue discipline a device holds as little as it can: what it has taken is out of the discipline's hands.
/// ns-3's device tells when it is full, as Linux's byte queue limits do.
constexpr uint32_t DEVICE_QUEUE = 2;

std::string
Packets(uint32_t count)
{
    return std::to_string(count) + "p";
}

Ptr<PointToPointNetDevice>
MakeDevice(const AccessLink& link, Ptr<Node> node, DataRate rate)
{
    const auto device = CreateObject<PointToPointNetDevice>();
    device->SetAddress(Mac48Address::Allocate());
    device->SetAttribute("DataRate", DataRateValue(rate));
    node->AddDevice(device);
    const auto queue = CreateObject<DropTailQueue<Packet>>();
    const bool isAlone = link.queue == QueueKind::FIFO;
    queue->SetMaxSize(QueueSize(Packets(isAlone ? link.queueSize : DEVICE_QUEUE)));
    device->SetQueue(queue);
    const auto interface = CreateObject<NetDeviceQueueInterface>();
    interface->GetTxQueue(0)->ConnectQueueTraces(queue);
    device->AggregateObject(interface);
    return device;
}

const char*
DisciplineOf(QueueKind queue)
{
    switch (queue)
    {
    case QueueKind::FIFO:
        break;
    case QueueKind::PFIFO_FAST:
        return "ns3::PfifoFastQueueDisc";
    case QueueKind::CODEL:
        return "ns3::CoDelQueueDisc";
    case QueueKind::FQ_CODEL:
        return "ns3::FqCoDelQueueDisc";
    }
    return nullptr;
}

void
InstallDiscipline(const AccessLink& link, Ptr<NetDevice> device)
{
    const char* type = DisciplineOf(link.queue);
    if (type == nullptr)
    {
        return;
    }
    TrafficControlHelper helper;
    helper.SetRootQueueDisc(type, "MaxSize", StringValue(Packets(link.queueSize)));
    helper.Install(device);
}

std::shared_ptr<imsfw::RandomSource>
MakeRandom(const std::string& name)
{
    return std::make_shared<imsfw::SeededRandom>(
        RngSeedManager::GetSeed(), RngSeedManager::GetRun(), name);
}

Impairment
MakeImpairment(const AccessLink& link, const std::string& name)
{
    Impairment impairment;
    impairment.random = MakeRandom(name);
    if (link.loss > 0 && link.burst > 1)
    {
        impairment.loss.emplace(link.loss, link.burst, link.lossInBad);
    }
    if (link.jitter.IsStrictlyPositive())
    {
        impairment.jitter.emplace(imsfw::Duration(link.jitter.GetNanoSeconds()), link.reorders);
    }
    return impairment;
}

/// Losses that know nothing of each other are ns-3's own, with a stream for each end of each link, by name: a link
/// more moves nobody else's losses.
void
AddIndependentLoss(const AccessLink& link, Ptr<NetDevice> device, const std::string& stream)
{
    if (link.loss <= 0 || link.burst > 1)
    {
        return;
    }
    const auto model = CreateObject<RateErrorModel>();
    model->SetUnit(RateErrorModel::ERROR_UNIT_PACKET);
    model->SetRate(link.loss);
    model->AssignStreams(StreamNumberOf(stream));
    device->SetAttribute("ReceiveErrorModel", PointerValue(model));
}

} // namespace

int64_t
StreamNumberOf(const std::string& name)
{
    return static_cast<int64_t>(Hash64(name) >> 1);
}

NetDeviceContainer
InstallAccessLink(const AccessLink& link, Ptr<Node> host, Ptr<Node> router, const std::string& name)
{
    const auto channel = CreateObject<ImpairedChannel>();
    channel->SetAttribute("Delay", TimeValue(link.delay));
    const std::pair<Ptr<Node>, DataRate> ends[] = {{host, link.rateUp}, {router, link.rateDown}};
    NetDeviceContainer devices;
    for (std::size_t i = 0; i < 2; ++i)
    {
        const auto device = MakeDevice(link, ends[i].first, ends[i].second);
        device->Attach(channel);
        channel->Impair(i, MakeImpairment(link, "link/" + name + (i == 0 ? "/up" : "/down")));
        AddIndependentLoss(link, device, name + "/loss/" + std::to_string(i));
        InstallDiscipline(link, device);
        devices.Add(device);
    }
    return devices;
}

void
InstallCrossTraffic(const AccessLink& link,
                    Ptr<Node> host,
                    const Address& hostAddress,
                    Ptr<Node> router,
                    const Address& routerAddress,
                    const std::string& name)
{
    if (link.crossTraffic <= 0)
    {
        return;
    }
    const auto install = [&](Ptr<Node> node, const Address& remote, DataRate rate, const char* way)
    {
        const auto others = CreateObject<CrossTraffic>();
        others->Configure(
            remote, link.crossTraffic, rate, MakeRandom("cross-traffic/" + name + way));
        node->AddApplication(others);
        others->SetStartTime(Seconds(0));
    };
    install(host, routerAddress, link.rateUp, "/up");
    install(router, hostAddress, link.rateDown, "/down");
}

} // namespace imsaccess
} // namespace ns3
