// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Wi-Fi as ns-3's wifi module has it: IEEE 802.11n, each station with an access point of its own in the same room.
///
/// Simplified: access points are radios of the router, one for each station, which all contend for one channel (in life one
/// access point queues for all its stations); everybody stands still, 5 m apart; no walls, no neighbours, no encryption on the
/// air. The ideal rate control knows the signal to noise ratio.
#ifndef IMS_ACCESS_WIFI_H
#define IMS_ACCESS_WIFI_H

#include "ns3/net-device-container.h"
#include "ns3/node.h"
#include "ns3/nstime.h"
#include "ns3/object.h"
#include "ns3/ptr.h"

#include <cstdint>
#include <string>

namespace ns3
{
namespace imsaccess
{

/// A room; its channel is made with the first link.
class WifiMedium
{
  public:
    /// @param name of the network (SSID), one for each pair
    /// @param stream the first of a block of streams for the link's random numbers
    /// @return devices of station and access point, without addresses
    NetDeviceContainer Connect(Ptr<Node> station,
                               Ptr<Node> accessPoint,
                               const std::string& name,
                               int64_t stream);

    /// @return how long stations may take to be associated: 0 where there are none.
    Time GetSettleTime() const;

    /// Write what @p device hears and sends to a pcap file with IEEE 802.11 frames behind radiotap headers.
    /// @return false where the device is not of Wi-Fi
    bool Capture(const std::string& file, Ptr<NetDevice> device) const;

    /// @return whether the station at @p device is associated.
    static bool IsAssociated(Ptr<NetDevice> device);

  private:
    Ptr<Object> m_channel; ///< null until there is a link
};

} // namespace imsaccess
} // namespace ns3

#endif // IMS_ACCESS_WIFI_H
