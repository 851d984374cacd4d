// SPDX-License-Identifier: GPL-2.0-only
#include "ims-access-tcp-socket.h"

#include "ns3/boolean.h"
#include "ns3/packet.h"
#include "ns3/simulator.h"
#include "ns3/tcp-header.h"
#include "ns3/tcp-option.h"
#include "ns3/tcp-rx-buffer.h"
#include "ns3/tcp-tx-buffer.h"
#include "ns3/uinteger.h"

namespace ns3
{
namespace imsaccess
{

namespace
{

using imsfw::access::KeepAlive;

constexpr uint32_t LONGEST_HEADER = 60; // RFC 9293 3.1: data offset, 15 words

imsfw::TimePoint
CoreNow()
{
    return imsfw::TimePoint(imsfw::Duration(Simulator::Now().GetNanoSeconds()));
}

} // namespace

NS_OBJECT_ENSURE_REGISTERED(HostTcpSocket);

TypeId
HostTcpSocket::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::imsaccess::HostTcpSocket")
            .SetParent<TcpSocketBase>()
            .SetGroupName("ImsAccess")
            .AddConstructor<HostTcpSocket>()
            .AddAttribute("KeepAlive",
                          "Probe a peer that is silent (SO_KEEPALIVE).",
                          BooleanValue(false),
                          MakeBooleanAccessor(&HostTcpSocket::m_isKeepingAlive),
                          MakeBooleanChecker())
            .AddAttribute("KeepAliveTime",
                          "Silence before the first probe; Linux's net.ipv4.tcp_keepalive_time.",
                          TimeValue(Hours(2)),
                          MakeTimeAccessor(&HostTcpSocket::m_time),
                          MakeTimeChecker())
            .AddAttribute("KeepAliveInterval",
                          "Between probes without an answer; Linux's net.ipv4.tcp_keepalive_intvl.",
                          TimeValue(Seconds(75)),
                          MakeTimeAccessor(&HostTcpSocket::m_interval),
                          MakeTimeChecker())
            .AddAttribute("KeepAliveProbes",
                          "Probes without an answer before the connection is given up; Linux's "
                          "net.ipv4.tcp_keepalive_probes.",
                          UintegerValue(9),
                          MakeUintegerAccessor(&HostTcpSocket::m_probes),
                          MakeUintegerChecker<uint32_t>())
            .AddAttribute("IsGivenUp",
                          "Whether the connection ended because no probe was answered.",
                          TypeId::ATTR_GET,
                          BooleanValue(false),
                          MakeBooleanAccessor(&HostTcpSocket::m_isGivenUp),
                          MakeBooleanChecker());
    return tid;
}

TypeId
HostTcpSocket::GetInstanceTypeId() const
{
    return GetTypeId();
}

HostTcpSocket::HostTcpSocket()
{
    WatchWindow();
}

HostTcpSocket::HostTcpSocket(const HostTcpSocket& other)
    : TcpSocketBase(other),
      m_isKeepingAlive(other.m_isKeepingAlive),
      m_time(other.m_time),
      m_interval(other.m_interval),
      m_probes(other.m_probes)
{
    WatchWindow();
}

HostTcpSocket::~HostTcpSocket()
{
    m_timer.Cancel();
}

Ptr<TcpSocketBase>
HostTcpSocket::Fork()
{
    return CopyObject<HostTcpSocket>(this);
}

void
HostTcpSocket::DoForwardUp(Ptr<Packet> packet, const Address& from, const Address& to)
{
    const Ptr<HostTcpSocket> alive(this);
    bool isProbe = false;
    if (packet->GetSize() <= LONGEST_HEADER)
    {
        TcpHeader header;
        isProbe = packet->PeekHeader(header) == packet->GetSize() && IsProbe(header);
        if (IsUnheardReset(header))
        {
            packet->RemoveHeader(header);
            header.SetFlags(TcpHeader::RST); // what it acknowledges plays no part any more
            packet->AddHeader(header);
        }
    }
    TcpSocketBase::DoForwardUp(packet, from, to);
    if (isProbe)
    {
        // RFC 9293 3.10.7.4: "If an incoming segment is not acceptable, an acknowledgment should be sent in reply".
        SendEmptyPacket(TcpHeader::ACK);
    }
    else
    {
        NoteAlive();
    }
}

void
HostTcpSocket::WatchWindow()
{
    m_txBuffer->SetRWndCallback(MakeCallback(&HostTcpSocket::GetWindowForNewData, this));
}

uint32_t
HostTcpSocket::GetWindowForNewData() const
{
    // TcpTxBuffer::NextSeg compares "sent <= window", so that a window that is exactly full yields a segment of no bytes,
    // for which SendDataPacket finds no item. With SACK, bytes in flight are fewer than those sent, and it gets there.
    const int32_t sent = m_tcb->m_highTxMark.Get() - m_txBuffer->HeadSequence();
    const uint32_t window = GetRWnd();
    const bool isFull = sent > 0 && window <= static_cast<uint32_t>(sent);
    return isFull ? static_cast<uint32_t>(sent) - 1 : window;
}

void
HostTcpSocket::PersistTimeout()
{
    if (m_txBuffer->SizeFromSequence(m_tcb->m_highTxMark) == 0)
    {
        // Nothing to probe with; what is sent later is to find the timer running.
        m_persistEvent =
            Simulator::Schedule(m_persistTimeout, &HostTcpSocket::PersistTimeout, this);
        return;
    }
    m_tcb->m_nextTxSequence = m_tcb->m_highTxMark; // RFC 9293 3.8.6.1: "one octet of new data"
    TcpSocketBase::PersistTimeout();
}

bool
HostTcpSocket::IsMeasuredBy(SequenceNumber32 acknowledged) const
{
    return !m_history.empty() && !m_history.front().retx &&
           acknowledged >= m_history.front().seq + SequenceNumber32(m_history.front().count);
}

void
HostTcpSocket::EstimateRtt(const TcpHeader& header)
{
    // ns-3 measures nothing that was sent twice, and goes back to the old time-out at each acknowledgement. Where the round
    // trip has outgrown that, all is sent twice from then on, and it never learns. RFC 7323 4.1: with timestamps, what
    // "advances the left edge of the send window" measures it; as RFC 6298 3 says, Karn's algorithm is not needed then.
    const SequenceNumber32 head = m_txBuffer->HeadSequence();
    const SequenceNumber32 acknowledged = header.GetAckNumber();
    const bool hasEcho = m_timestampEnabled && header.HasOption(TcpOption::TS);
    if (m_state >= ESTABLISHED && hasEcho && acknowledged > head && !IsMeasuredBy(acknowledged))
    {
        m_history.emplace_front(head, static_cast<uint32_t>(acknowledged - head), Simulator::Now());
    }
    TcpSocketBase::EstimateRtt(
        header); // by the echo, where the first in the history is acknowledged
}

bool
HostTcpSocket::IsProbe(const TcpHeader& header) const
{
    const bool canBeAsked = m_state == ESTABLISHED || m_state == FIN_WAIT_2;
    return canBeAsked && header.GetFlags() == TcpHeader::ACK &&
           header.GetSequenceNumber() + 1 == m_tcb->m_rxBuffer->NextRxSequence();
}

bool
HostTcpSocket::IsUnheardReset(const TcpHeader& header) const
{
    // RFC 7323 3.2: "If a non-<RST> segment is received without a TSopt, a TCP SHOULD silently drop the segment." ns-3 does
    // so with each segment that acknowledges something, an RST included. RFC 9293 3.10.7.4: the RST must be the next in turn.
    constexpr uint8_t RESET = TcpHeader::RST | TcpHeader::ACK;
    return m_state >= ESTABLISHED && (header.GetFlags() & RESET) == RESET &&
           !header.HasOption(TcpOption::TS) &&
           header.GetSequenceNumber() == m_tcb->m_rxBuffer->NextRxSequence();
}

void
HostTcpSocket::NoteAlive()
{
    if (!m_isKeepingAlive)
    {
        return;
    }
    if (m_keepAlive)
    {
        m_keepAlive->HandleSegment(CoreNow());
    }
    else if (m_state == ESTABLISHED)
    {
        m_keepAlive.emplace(
            imsfw::access::KeepAliveSettings{imsfw::Duration(m_time.GetNanoSeconds()),
                                             imsfw::Duration(m_interval.GetNanoSeconds()),
                                             m_probes},
            CoreNow());
        Arm();
    }
}

void
HostTcpSocket::Arm()
{
    if (const auto next = m_keepAlive->NextTimeout())
    {
        m_timer = Simulator::Schedule(
            NanoSeconds((*next - CoreNow()).count()), &HostTcpSocket::HandleTimeout, this);
    }
}

void
HostTcpSocket::HandleTimeout()
{
    if (m_state != ESTABLISHED && m_state != CLOSE_WAIT)
    {
        return;
    }
    switch (m_keepAlive->HandleTimeout(CoreNow(), m_txBuffer->Size() > 0))
    {
    case KeepAlive::Action::NONE:
        break;
    case KeepAlive::Action::PROBE:
        Probe();
        break;
    case KeepAlive::Action::GIVE_UP:
        GiveUp();
        return;
    }
    Arm();
}

void
HostTcpSocket::Probe()
{
    // RFC 9293 3.8.4: an empty segment with SEG.SEQ = SND.NXT-1. ns-3 numbers empty segments by what it sends next.
    const SequenceNumber32 next = m_tcb->m_nextTxSequence;
    m_tcb->m_nextTxSequence = m_txBuffer->HeadSequence() - 1;
    SendEmptyPacket(TcpHeader::ACK);
    m_tcb->m_nextTxSequence = next;
}

void
HostTcpSocket::GiveUp()
{
    const Ptr<HostTcpSocket> alive(this);
    m_isGivenUp = true;
    SendEmptyPacket(TcpHeader::RST);
    CancelAllTimers();
    m_state = CLOSED;
    DeallocateEndPoint(); // before the user is told, who closes: nothing is to be sent any more
    NotifyErrorClose();
}

} // namespace imsaccess
} // namespace ns3
