// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Joins two nodes by a link with everything that makes access networks what they are: asymmetric rates, queues and their
/// disciplines, jitter, losses in bursts.
///
///     AccessLink link;
///     link.rateDown = DataRate("16Mbps");
///     link.rateUp = DataRate("1Mbps");
///     link.jitter = MilliSeconds(4);
///     NetDeviceContainer devices = InstallAccessLink(link, host, router, "access");
#ifndef IMS_ACCESS_HELPER_H
#define IMS_ACCESS_HELPER_H

#include "ims-access-cross-traffic.h"

#include "ns3/data-rate.h"
#include "ns3/net-device-container.h"
#include "ns3/node.h"
#include "ns3/nstime.h"

#include <cstdint>
#include <string>

namespace ns3
{
namespace imsaccess
{

enum class QueueKind
{
    FIFO,       ///< the device's own queue
    PFIFO_FAST, ///< three bands by the IP header's precedence, as Linux had it for long
    CODEL,      ///< RFC 8289
    FQ_CODEL,   ///< RFC 8290: the default of most distributions today
};

struct AccessLink
{
    DataRate rateDown{"100Mbps"}; ///< from router to host
    DataRate rateUp{"100Mbps"};
    Time delay;  ///< one way
    Time jitter; ///< further delay of each packet, between 0 and this, each way
    bool reorders{false};
    double loss{0}; ///< the mean share of packets lost, each way
    double burst{
        1}; ///< the mean number of packets that a bad spell lasts; 1: each packet by itself
    double lossInBad{1}; ///< of packets in a bad spell
    QueueKind queue{QueueKind::FIFO};
    uint32_t queueSize{1000}; ///< packets, each way
    double crossTraffic{0}; ///< the load that others put on the link, a share of its rate each way
};

/// @return the number of the stream that @p name stands for; ns-3 leaves those below 2^63 to users.
int64_t StreamNumberOf(const std::string& name);

/// @param host, router have an Internet stack
/// @param name tells the links of a simulation apart in their randomness
/// @return devices of host and router, without addresses; queue disciplines are in place
NetDeviceContainer InstallAccessLink(const AccessLink& link,
                                     Ptr<Node> host,
                                     Ptr<Node> router,
                                     const std::string& name);

/// Let others load the link, both ways; nothing where link.crossTraffic is 0. @pre both ends have their addresses
void InstallCrossTraffic(const AccessLink& link,
                         Ptr<Node> host,
                         const Address& hostAddress,
                         Ptr<Node> router,
                         const Address& routerAddress,
                         const std::string& name);

} // namespace imsaccess
} // namespace ns3

#endif // IMS_ACCESS_HELPER_H
