// SPDX-License-Identifier: GPL-2.0-only
#include "host-defaults.h"

#include "ns3/boolean.h"
#include "ns3/config.h"
#include "ns3/global-value.h"
#include "ns3/nstime.h"
#include "ns3/uinteger.h"

namespace imsfw::scenario
{

void
ApplyHostDefaults()
{
    using ns3::Config::SetDefault;
    ns3::GlobalValue::Bind("ChecksumEnabled", ns3::BooleanValue(true));
    SetDefault("ns3::TcpSocket::SegmentSize",
               ns3::UintegerValue(1448)); // 1500 less IP, TCP, timestamps
    SetDefault("ns3::TcpSocket::InitialCwnd", ns3::UintegerValue(10));          // RFC 6928
    SetDefault("ns3::TcpSocket::ConnTimeout", ns3::TimeValue(ns3::Seconds(1))); // RFC 6298 2.1
    SetDefault("ns3::TcpSocket::ConnCount", ns3::UintegerValue(6)); // net.ipv4.tcp_syn_retries
    SetDefault("ns3::TcpSocket::DelAckTimeout", ns3::TimeValue(ns3::MilliSeconds(40)));
    SetDefault("ns3::TcpSocket::TcpNoDelay", ns3::BooleanValue(true));
    SetDefault("ns3::TcpSocket::SndBufSize", ns3::UintegerValue(1 << 18));
    SetDefault("ns3::TcpSocket::RcvBufSize", ns3::UintegerValue(1 << 18));
    SetDefault("ns3::TcpSocketBase::MinRto", ns3::TimeValue(ns3::MilliSeconds(200)));
}

} // namespace imsfw::scenario
