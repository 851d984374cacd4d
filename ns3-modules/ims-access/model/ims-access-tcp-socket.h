// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// ns-3's TCP socket with the keep-alives that it lacks: RFC 9293 3.8.4, and the answer to them, 3.10.7.4; without faults of
/// ns-3 3.37: two crashes at the peer's window (a segment of no bytes where what was sent fills it exactly, and a probe of a
/// closed window, 3.8.6.1, by a sender that has nothing to send), and a retransmission time-out that never again follows a
/// round trip that has outgrown it; and with an ear for resets that carry no timestamp, as middleboxes send them (RFC 7323
/// 3.2).
///
/// Probes are segments without data whose sequence number is the one before the first that is unacknowledged, which the
/// peer cannot accept and answers. Left out: probes with a byte of garbage (RFC 1122 4.2.3.6, for peers of before 1989); in
/// states other than ESTABLISHED and CLOSE-WAIT, whose own timers end them; answers to other segments that cannot be
/// accepted, where ns-3's TCP is silent.
#ifndef IMS_ACCESS_TCP_SOCKET_H
#define IMS_ACCESS_TCP_SOCKET_H

#include "ims-access-keep-alive.h"

#include "ns3/event-id.h"
#include "ns3/nstime.h"
#include "ns3/tcp-socket-base.h"

#include <optional>

namespace ns3
{
namespace imsaccess
{

class HostTcpSocket : public TcpSocketBase
{
  public:
    static TypeId GetTypeId();
    TypeId GetInstanceTypeId() const override;

    HostTcpSocket();
    HostTcpSocket(const HostTcpSocket& other);
    ~HostTcpSocket() override;
    HostTcpSocket& operator=(const HostTcpSocket&) = delete;

  protected:
    Ptr<TcpSocketBase> Fork() override;
    void DoForwardUp(Ptr<Packet> packet, const Address& from, const Address& to) override;
    void PersistTimeout() override;
    void EstimateRtt(const TcpHeader& header) override;

  private:
    void WatchWindow();
    /// @return the peer's window as the transmission buffer is to see it: less than what was sent where nothing fits in.
    uint32_t GetWindowForNewData() const;
    /// @return whether ns-3 measures the round trip by an acknowledgement up to @p acknowledged.
    bool IsMeasuredBy(SequenceNumber32 acknowledged) const;
    /// @return whether the peer asks with @p header, which no data follows, if this end is alive.
    bool IsProbe(const TcpHeader& header) const;
    /// @return whether the connection is there, and @p header resets it in a form that ns-3 does not hear.
    bool IsUnheardReset(const TcpHeader& header) const;
    /// A segment came in that is no probe.
    void NoteAlive();
    void Arm();
    void HandleTimeout();
    void Probe();
    void GiveUp();

    bool m_isKeepingAlive{false}; ///< SO_KEEPALIVE
    Time m_time;                  ///< TCP_KEEPIDLE
    Time m_interval;              ///< TCP_KEEPINTVL
    uint32_t m_probes{0};         ///< TCP_KEEPCNT
    bool m_isGivenUp{false};
    std::optional<imsfw::access::KeepAlive> m_keepAlive; ///< from the connection's beginning on
    EventId m_timer;
};

} // namespace imsaccess
} // namespace ns3

#endif // IMS_ACCESS_TCP_SOCKET_H
