// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The TCP host candidates of a node: one that peers connect to, and one that connects to peers.
///
/// RFC 6544 (active and passive candidates), RFC 4571 (framing of everything on the connections). Left out: simultaneous
/// open.
#ifndef IMS_TURN_ICE_TCP_H
#define IMS_TURN_ICE_TCP_H

#include "base/address.h"
#include "base/bytes.h"
#include "base/stream-layer.h"
#include "ims-tls-stream.h"
#include "ims-turn-packet-framer.h"

#include "ns3/node.h"
#include "ns3/ptr.h"
#include "ns3/simple-ref-count.h"
#include "ns3/socket-factory.h"
#include "ns3/socket.h"

#include <functional>
#include <map>
#include <utility>

namespace ns3
{
namespace imsturn
{

class IceTcp : public SimpleRefCount<IceTcp>
{
  public:
    /// Who opened a connection.
    enum class Side
    {
        ACTIVE,  ///< this end
        PASSIVE, ///< the peer
    };

    struct Handlers
    {
        std::function<void(Side side, const imsfw::Endpoint& peer, imsfw::ByteView packet)>
            onPacket;
        /// A connection could not be opened, broke, or was closed by the peer.
        std::function<void(
            Side side, const imsfw::Endpoint& peer, const imsfw::StreamFailure& failure)>
            onFailure;
    };

    /// @return nothing where the node has no TCP port left.
    static Ptr<IceTcp> Open(Ptr<Node> node, Handlers handlers);
    ~IceTcp();

    /// Over the connection with @p peer; on the active side, one is opened where there is none. A packet that finds too
    /// many others waiting is dropped.
    void Send(Side side, const imsfw::Endpoint& peer, imsfw::ByteView packet);
    /// No handler is called any more.
    void Close();

    /// @return where peers connect to.
    uint16_t GetPort() const;

  private:
    struct Connection
    {
        Ptr<imstls::Stream> stream;
        imsfw::ice::PacketFramer framer;
    };

    using Key = std::pair<Side, imsfw::Endpoint>;

    IceTcp(Ptr<SocketFactory> factory, Ptr<Socket> listener, Handlers handlers);
    void HandleAccept(Ptr<Socket> socket);
    imstls::Stream::Handlers HandlersOf(const Key& key);
    void HandleBytes(const Key& key, imsfw::ByteView bytes);
    void HandleFailure(const Key& key, const imsfw::StreamFailure& failure);

    Ptr<SocketFactory> m_factory;
    Ptr<Socket> m_listener; ///< null after Close
    Handlers m_handlers;
    uint16_t m_port{0};
    std::map<Key, Connection> m_connections;
};

} // namespace imsturn
} // namespace ns3

#endif // IMS_TURN_ICE_TCP_H
