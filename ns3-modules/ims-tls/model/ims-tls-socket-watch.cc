// SPDX-License-Identifier: GPL-2.0-only
#include "ims-tls-socket-watch.h"

#include "ims-tls-layered-socket.h"

#include "ns3/boolean.h"
#include "ns3/callback.h"
#include "ns3/simulator.h"
#include "ns3/tcp-socket-base.h"
#include "ns3/uinteger.h"

namespace ns3
{
namespace imstls
{

namespace
{

constexpr uint8_t DESTINATION_UNREACHABLE = 3; // RFC 792

} // namespace

SocketWatch::SocketWatch(Ptr<Socket> socket, bool isConnected, Handlers handlers)
    : m_socket(socket),
      m_handlers(std::move(handlers)),
      m_isTcp(DynamicCast<TcpSocketBase>(socket) != nullptr),
      m_isConnected(isConnected)
{
    if (!isConnected)
    {
        WatchConnecting();
    }
    socket->SetCloseCallbacks(MakeCallback(&SocketWatch::HandleNormalClose, this),
                              MakeCallback(&SocketWatch::HandleErrorClose, this));
    socket->SetRecvCallback(MakeCallback(&SocketWatch::HandleReadable, this));
    socket->SetSendCallback(MakeCallback(&SocketWatch::HandleWritable, this));
    if (m_isTcp)
    {
        socket->TraceConnectWithoutContext("State", MakeCallback(&SocketWatch::HandleState, this));
    }
}

void
SocketWatch::WatchConnecting()
{
    m_socket->SetConnectCallback(MakeCallback(&SocketWatch::HandleConnected, this),
                                 MakeCallback(&SocketWatch::HandleConnectFailed, this));
    if (m_isTcp)
    {
        m_socket->TraceConnectWithoutContext("Rx", MakeCallback(&SocketWatch::HandleSegment, this));
        m_socket->SetAttribute("IcmpCallback",
                               CallbackValue(MakeCallback(&SocketWatch::HandleIcmp, this)));
        m_isRefusalWatched = true;
    }
}

void
SocketWatch::StopWatchingRefusal()
{
    if (m_isRefusalWatched)
    {
        m_socket->TraceDisconnectWithoutContext("Rx",
                                                MakeCallback(&SocketWatch::HandleSegment, this));
        m_socket->SetAttribute(
            "IcmpCallback",
            CallbackValue(
                MakeNullCallback<void, Ipv4Address, uint8_t, uint8_t, uint8_t, uint32_t>()));
        m_isRefusalWatched = false;
    }
}

SocketWatch::~SocketWatch()
{
    m_giveUpEvent.Cancel();
    m_socket->SetConnectCallback(MakeNullCallback<void, Ptr<Socket>>(),
                                 MakeNullCallback<void, Ptr<Socket>>());
    m_socket->SetCloseCallbacks(MakeNullCallback<void, Ptr<Socket>>(),
                                MakeNullCallback<void, Ptr<Socket>>());
    m_socket->SetRecvCallback(MakeNullCallback<void, Ptr<Socket>>());
    m_socket->SetSendCallback(MakeNullCallback<void, Ptr<Socket>, uint32_t>());
    if (m_isTcp)
    {
        m_socket->TraceDisconnectWithoutContext("State",
                                                MakeCallback(&SocketWatch::HandleState, this));
        StopWatchingRefusal();
    }
}

bool
SocketWatch::IsOver() const
{
    return m_isOver;
}

bool
SocketWatch::IsNearlyFull() const
{
    if (!m_isTcp)
    {
        return false;
    }
    UintegerValue size;
    m_socket->GetAttribute("RcvBufSize", size);
    return m_socket->GetRxAvailable() >= size.Get() / 2;
}

void
SocketWatch::AnnounceRoom()
{
    if (!m_isTcp || !m_isConnected || m_isOver)
    {
        return;
    }
    // Of all that can be done to its socket, only a buffer that grows makes ns-3's TCP send its window.
    UintegerValue size;
    m_socket->GetAttribute("RcvBufSize", size);
    m_socket->SetAttribute("RcvBufSize", UintegerValue(size.Get() - 1));
    m_socket->SetAttribute("RcvBufSize", size);
}

void
SocketWatch::HandleConnected(Ptr<Socket>)
{
    m_isConnected = true;
    StopWatchingRefusal();
    m_handlers.onConnected();
}

void
SocketWatch::HandleConnectFailed(Ptr<Socket>)
{
    End(WhyFailed("timeout", "no answer to the connection request"));
}

void
SocketWatch::HandleNormalClose(Ptr<Socket>)
{
    const bool isOrderly = !m_isTcp || m_hasPeerClosed;
    if (isOrderly)
    {
        End(std::nullopt);
        return;
    }
    End(WhyFailed("reset", m_isConnected ? "connection reset" : "connection refused"));
}

void
SocketWatch::HandleErrorClose(Ptr<Socket>)
{
    // Of a TCP with keep-alives (ims-access); ns-3's has no such attribute.
    BooleanValue isGivenUp(false);
    m_socket->GetAttributeFailSafe("IsGivenUp", isGivenUp);
    End(WhyFailed("timeout",
                  isGivenUp.Get() ? "keep-alive probes were not answered"
                                  : "data was not acknowledged"));
}

void
SocketWatch::HandleReadable(Ptr<Socket>)
{
    m_handlers.onReadable();
}

void
SocketWatch::HandleWritable(Ptr<Socket>, uint32_t)
{
    m_handlers.onWritable();
}

void
SocketWatch::HandleState(TcpSocket::TcpStates_t, TcpSocket::TcpStates_t now)
{
    // States that only a FIN of the peer leads to.
    m_hasPeerClosed = m_hasPeerClosed || now == TcpSocket::CLOSE_WAIT ||
                      now == TcpSocket::LAST_ACK || now == TcpSocket::CLOSING ||
                      now == TcpSocket::TIME_WAIT;
}

void
SocketWatch::HandleSegment(Ptr<const Packet>, const TcpHeader& header, Ptr<const TcpSocketBase>)
{
    if ((header.GetFlags() & TcpHeader::RST) != 0 && !m_isConnected && !m_isOver)
    {
        // Not from within TCP's own handling of the segment.
        const imsfw::StreamFailure refused{"tcp", "reset", "connection refused"};
        m_giveUpEvent = Simulator::ScheduleNow(&SocketWatch::GiveUp, this, refused);
    }
}

void
SocketWatch::HandleIcmp(Ipv4Address, uint8_t, uint8_t type, uint8_t code, uint32_t)
{
    // RFC 9293 3.9.2.2: soft errors must not abort an open connection; while connecting they end it, as on Linux.
    if (type == DESTINATION_UNREACHABLE && !m_isConnected && !m_isOver)
    {
        const imsfw::StreamFailure unreachable{
            "tcp", "unreachable", "ICMP type 3 code " + std::to_string(code)};
        m_giveUpEvent = Simulator::ScheduleNow(&SocketWatch::GiveUp, this, unreachable);
    }
}

void
SocketWatch::GiveUp(const imsfw::StreamFailure& failure)
{
    const Ptr<Socket> socket = m_socket; // what is told may destroy this watch
    End(failure);
    socket->Close();
}

void
SocketWatch::End(const std::optional<imsfw::StreamFailure>& failure)
{
    if (!m_isOver)
    {
        m_isOver = true;
        m_handlers.onEnd(failure);
    }
}

imsfw::StreamFailure
SocketWatch::WhyFailed(const char* tcpReason, const char* detail) const
{
    if (const auto layered = DynamicCast<LayeredSocket>(m_socket))
    {
        return layered->GetFailure().value_or(imsfw::StreamFailure{"tcp", tcpReason, detail});
    }
    return {"tcp", tcpReason, detail};
}

} // namespace imstls
} // namespace ns3
