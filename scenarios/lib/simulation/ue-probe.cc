// SPDX-License-Identifier: GPL-2.0-only
#include "ue-probe.h"

#include "ims-tls-core-driver.h"

#include "ns3/callback.h"

namespace imsfw::scenario
{

using ns3::imstls::CoreNow;
using ns3::imstls::ToBytes;

namespace
{

constexpr uint32_t LOOPBACK = 0; // ns-3 gives every stack this interface first

ns3::Ptr<ns3::Node>
NodeOf(const Party& party)
{
    for (const auto& end : party.controls)
    {
        if (end.sip)
        {
            return end.sip->GetNode();
        }
    }
    return party.voice ? party.voice->GetNode() : nullptr;
}

} // namespace

UeProbe::UeProbe(const Party& party)
{
    const auto node = NodeOf(party);
    if (!node)
    {
        return; // it has neither SIP nor media
    }
    m_ip = node->GetObject<ns3::Ipv4>();
    m_ip->TraceConnectWithoutContext("Tx", ns3::MakeCallback(&UeProbe::HandleSent, this));
    m_ip->TraceConnectWithoutContext("Rx", ns3::MakeCallback(&UeProbe::HandleReceived, this));
    for (const auto& end : party.controls)
    {
        Watch(end.tls);
    }
    for (const auto& end : party.medias)
    {
        Watch(end.tls);
        Watch(end.dtls);
    }
    for (const auto& end : party.messages)
    {
        Watch(end.tls);
    }
}

UeProbe::~UeProbe()
{
    if (m_ip)
    {
        m_ip->TraceDisconnectWithoutContext("Tx", ns3::MakeCallback(&UeProbe::HandleSent, this));
        m_ip->TraceDisconnectWithoutContext("Rx",
                                            ns3::MakeCallback(&UeProbe::HandleReceived, this));
    }
    for (const auto& factory : m_factories)
    {
        factory->TraceDisconnectWithoutContext("Traffic",
                                               ns3::MakeCallback(&UeProbe::HandleTls, this));
    }
}

void
UeProbe::Watch(const ns3::Ptr<ns3::imstls::TlsSocketFactory>& factory)
{
    if (factory)
    {
        m_factories.push_back(factory);
        factory->TraceConnectWithoutContext("Traffic",
                                            ns3::MakeCallback(&UeProbe::HandleTls, this));
    }
}

void
UeProbe::HandleSent(ns3::Ptr<const ns3::Packet> packet, ns3::Ptr<ns3::Ipv4>, uint32_t interface)
{
    if (interface != LOOPBACK)
    {
        m_meter.HandlePacket(CoreNow(), true, ToBytes(packet));
    }
}

void
UeProbe::HandleReceived(ns3::Ptr<const ns3::Packet> packet, ns3::Ptr<ns3::Ipv4>, uint32_t interface)
{
    if (interface != LOOPBACK)
    {
        m_meter.HandlePacket(CoreNow(), false, ToBytes(packet));
    }
}

void
UeProbe::HandleTls(const tls::TrafficPiece& piece, const Endpoint& local, const Endpoint& remote)
{
    m_meter.HandleTls(CoreNow(), piece, local, remote);
}

} // namespace imsfw::scenario
