// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// One DTLS association on a node: a core's DtlsSession with its timer; whoever owns the UDP port gives and takes datagrams.
///
/// On a node with a CPU (ims-cpu) it computes as a TLS connection does: what it makes leaves when the CPU has done the work,
/// and one core at a time serves it. What comes and what is to be sent meanwhile waits, up to MAX_WAITING bytes; more is lost,
/// as in a full socket buffer.
#ifndef IMS_TLS_DTLS_ASSOCIATION_H
#define IMS_TLS_DTLS_ASSOCIATION_H

#include "base/address.h"
#include "base/bytes.h"
#include "base/queue.h"
#include "base/stream-layer.h"
#include "ims-cpu-processor.h"
#include "ims-tls-core-driver.h"
#include "ims-tls-dtls-session.h"
#include "ims-tls-socket-factory.h"

#include "ns3/node.h"
#include "ns3/ptr.h"
#include "ns3/simple-ref-count.h"

#include <cstddef>
#include <functional>
#include <memory>
#include <vector>

namespace ns3
{
namespace imstls
{

class DtlsAssociation : public SimpleRefCount<DtlsAssociation>
{
  public:
    /// As ns-3's UdpSocketImpl::RcvBufSize.
    static constexpr std::size_t MAX_WAITING = 1 << 17;

    /// Any but onSend may close the association or let go of it.
    struct Handlers
    {
        std::function<void(imsfw::ByteView)> onSend; ///< a datagram for the peer
        std::function<void()> onOpen;
        std::function<void(imsfw::ByteView)> onData; ///< what one Send of the peer took
        std::function<void()> onClosed;              ///< by the peer; nothing follows
        std::function<void(const imsfw::StreamFailure&)> onFailure; ///< nothing follows
        /// A datagram of so many bytes came that meant nothing, or that there was no room for; may be empty.
        std::function<void(std::size_t)> onDiscarded{};
    };

    struct Ends
    {
        Ptr<Node> node; ///< whose CPU computes
        imsfw::Endpoint local;
        imsfw::Endpoint remote;
    };

    /// @param factory with a client's context of datagrams; it says whom to trust, and is told of the handshake
    static Ptr<DtlsAssociation> Connect(Ptr<TlsSocketFactory> factory,
                                        const Ends& ends,
                                        Handlers handlers);
    /// @param factory with a server's context of datagrams
    static Ptr<DtlsAssociation> Accept(Ptr<TlsSocketFactory> factory,
                                       const Ends& ends,
                                       Handlers handlers);
    ~DtlsAssociation();

    /// A datagram came from the peer.
    void HandleInput(imsfw::ByteView datagram);
    /// Nothing more comes or goes, such as an ICMP error tells.
    void HandleLowerFailed(const imsfw::StreamFailure& failure);
    /// Ignored unless open.
    void Send(imsfw::ByteView data);
    /// Tells the peer; no handler but onSend is called any more, and that one before this returns: what is still being
    /// computed then is charged, but not waited for.
    void Close();

  private:
    /// What came, or is to be sent, while the CPU was at work.
    struct Waiting
    {
        bool isInput;
        imsfw::Bytes bytes;
    };

    /// What the session has made, and what may be seen of it once the CPU has done the work behind it.
    struct Output
    {
        std::vector<imsfw::Bytes> transmits;
        std::vector<imsfw::StreamEvent> events;
    };

    DtlsAssociation(Ptr<TlsSocketFactory> factory,
                    std::unique_ptr<imsfw::tls::DtlsSession> session,
                    const Ends& ends,
                    Handlers handlers);
    void Start();
    void Do(bool isInput, imsfw::ByteView bytes);
    void Wait(bool isInput, imsfw::ByteView bytes);
    /// Transmits, then events, then the timer; the one place where something leaves the core.
    void Drain();
    /// @return false where the session had nothing.
    bool TakeOutput();
    Output PollOutput();
    /// The CPU has done a job: let out what it made, then go on with what waited for it.
    void HandleComputed();
    void Release(const Output& output);
    void Notify(const imsfw::StreamEvent& event);
    void ReportTraffic();

    Ptr<TlsSocketFactory> m_factory; ///< keeps what the session draws from
    std::unique_ptr<imsfw::tls::DtlsSession> m_session;
    Ends m_ends;
    Handlers m_handlers;
    CoreTimer m_timer;
    imscpu::Lane m_lane;              ///< while it is busy, nothing new goes into the session
    imsfw::Queue<Output> m_computing; ///< in the lane, in its order
    imsfw::Queue<Waiting> m_waiting;
    std::size_t m_waitingSize{0};
    bool m_isDraining{false};
    bool m_isClosed{false};
};

} // namespace imstls
} // namespace ns3

#endif // IMS_TLS_DTLS_ASSOCIATION_H
