// SPDX-License-Identifier: GPL-2.0-only
#include "host-defaults.h"

#include "ims-access-tcp-socket.h"

#include "ns3/boolean.h"
#include "ns3/config.h"
#include "ns3/global-value.h"
#include "ns3/nstime.h"
#include "ns3/type-id.h"
#include "ns3/uinteger.h"

#include <map>
#include <string>

namespace imsfw::scenario
{

namespace
{

using ns3::BooleanValue;
using ns3::TimeValue;
using ns3::UintegerValue;
using ns3::Config::SetDefault;

/// @return ns-3's type for the word of the schema.
std::string
TypeOf(const std::string& variant)
{
    static const std::map<std::string, std::string> TYPES{
        {"bbr", "ns3::TcpBbr"},
        {"cubic", "ns3::TcpCubic"},
        {"dctcp", "ns3::TcpDctcp"},
        {"htcp", "ns3::TcpHtcp"},
        {"linux-reno", "ns3::TcpLinuxReno"},
        {"newreno", "ns3::TcpNewReno"},
        {"vegas", "ns3::TcpVegas"},
        {"westwood", "ns3::TcpWestwood"},
    };
    return TYPES.at(variant);
}

ns3::Time
ToTime(Duration duration)
{
    return ns3::NanoSeconds(duration.count());
}

void
ApplyTcp(const TcpSettings& tcp)
{
    SetDefault("ns3::TcpL4Protocol::SocketType",
               ns3::TypeIdValue(ns3::TypeId::LookupByName(TypeOf(tcp.variant))));
    SetDefault("ns3::TcpSocket::InitialCwnd", UintegerValue(tcp.initialWindow));
    SetDefault("ns3::TcpSocket::ConnTimeout", TimeValue(ToTime(tcp.connectTimeout)));
    SetDefault("ns3::TcpSocket::ConnCount", UintegerValue(tcp.synRetries));
    SetDefault("ns3::TcpSocket::DelAckTimeout", TimeValue(ToTime(tcp.delayedAck)));
    SetDefault("ns3::TcpSocket::DelAckCount", UintegerValue(tcp.delayedAckSegments));
    SetDefault("ns3::TcpSocket::TcpNoDelay", BooleanValue(!tcp.nagle));
    SetDefault("ns3::TcpSocketBase::Sack", BooleanValue(tcp.sack));
    SetDefault("ns3::TcpSocketBase::MinRto", TimeValue(ToTime(tcp.minRto)));
    const std::string socket = ns3::imsaccess::HostTcpSocket::GetTypeId().GetName();
    SetDefault(socket + "::KeepAliveTime", TimeValue(ToTime(tcp.keepAliveTime)));
    SetDefault(socket + "::KeepAliveInterval", TimeValue(ToTime(tcp.keepAliveInterval)));
    SetDefault(socket + "::KeepAliveProbes", UintegerValue(tcp.keepAliveProbes));
}

} // namespace

void
ApplyHostDefaults(const TcpSettings& tcp)
{
    ns3::GlobalValue::Bind("ChecksumEnabled", BooleanValue(true));
    SetDefault("ns3::TcpSocket::SegmentSize",
               UintegerValue(1448)); // 1500 less IP, TCP, timestamps
    SetDefault("ns3::TcpSocket::SndBufSize", UintegerValue(1 << 18));
    SetDefault("ns3::TcpSocket::RcvBufSize", UintegerValue(1 << 18));
    ApplyTcp(tcp);
}

} // namespace imsfw::scenario
