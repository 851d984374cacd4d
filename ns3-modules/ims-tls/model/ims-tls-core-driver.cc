// SPDX-License-Identifier: GPL-2.0-only
#include "ims-tls-core-driver.h"

#include "ns3/inet-socket-address.h"
#include "ns3/inet6-socket-address.h"
#include "ns3/simulator.h"

#include <algorithm>

namespace ns3
{
namespace imstls
{

imsfw::TimePoint
CoreNow()
{
    return imsfw::TimePoint(ToCoreDuration(Simulator::Now()));
}

Time
ToNs3Time(imsfw::Duration duration)
{
    return NanoSeconds(duration.count());
}

imsfw::Duration
ToCoreDuration(const Time& time)
{
    return imsfw::Duration(time.GetNanoSeconds());
}

imsfw::Bytes
ToBytes(Ptr<const Packet> packet)
{
    imsfw::Bytes bytes(packet->GetSize());
    packet->CopyData(bytes.data(), bytes.size());
    return bytes;
}

Ptr<Packet>
ToPacket(imsfw::ByteView bytes)
{
    return Create<Packet>(bytes.Data(), bytes.Size());
}

imsfw::Endpoint
ToEndpoint(const Address& address)
{
    if (InetSocketAddress::IsMatchingType(address))
    {
        const auto inet = InetSocketAddress::ConvertFrom(address);
        return {imsfw::IpAddress::V4(inet.GetIpv4().Get()), inet.GetPort()};
    }
    if (Inet6SocketAddress::IsMatchingType(address))
    {
        const auto inet6 = Inet6SocketAddress::ConvertFrom(address);
        std::array<uint8_t, 16> bytes{};
        inet6.GetIpv6().GetBytes(bytes.data());
        return {imsfw::IpAddress::V6(bytes), inet6.GetPort()};
    }
    return {};
}

Address
ToNs3Address(const imsfw::Endpoint& endpoint)
{
    if (endpoint.address.IsV4())
    {
        return InetSocketAddress(Ipv4Address(endpoint.address.ToV4()), endpoint.port);
    }
    std::array<uint8_t, 16> bytes{};
    const imsfw::ByteView address = endpoint.address.AsBytes();
    std::copy(address.begin(), address.end(), bytes.begin());
    return Inet6SocketAddress(Ipv6Address(bytes.data()), endpoint.port);
}

CoreTimer::CoreTimer(std::function<void()> onDeadline) : m_onDeadline(std::move(onDeadline))
{
}

CoreTimer::~CoreTimer()
{
    Cancel();
}

void
CoreTimer::Arm(std::optional<imsfw::TimePoint> deadline)
{
    if (!deadline)
    {
        Cancel();
        return;
    }
    m_deadline = deadline;
    // A deadline that only moves away (a keep-alive pushed on by each packet) costs nothing: the event that is
    // scheduled fires early, finds the deadline ahead and goes there.
    if (!m_event.IsRunning() || m_scheduled > *m_deadline)
    {
        Schedule();
    }
}

void
CoreTimer::Cancel()
{
    m_deadline.reset();
    m_event.Cancel();
}

void
CoreTimer::Schedule()
{
    m_event.Cancel();
    m_scheduled = std::max(*m_deadline, CoreNow());
    m_event = Simulator::Schedule(ToNs3Time(m_scheduled - CoreNow()), &CoreTimer::Fire, this);
}

void
CoreTimer::Fire()
{
    if (!m_deadline)
    {
        return;
    }
    if (*m_deadline > CoreNow())
    {
        Schedule();
        return;
    }
    m_deadline.reset();
    m_onDeadline();
}

} // namespace imstls
} // namespace ns3
