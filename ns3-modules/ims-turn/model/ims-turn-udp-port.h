// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// A UDP port of a node: datagrams in, datagrams out, ICMP errors by name. IPv4 only.
#ifndef IMS_TURN_UDP_PORT_H
#define IMS_TURN_UDP_PORT_H

#include "base/address.h"
#include "base/bytes.h"
#include "base/stream-layer.h"

#include "ns3/ipv4-address.h"
#include "ns3/node.h"
#include "ns3/ptr.h"
#include "ns3/simple-ref-count.h"
#include "ns3/socket.h"

#include <cstdint>
#include <functional>

namespace ns3
{
namespace imsturn
{

class UdpPort : public SimpleRefCount<UdpPort>
{
  public:
    struct Handlers
    {
        std::function<void(const imsfw::Endpoint& from, imsfw::ByteView data)> onData;
        /// Optional. Something that was sent from here could not be delivered: layer "udp", reason "icmp-unreachable".
        std::function<void(const imsfw::StreamFailure&)> onUnreachable;
    };

    /// @param local 0.0.0.0 stands for all addresses of the node, port 0 for any free port
    /// @return nothing where that port is taken. Handlers may close the port or let go of it.
    static Ptr<UdpPort> Open(Ptr<Node> node, const imsfw::Endpoint& local, Handlers handlers);

    ~UdpPort();

    /// Ignored after Close. What has no route is lost, as everything may be on UDP.
    void Send(const imsfw::Endpoint& to, imsfw::ByteView data);
    /// No handler is called any more, and the port is free again.
    void Close();

    uint16_t GetPort() const;

  private:
    UdpPort(Ptr<Socket> socket, Handlers handlers);
    void HandleReadable(Ptr<Socket> socket);
    void HandleIcmp(Ipv4Address from, uint8_t ttl, uint8_t type, uint8_t code, uint32_t info);

    Ptr<Socket> m_socket; ///< null after Close
    Handlers m_handlers;
    uint16_t m_port{0};
};

} // namespace imsturn
} // namespace ns3

#endif // IMS_TURN_UDP_PORT_H
