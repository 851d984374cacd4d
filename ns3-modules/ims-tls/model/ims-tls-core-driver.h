// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Between ns-3's clock and a sans-IO core's: conversions, and the one timer that a core needs.
#ifndef IMS_TLS_CORE_DRIVER_H
#define IMS_TLS_CORE_DRIVER_H

#include "base/address.h"
#include "base/bytes.h"
#include "base/time.h"

#include "ns3/address.h"
#include "ns3/event-id.h"
#include "ns3/nstime.h"
#include "ns3/packet.h"
#include "ns3/ptr.h"

#include <functional>
#include <optional>

namespace ns3
{
namespace imstls
{

/// @return the simulation's time as a core takes it.
imsfw::TimePoint CoreNow();

Time ToNs3Time(imsfw::Duration duration);
imsfw::Duration ToCoreDuration(const Time& time);

/// @return all bytes of @p packet, copied out once, so that they are parsed by a bounded reader and never by a Header.
imsfw::Bytes ToBytes(Ptr<const Packet> packet);
Ptr<Packet> ToPacket(imsfw::ByteView bytes);

/// @return the IPv4 or IPv6 socket address @p address as an endpoint; 0.0.0.0:0 for any other kind.
imsfw::Endpoint ToEndpoint(const Address& address);
/// @return an InetSocketAddress or Inet6SocketAddress.
Address ToNs3Address(const imsfw::Endpoint& endpoint);

/// The single timer of an adapter. Arm it after each drain with the core's NextTimeout; it schedules a new event only
/// when the deadline came nearer, and calls back at the deadline with nothing armed.
class CoreTimer
{
  public:
    explicit CoreTimer(std::function<void()> onDeadline);
    ~CoreTimer();
    CoreTimer(const CoreTimer&) = delete;
    CoreTimer& operator=(const CoreTimer&) = delete;

    /// @param deadline nothing means never. One that has passed calls back at the present time, from the event loop.
    void Arm(std::optional<imsfw::TimePoint> deadline);
    void Cancel();

  private:
    void Schedule();
    void Fire();

    std::function<void()> m_onDeadline;
    std::optional<imsfw::TimePoint> m_deadline;
    imsfw::TimePoint m_scheduled; ///< when m_event fires; at or before the deadline
    EventId m_event;
};

} // namespace imstls
} // namespace ns3

#endif // IMS_TLS_CORE_DRIVER_H
