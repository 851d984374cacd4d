// SPDX-License-Identifier: GPL-2.0-only
#include "ims-access-wifi.h"

#include "ns3/arp-l3-protocol.h"
#include "ns3/constant-position-mobility-model.h"
#include "ns3/ssid.h"
#include "ns3/sta-wifi-mac.h"
#include "ns3/string.h"
#include "ns3/wifi-helper.h"
#include "ns3/wifi-mac-helper.h"
#include "ns3/wifi-net-device.h"
#include "ns3/yans-wifi-channel.h"
#include "ns3/yans-wifi-helper.h"

namespace ns3
{
namespace imsaccess
{

namespace
{

/// Stations scan for 120 ms, and ask again after 500 ms where an answer is lost.
const Time SETTLE_TIME = Seconds(2);
constexpr double DISTANCE_M = 5;
/// Within a link's block of streams: above what ns-3's wifi module takes.
constexpr int64_t ARP_STREAM = 900;
/// An SSID has 32 bytes at most (IEEE 802.11-2020 9.4.2.2).
constexpr std::size_t MAX_SSID = 32;

void
Place(Ptr<Node> node, double x)
{
    if (node->GetObject<MobilityModel>())
    {
        return; // an access point for another station too
    }
    const auto position = CreateObject<ConstantPositionMobilityModel>();
    position->SetPosition(Vector(x, 0, 0));
    node->AggregateObject(position);
}

/// Requests are sent after a random time of up to 10 ms, so that those of many stations do not meet.
void
AssignArpStream(Ptr<Node> node, int64_t stream)
{
    if (const auto arp = node->GetObject<ArpL3Protocol>())
    {
        arp->AssignStreams(stream);
    }
}

NetDeviceContainer
InstallEnds(YansWifiPhyHelper& phy, Ptr<Node> station, Ptr<Node> accessPoint, const Ssid& ssid)
{
    WifiHelper wifi;
    wifi.SetStandard(WIFI_STANDARD_80211n);
    wifi.SetRemoteStationManager("ns3::IdealWifiManager");
    WifiMacHelper mac;
    NetDeviceContainer devices;
    mac.SetType("ns3::StaWifiMac", "Ssid", SsidValue(ssid));
    devices.Add(wifi.Install(phy, mac, station));
    mac.SetType("ns3::ApWifiMac", "Ssid", SsidValue(ssid));
    devices.Add(wifi.Install(phy, mac, accessPoint));
    return devices;
}

} // namespace

NetDeviceContainer
WifiMedium::Connect(Ptr<Node> station,
                    Ptr<Node> accessPoint,
                    const std::string& name,
                    int64_t stream)
{
    if (!m_channel)
    {
        m_channel = YansWifiChannelHelper::Default().Create();
    }
    Place(station, DISTANCE_M);
    Place(accessPoint, 0);
    YansWifiPhyHelper phy;
    phy.SetChannel(DynamicCast<YansWifiChannel>(m_channel));
    const auto devices = InstallEnds(phy, station, accessPoint, Ssid(name.substr(0, MAX_SSID)));
    WifiHelper().AssignStreams(devices, stream);
    AssignArpStream(station, stream + ARP_STREAM);
    AssignArpStream(accessPoint, stream + ARP_STREAM + 1);
    return devices;
}

Time
WifiMedium::GetSettleTime() const
{
    return m_channel ? SETTLE_TIME : Time(0);
}

bool
WifiMedium::Capture(const std::string& file, Ptr<NetDevice> device) const
{
    if (!DynamicCast<WifiNetDevice>(device))
    {
        return false;
    }
    YansWifiPhyHelper phy;
    // Without radiotap ns-3 writes the delimiters of A-MPDUs into the frames, which no reader can tell from them.
    phy.SetPcapDataLinkType(WifiPhyHelper::DLT_IEEE802_11_RADIO);
    const bool promiscuous = true;
    const bool explicitName = true;
    phy.EnablePcap(file, device, promiscuous, explicitName);
    return true;
}

bool
WifiMedium::IsAssociated(Ptr<NetDevice> device)
{
    const auto wifi = DynamicCast<WifiNetDevice>(device);
    const auto mac = wifi ? DynamicCast<StaWifiMac>(wifi->GetMac()) : nullptr;
    return mac && mac->IsAssociated();
}

} // namespace imsaccess
} // namespace ns3
