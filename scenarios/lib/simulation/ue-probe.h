// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Watches one party's interface and TLS connections, for what its phases cost in bytes and round trips.
#pragma once

#include "party.h"
#include "traffic-meter.h"

#include "ns3/ipv4.h"
#include "ns3/packet.h"

#include <vector>

namespace imsfw::scenario
{

class UeProbe
{
  public:
    /// @param party outlives this, and was installed on a node
    explicit UeProbe(const Party& party);
    /// What is disposed of with the simulator may still close its connections, and shall not tell this of it.
    ~UeProbe();
    UeProbe(const UeProbe&) = delete;
    UeProbe& operator=(const UeProbe&) = delete;

    const TrafficMeter&
    GetMeter() const
    {
        return m_meter;
    }

  private:
    void HandleSent(ns3::Ptr<const ns3::Packet> packet, ns3::Ptr<ns3::Ipv4>, uint32_t interface);
    void HandleReceived(ns3::Ptr<const ns3::Packet> packet,
                        ns3::Ptr<ns3::Ipv4>,
                        uint32_t interface);
    void HandleTls(const tls::TrafficPiece& piece, const Endpoint& local, const Endpoint& remote);
    void Watch(const ns3::Ptr<ns3::imstls::TlsSocketFactory>& factory);

    TrafficMeter m_meter;
    ns3::Ptr<ns3::Ipv4> m_ip;
    std::vector<ns3::Ptr<ns3::imstls::TlsSocketFactory>> m_factories;
};

} // namespace imsfw::scenario
