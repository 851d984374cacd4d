// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The TURN server's TCP side: listeners at relayed addresses, connections with peers by their numbers (RFC 6062).
///
/// Decides nothing. A connection between two relayed addresses of this server stays in here: ns-3 hands a node's packets to
/// itself on to its TCP at once, within the call that sends them, which that TCP does not survive. Others are opened from the relayed address and port; where a connection from there is there
/// already (ns-3 gives an address and port to one connecting socket at a time), from another port of that address.
#ifndef IMS_TURN_TCP_RELAYS_H
#define IMS_TURN_TCP_RELAYS_H

#include "base/address.h"
#include "base/bytes.h"
#include "ims-tls-stream.h"

#include "ns3/node.h"
#include "ns3/ptr.h"
#include "ns3/socket.h"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>

namespace ns3
{
namespace imsturn
{

class TcpRelays
{
  public:
    struct Handlers
    {
        /// @return the number of the connection; nothing: it is to be closed
        std::function<std::optional<uint32_t>(uint16_t port, const imsfw::Endpoint& peer)> onAccept;
        std::function<void(uint32_t connection)> onConnected;
        std::function<void(uint32_t connection)> onConnectFailed;
        std::function<void(uint32_t connection, imsfw::ByteView bytes)> onData;
        std::function<void(uint32_t connection)> onClosed; ///< it ended, or broke
        std::function<void(uint32_t connection)>
            onDrained; ///< the peer has taken all that was sent
    };

    TcpRelays(Ptr<Node> node, Handlers handlers);
    ~TcpRelays();
    TcpRelays(const TcpRelays&) = delete;
    TcpRelays& operator=(const TcpRelays&) = delete;

    /// @return false where the node does not give the port.
    bool Listen(uint16_t port);
    void StopListening(uint16_t port);
    void Connect(uint32_t connection, const imsfw::Endpoint& local, const imsfw::Endpoint& peer);
    /// Those that are not known (any more) are ignored.
    void Send(uint32_t connection, imsfw::ByteView bytes);
    void SetReading(uint32_t connection, bool isReading);
    void Close(uint32_t connection);
    std::size_t GetQueued(uint32_t connection) const;

  private:
    void HandleAccept(uint16_t port, Ptr<Socket> socket);
    imstls::Stream::Handlers MakeHandlers(uint32_t connection, bool isOutgoing);
    void HandleEnd(uint32_t connection);

    struct Connection
    {
        Ptr<imstls::Stream> stream; ///< null within this server
        bool isConnecting{false};
        uint32_t twin{0};     ///< within this server: the other end; 0: closed
        bool isReading{true}; ///< within this server
        imsfw::Bytes unread;  ///< within this server: what the twin has sent
    };

    // Connections within this server. Each thing happens in an event of its own, as over a network.
    void ConnectWithin(uint32_t connection, const imsfw::Endpoint& local, uint16_t port);
    void Deliver(uint32_t connection);
    void EndWithin(uint32_t connection);
    void Later(std::function<void()> action);

    Ptr<Node> m_node;
    Handlers m_handlers;
    std::map<uint16_t, Ptr<Socket>> m_listeners;
    std::map<uint32_t, Connection> m_connections;
    std::shared_ptr<bool> m_isAlive; ///< what happens later happens while this lives
};

} // namespace imsturn
} // namespace ns3

#endif // IMS_TURN_TCP_RELAYS_H
