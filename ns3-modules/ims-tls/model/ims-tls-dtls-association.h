// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// One DTLS association on a node: a core's DtlsSession with its timer; whoever owns the UDP port gives and takes datagrams.
///
/// What it computes takes no time of the node's CPU.
#ifndef IMS_TLS_DTLS_ASSOCIATION_H
#define IMS_TLS_DTLS_ASSOCIATION_H

#include "base/address.h"
#include "base/bytes.h"
#include "base/stream-layer.h"
#include "ims-tls-core-driver.h"
#include "ims-tls-dtls-session.h"
#include "ims-tls-socket-factory.h"

#include "ns3/ptr.h"
#include "ns3/simple-ref-count.h"

#include <cstddef>
#include <functional>
#include <memory>

namespace ns3
{
namespace imstls
{

class DtlsAssociation : public SimpleRefCount<DtlsAssociation>
{
  public:
    /// Any but onSend may close the association or let go of it.
    struct Handlers
    {
        std::function<void(imsfw::ByteView)> onSend; ///< a datagram for the peer
        std::function<void()> onOpen;
        std::function<void(imsfw::ByteView)> onData; ///< what one Send of the peer took
        std::function<void()> onClosed;              ///< by the peer; nothing follows
        std::function<void(const imsfw::StreamFailure&)> onFailure; ///< nothing follows
    };

    struct Ends
    {
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
    /// Tells the peer; no handler but onSend is called any more, and that one before this returns.
    void Close();

    /// @return datagrams that arrived and meant nothing.
    std::size_t GetDiscarded() const;

  private:
    DtlsAssociation(Ptr<TlsSocketFactory> factory,
                    std::unique_ptr<imsfw::tls::DtlsSession> session,
                    const Ends& ends,
                    Handlers handlers);
    void Start();
    void SendAll();
    /// Transmits, then events, then the timer; the one place where something leaves the core.
    void Drain();
    void Notify(const imsfw::StreamEvent& event);

    Ptr<TlsSocketFactory> m_factory; ///< keeps what the session draws from
    std::unique_ptr<imsfw::tls::DtlsSession> m_session;
    Ends m_ends;
    Handlers m_handlers;
    CoreTimer m_timer;
    bool m_isDraining{false};
    bool m_isClosed{false};
};

} // namespace imstls
} // namespace ns3

#endif // IMS_TLS_DTLS_ASSOCIATION_H
