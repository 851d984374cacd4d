// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// A firewall engine on an ordinary ns-3 router: packets go in as bytes, come out as bytes, and are routed as before.
///
/// IPv4 only. Packets that the router sends for itself do not pass the engine; nor do multicast and broadcast. The
/// engine sees each packet with its IPv4 header; what it sends on is routed by the node's own routing protocol, its TTL
/// lowered by ns-3's forwarding, and what it makes itself (RST, ICMP errors) is sent as from this node. IPv4 options and
/// ns-3's packet tags do not survive.
///
/// On a node with a CPU (ims-cpu), the engine judges a packet as it comes in, and what it lets out leaves when the CPU has
/// done the work: "firewall/packet" for each, "firewall/inspect" for each whose content it looked at. Packets leave in the
/// order of their arrival.
#ifndef IMS_FIREWALL_ROUTER_H
#define IMS_FIREWALL_ROUTER_H

#include "engine/chain.h"
#include "ims-cpu-processor.h"
#include "ims-firewall-routing.h"
#include "ims-tls-core-driver.h"

#include "ns3/event-id.h"
#include "ns3/ipv4-header.h"
#include "ns3/ipv4.h"
#include "ns3/node.h"
#include "ns3/nstime.h"
#include "ns3/object.h"
#include "ns3/traced-callback.h"

#include <cstdint>
#include <map>
#include <memory>
#include <set>

namespace ns3
{
namespace imsfirewall
{

class FirewallRouter : public Object
{
  public:
    static TypeId GetTypeId();

    FirewallRouter();
    ~FirewallRouter() override;

    /// Take over the forwarding of @p node, which has an IPv4 stack and its routes already. The external addresses of
    /// the outermost stage are claimed (see ClaimAddress).
    /// @param stages one firewall, or several in a row, the innermost first
    /// @param random what the engines draw from; nobody else does
    void Install(Ptr<Node> node,
                 std::vector<imsfw::engine::Chain::Stage> stages,
                 std::unique_ptr<imsfw::RandomSource> random);

    /// Say which side an interface is on. Packets from an interface without a zone are dropped, and traced as refused.
    void SetZone(uint32_t interface, imsfw::engine::Zone zone);

    /// Offer packets to one of the node's own addresses to the engine too: an external address of its NAT. ICMP echo
    /// requests to it are still answered by the node unless the attribute AnswerEcho says otherwise.
    void ClaimAddress(Ipv4Address address);

    /// @return the engines, for their counters; nullptr before Install.
    const imsfw::engine::Chain* GetEngine() const;
    /// @return the decorator, which knows the node's own routing protocol.
    Ptr<FirewallRouting> GetRouting() const;

    /// Each verdict of the engine, as it falls.
    typedef void (*VerdictCallback)(const imsfw::engine::VerdictEvent& verdict);
    /// @param packet with its IPv4 header
    typedef void (*PacketCallback)(Ptr<const Packet> packet);

    /// @return packets that were dropped unseen, as too many were waiting for the CPU.
    uint64_t GetOverloadDrops() const;

  protected:
    void DoDispose() override;

  private:
    /// How the packets that were handed in by one call of ns-3 go on: through that call's forwarding.
    using Forward = Ipv4RoutingProtocol::UnicastForwardCallback;

    FirewallRouting::Outcome HandlePacket(Ptr<const Packet> packet,
                                          const Ipv4Header& header,
                                          uint32_t incomingInterface,
                                          const Forward& forward);
    bool IsEchoToNode(Ptr<const Packet> packet, const Ipv4Header& header) const;
    void HandleTimeout();
    void Reboot();
    /// All that the engine wants done after an input, in the order of the architecture: transmits, events, timer.
    void Drain();
    /// As Drain's transmits, once the node's CPU has done the work behind them.
    void TransmitWhenDone();
    /// @return what the engine has done since the last call, for the CPU.
    imsfw::WorkList TakeWork(std::size_t packetSize);
    void Transmit(const imsfw::engine::OutPacket& out, const Forward& forward);
    void SendOut(imsfw::engine::TransmitKind kind, Ptr<Packet> packet, const Forward& forward);

    Ptr<Node> m_node;
    Ptr<Ipv4> m_ipv4;
    Ptr<FirewallRouting> m_routing;
    std::unique_ptr<imsfw::RandomSource> m_random; ///< outlives the engine
    std::unique_ptr<imsfw::engine::Chain> m_engine;
    imstls::CoreTimer m_timer;
    imscpu::Lane m_lane;
    uint32_t m_maxBacklog;
    uint64_t m_overloadDrops{0};
    imsfw::WorkList m_work;       ///< of the packet that is being judged
    uint64_t m_inspected{0};      ///< packets, and bytes, that the CPU was charged for
    uint64_t m_inspectedBytes{0}; ///< likewise
    std::map<uint32_t, imsfw::engine::Zone> m_zones; ///< by interface
    std::set<Ipv4Address> m_claimed;
    Forward m_forward; ///< ns-3's own, which lowers the TTL
    bool m_answersEcho;
    Time m_rebootAt;
    EventId m_reboot;
    uint32_t m_forwardedByDrain{0};
    TracedCallback<const imsfw::engine::VerdictEvent&> m_verdictTrace;
    TracedCallback<Ptr<const Packet>> m_offeredTrace;
    TracedCallback<Ptr<const Packet>> m_forwardedTrace;
    TracedCallback<Ptr<const Packet>> m_generatedTrace;
    TracedCallback<Ptr<const Packet>> m_refusedTrace;
    TracedCallback<Ptr<const Packet>> m_overloadedTrace;
};

} // namespace imsfirewall
} // namespace ns3

#endif // IMS_FIREWALL_ROUTER_H
