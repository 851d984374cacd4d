// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// What a TURN client talks to its server over: a UDP port, with or without DTLS, or a stream of any kind.
#ifndef IMS_TURN_SERVER_LINK_H
#define IMS_TURN_SERVER_LINK_H

#include "base/address.h"
#include "base/bytes.h"
#include "base/stream-layer.h"
#include "ims-tls-dtls-association.h"
#include "ims-tls-stream.h"
#include "ims-turn-udp-port.h"

#include "ns3/node.h"
#include "ns3/ptr.h"
#include "ns3/simple-ref-count.h"
#include "ns3/socket-factory.h"

#include <cstddef>
#include <functional>

namespace ns3
{
namespace imsturn
{

class ServerLink : public SimpleRefCount<ServerLink>
{
  public:
    struct Handlers
    {
        std::function<void()> onOpen; ///< not of plain UDP, which is open from the beginning
        std::function<void(imsfw::ByteView)> onData;
        /// Could not be opened, broke, or was closed by the server. On plain UDP: every ICMP error.
        std::function<void(const imsfw::StreamFailure&)> onFailure;
    };

    /// Calls no handler before it returns. @param factory makes the stream, or DTLS where it is a TlsSocketFactory of datagrams; null is UDP
    /// @return nothing where the node has no UDP port left
    static Ptr<ServerLink> Open(Ptr<Node> node,
                                Ptr<SocketFactory> factory,
                                const imsfw::Endpoint& server,
                                Handlers handlers);
    ~ServerLink();

    void Send(imsfw::ByteView bytes);
    /// Sends what is queued; no handler is called any more. The link may be let go of.
    void Close();
    /// The same without a last word: for when the simulation is over, and there is no network to say it in.
    void Abandon();

    bool IsStream() const;
    /// @return whether it is plain UDP: then it need not be waited for.
    bool IsPlainUdp() const;
    /// @return our own end; its port is 0 while a stream has none.
    imsfw::Endpoint GetLocal() const;
    /// @return bytes that the socket has not taken yet; 0 on UDP and DTLS.
    std::size_t GetQueued() const;

  private:
    ServerLink(const imsfw::Endpoint& server, Handlers handlers);
    bool OpenUdp(Ptr<Node> node);
    void OpenDtls(Ptr<Node> node, Ptr<imstls::TlsSocketFactory> factory);
    void OpenStream(Ptr<SocketFactory> factory);

    imsfw::Endpoint m_server;
    Handlers m_handlers;
    imsfw::Endpoint m_udpLocal;
    Ptr<UdpPort> m_port;
    Ptr<imstls::DtlsAssociation> m_dtls; ///< over m_port
    Ptr<imstls::Stream> m_stream;
};

} // namespace imsturn
} // namespace ns3

#endif // IMS_TURN_SERVER_LINK_H
