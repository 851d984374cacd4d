// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Media over a UDP socket of the node: advertised is the host address, or the one that a STUN server saw.
///
/// RFC 8489 (Binding). Decides nothing but where packets go: to the peer that the signalling named, or (latching) to
/// where packets come from. ICMP errors fail the path while it asks the STUN server; later they are only traced, since
/// a peer's NAT may refuse until the peer's own packets have opened it.
#ifndef IMS_TURN_DIRECT_PATH_H
#define IMS_TURN_DIRECT_PATH_H

#include "ims-tls-core-driver.h"
#include "ims-turn-binding-client.h"
#include "ims-turn-media-path.h"
#include "ims-turn-udp-port.h"

#include "ns3/ipv4-address.h"
#include "ns3/ptr.h"

#include <memory>
#include <optional>

namespace ns3
{
namespace imsturn
{

class DirectPath : public MediaPath
{
  public:
    static TypeId GetTypeId();
    DirectPath();
    ~DirectPath() override;

    /// Learn the server-reflexive address from @p server and advertise that. Before Open; without a STUN server the
    /// host address is advertised, and onReady runs within Open.
    void SetStunServer(const imsfw::Endpoint& server);
    /// @param port to send from and listen at; 0 (the default) takes any. Before Open.
    void SetLocalPort(uint16_t port);
    /// Send to where the last packet came from, once one has come (symmetric RTP, RFC 4961, as media gateways behind
    /// SBCs do); until then to the peer that was set.
    void SetLatch(bool isLatching);

    void Open() override;
    void SetPeer(const imsfw::Endpoint& peer) override;
    void Send(imsfw::ByteView packet) override;
    void Close() override;

    /// @return whom packets are sent to now; nothing without a peer.
    std::optional<imsfw::Endpoint> GetPeer() const;

  protected:
    void DoDispose() override;

  private:
    imsfw::IpAddress GetLocalAddress() const;
    void Gather();
    void Advertise(const imsfw::Endpoint& endpoint);
    void HandleDatagram(const imsfw::Endpoint& from, imsfw::ByteView data);
    void HandleUnreachable(const imsfw::StreamFailure& failure);
    void HandleTimeout();
    /// Transmits, then the event, then the timer; the one place where something leaves the core.
    void Drain();
    void Release();

    Ipv4Address m_localAddress;
    uint16_t m_localPort;
    bool m_isLatching;
    std::optional<imsfw::Endpoint> m_stunServer;

    Ptr<UdpPort> m_port; ///< null while the path is closed
    std::unique_ptr<imsfw::stun::BindingClient> m_core;
    bool m_isGathering{false};
    imstls::CoreTimer m_timer;
    std::optional<imsfw::Endpoint> m_peer;    ///< from the signalling
    std::optional<imsfw::Endpoint> m_latched; ///< from the packets
};

} // namespace imsturn
} // namespace ns3

#endif // IMS_TURN_DIRECT_PATH_H
