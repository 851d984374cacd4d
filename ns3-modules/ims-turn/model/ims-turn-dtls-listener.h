// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// A UDP port that speaks DTLS with everybody who begins to: the associations of a server, by the other end's address.
///
/// Left out: a client that begins anew from the address of an association that is still there (RFC 6347 4.2.8) has to wait
/// until that one has expired.
#ifndef IMS_TURN_DTLS_LISTENER_H
#define IMS_TURN_DTLS_LISTENER_H

#include "base/address.h"
#include "base/bytes.h"
#include "base/time.h"
#include "ims-tls-core-driver.h"
#include "ims-tls-dtls-association.h"
#include "ims-tls-socket-factory.h"
#include "ims-turn-udp-port.h"

#include "ns3/node.h"
#include "ns3/ptr.h"
#include "ns3/simple-ref-count.h"

#include <cstddef>
#include <functional>
#include <map>

namespace ns3
{
namespace imsturn
{

class DtlsListener : public SimpleRefCount<DtlsListener>
{
  public:
    struct Handlers
    {
        std::function<void(const imsfw::Endpoint& from, imsfw::ByteView data)> onData;
        /// An association that was open is over: closed, failed, or nothing came for too long.
        std::function<void(const imsfw::Endpoint& from)> onClosed;
        /// A datagram that is neither the beginning of an association nor of one that is there.
        std::function<void(const imsfw::Endpoint& from, std::size_t size)> onStray;
    };

    struct Settings
    {
        Ptr<imstls::TlsSocketFactory> factory; ///< with a server's context of datagrams
        imsfw::Endpoint local;
        imsfw::Duration idle{}; ///< an association that nothing came by for so long is forgotten
    };

    /// @return nothing where the port is taken.
    static Ptr<DtlsListener> Open(Ptr<Node> node, const Settings& settings, Handlers handlers);
    ~DtlsListener();

    /// Ignored where there is no open association with @p to.
    void Send(const imsfw::Endpoint& to, imsfw::ByteView data);
    /// Closes all associations; no handler is called any more, and the port is free again.
    void Close();

    std::size_t
    GetCount() const
    {
        return m_clients.size();
    }

  private:
    struct Client
    {
        Ptr<imstls::DtlsAssociation> association;
        imsfw::TimePoint heard{};
        bool isOpen{false};
    };

    DtlsListener(Ptr<Node> node, const Settings& settings, Handlers handlers);
    void HandleDatagram(const imsfw::Endpoint& from, imsfw::ByteView datagram);
    void Accept(const imsfw::Endpoint& from);
    void Forget(const imsfw::Endpoint& from);
    void ForgetIdle();

    Ptr<Node> m_node;
    Settings m_settings;
    Handlers m_handlers;
    Ptr<UdpPort> m_port;
    std::map<imsfw::Endpoint, Client> m_clients;
    imstls::CoreTimer m_timer;
};

} // namespace imsturn
} // namespace ns3

#endif // IMS_TURN_DTLS_LISTENER_H
