// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// What happens to a stream socket, with the reason: ns-3's callbacks alone do not tell a reset from an orderly end.
///
/// ns-3.37's TCP calls "normal close" for a FIN and for a RST; "connection failed" for SYNs that nobody answered; "error
/// close" for data that nobody acknowledged. The TCP state at that moment tells them apart. While connecting it does not
/// hear the RST that a host of today sends (with ACK, RFC 9293 3.10.7.1): the watch sees that in the trace of received
/// segments. An ICMP error (RFC 792 type 3) while connecting ends the attempt, as Linux does.
#ifndef IMS_TLS_SOCKET_WATCH_H
#define IMS_TLS_SOCKET_WATCH_H

#include "base/stream-layer.h"

#include "ns3/event-id.h"
#include "ns3/ipv4-address.h"
#include "ns3/packet.h"
#include "ns3/ptr.h"
#include "ns3/socket.h"
#include "ns3/tcp-header.h"
#include "ns3/tcp-socket-base.h"

#include <functional>
#include <optional>

namespace ns3
{
namespace imstls
{

class SocketWatch
{
  public:
    struct Handlers
    {
        std::function<void()> onConnected;
        std::function<void()> onReadable;
        std::function<void()> onWritable;
        /// At most once: an orderly end by the peer (nothing), or why the connection failed.
        std::function<void(const std::optional<imsfw::StreamFailure>&)> onEnd;
    };

    /// Takes over the callbacks of @p socket until it is destroyed.
    SocketWatch(Ptr<Socket> socket, bool isConnected, Handlers handlers);
    ~SocketWatch();
    SocketWatch(const SocketWatch&) = delete;
    SocketWatch& operator=(const SocketWatch&) = delete;

    bool IsOver() const;

    /// @return whether half of a TCP socket's receive buffer waits to be read, so that its peer may be held back.
    bool IsNearlyFull() const;

    /// Tell the peer that there is room again; to be called when reading goes on after it was stopped.
    ///
    /// RFC 9293 3.8.6.2.2 has the receiver send a window update once enough was read. ns-3's TCP sends none: its peer would
    /// wait for the persist timer (6 s, then twice as long each time), or for ever where the window had shrunk to less
    /// than a segment without being zero. Does nothing for sockets other than TCP.
    void AnnounceRoom();

  private:
    void WatchConnecting();
    /// Nothing but a connection that is being made can be refused; each callback that ns-3 holds takes 250 bytes.
    void StopWatchingRefusal();
    void HandleConnected(Ptr<Socket> socket);
    void HandleConnectFailed(Ptr<Socket> socket);
    void HandleNormalClose(Ptr<Socket> socket);
    void HandleErrorClose(Ptr<Socket> socket);
    void HandleReadable(Ptr<Socket> socket);
    void HandleWritable(Ptr<Socket> socket, uint32_t available);
    void HandleState(TcpSocket::TcpStates_t before, TcpSocket::TcpStates_t now);
    void HandleSegment(Ptr<const Packet> packet,
                       const TcpHeader& header,
                       Ptr<const TcpSocketBase> socket);
    void HandleIcmp(Ipv4Address from, uint8_t ttl, uint8_t type, uint8_t code, uint32_t info);
    void End(const std::optional<imsfw::StreamFailure>& failure);
    /// End, and let go of a connection that was never made.
    void GiveUp(const imsfw::StreamFailure& failure);
    imsfw::StreamFailure WhyFailed(const char* tcpReason, const char* detail) const;

    Ptr<Socket> m_socket;
    Handlers m_handlers;
    EventId m_giveUpEvent;
    bool m_isTcp;
    bool m_isConnected;
    bool m_isRefusalWatched{false};
    bool m_isOver{false};
    bool m_hasPeerClosed{false};
};

} // namespace imstls
} // namespace ns3

#endif // IMS_TLS_SOCKET_WATCH_H
