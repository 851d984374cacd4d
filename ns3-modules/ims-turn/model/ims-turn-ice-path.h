// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Media by whatever pair of candidates works best: ICE over a node's UDP port, its TCP port and TURN allocations.
///
/// RFC 8445, 8839, 6544, 7675 by the core's agent; this gathers candidates and moves bytes. Candidates are told all at
/// once, when all are there or GatherWait is over. Left out: IPv6, trickling, the server-reflexive address that an
/// Allocate response tells (the Binding of the host's port tells it).
#ifndef IMS_TURN_ICE_PATH_H
#define IMS_TURN_ICE_PATH_H

#include "ims-tls-core-driver.h"
#include "ims-turn-binding-client.h"
#include "ims-turn-ice-agent.h"
#include "ims-turn-ice-tcp.h"
#include "ims-turn-media-path.h"
#include "ims-turn-relay-path.h"
#include "ims-turn-udp-port.h"

#include "ns3/event-id.h"
#include "ns3/nstime.h"
#include "ns3/ptr.h"
#include "ns3/socket-factory.h"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace ns3
{
namespace imsturn
{

class IcePath : public MediaPath
{
  public:
    /// The pair in use, as this end sees it.
    struct Selection
    {
        imsfw::ice::SelectedPair pair;
        /// What this end sends over: "udp" or "tcp"; for a relayed candidate the name of its server's transport.
        std::string transport;
        std::optional<std::size_t> server; ///< relayed candidates: the number of the AddServer call
    };

    /// One thing that was tried: to gather a candidate, or to reach one of the peer's from one's own.
    struct Leg
    {
        std::string local;      ///< "srflx udp", "relay tls"
        std::string remote;     ///< "host udp 192.0.2.10:40000"; empty: the gathering
        std::string state;      ///< "gathered", "failed", "unanswered"; of a pair as its trace says
        std::string why;        ///< for people, where more is known
        imsfw::Endpoint from{}; ///< the node's own address; port 0: any
        imsfw::Endpoint to{};   ///< where its packets went: the server, or the peer's candidate
        bool isTcp{false};
    };

    static TypeId GetTypeId();
    IcePath();
    ~IcePath() override;

    /// Learn the server-reflexive address of the host's UDP port from @p server. Before Open; without, there is none.
    void SetStunServer(const imsfw::Endpoint& server);
    /// A TURN server by one transport, the most wanted first. Before Open.
    /// @param name of the transport, for people and phases: "udp", "tcp", "tls"
    /// @param factory makes the stream to it; null is UDP
    void AddServer(const std::string& name,
                   const imsfw::Endpoint& server,
                   Ptr<SocketFactory> factory);
    void SetCredentials(const std::string& user, const std::string& password);
    /// RFC 8445 6.1.1: whether this end makes the offer. Before Open; true at first.
    void SetControlling(bool isControlling);
    /// @param port of the UDP host candidate; 0 (the default) takes any. Before Open.
    void SetLocalPort(uint16_t port);

    void Open() override;
    /// A peer that does no ICE: talk with it from the default candidate (RFC 8839 4.2.5: as without ICE).
    void SetPeer(const imsfw::Endpoint& peer) override;
    std::optional<imsfw::ice::Description> GetIceDescription() const override;
    void SetIcePeer(const imsfw::ice::Description& peer) override;
    void Send(imsfw::ByteView packet) override;
    void Close() override;

    /// @return the pair in use, or the last one that was.
    const std::optional<Selection>& GetSelection() const;

    /// @return all that was tried since Open: servers in the order of their calls, then pairs, the most wanted first.
    std::vector<Leg> GetLegs() const;

    /// Signature of Selected.
    typedef void (*SelectedCallback)(const Selection& selection);

  protected:
    void DoDispose() override;

  private:
    struct PeerState
    {
        bool isReady{false};
        std::vector<imsfw::Bytes> waiting;
    };

    struct Relay
    {
        std::string name;
        imsfw::Endpoint server;
        Ptr<SocketFactory> factory;
        Ptr<RelayPath> path; ///< null while it is not open
        bool isSettled{false};
        bool isGathered{false};
        std::string failure{}; ///< for people
        std::map<imsfw::Endpoint, PeerState> peers;
    };

    imsfw::ice::AgentConfig MakeConfig() const;

    // Gathering: ims-turn-ice-gathering.cc
    bool OpenHost();
    void OpenTcp();
    void StartStun();
    void DrainStun();
    void StartRelay(std::size_t index);
    void HandleRelayReady(std::size_t index, const imsfw::Endpoint& relayed);
    void HandleRelayFailed(std::size_t index, const imsfw::StreamFailure& failure);
    void TakePhases(const Relay& relay);
    void CheckGathered();
    void FinishGathering();
    const imsfw::ice::LocalCandidate& DefaultCandidate() const;

    // ims-turn-ice-legs.cc
    Leg LegOf(const imsfw::ice::CandidatePair& pair) const;

    // Moving bytes: ims-turn-ice-path.cc
    void HandleDatagram(const imsfw::Endpoint& from, imsfw::ByteView data);
    void HandlePacket(std::size_t base, const imsfw::Endpoint& from, imsfw::ByteView data);
    void HandleLost(std::size_t base,
                    const std::optional<imsfw::Endpoint>& peer,
                    const imsfw::StreamFailure& failure);
    void HandleTimeout();
    void Drain();
    void Transmit(const imsfw::ice::Transmit& transmit);
    void TransmitOverRelay(std::size_t index, const imsfw::ice::Transmit& transmit);
    void HandlePeerReady(std::size_t index, const imsfw::Endpoint& peer);
    void Notify(const imsfw::ice::AgentEvent& event);
    void HandleSelected(const imsfw::ice::SelectedPair& pair);
    void ReleaseUnused();
    void Release();

    std::string m_profile;
    Time m_ta;
    Time m_nominationWait;
    Time m_gatherWait;
    Time m_releaseWait;
    bool m_isLite;
    bool m_hasTcp;
    bool m_hasConsent;
    std::optional<imsfw::Endpoint> m_stunServer;
    std::string m_user{"ue"};
    std::string m_password{"secret"};
    bool m_isControlling{true};
    uint16_t m_localPort{0};

    bool m_isOpen{false};
    bool m_isGathering{false};
    bool m_isStunSettled{true};
    bool m_isMapped{false}; ///< the STUN server told a reflexive address
    bool m_isWaitOver{false};
    bool m_isDraining{false};
    imsfw::Endpoint m_host;
    Ptr<UdpPort> m_port;
    Ptr<IceTcp> m_tcp;
    std::vector<Relay> m_relays;
    std::unique_ptr<imsfw::stun::BindingClient> m_stun;
    std::unique_ptr<imsfw::ice::Agent> m_agent;
    std::optional<imsfw::ice::Description> m_early; ///< the peer's, where it came before onReady
    std::optional<imsfw::Endpoint> m_plainPeer;     ///< one that does no ICE
    std::optional<Selection> m_selection;
    std::string m_lastRelayFailure; ///< for people, where no pair is found
    imstls::CoreTimer m_timer;
    imstls::CoreTimer m_stunTimer;
    EventId m_gatherEvent;
    EventId m_releaseEvent;
    std::vector<EventId> m_startEvents;
    TracedCallback<const Selection&> m_selectedTrace;
};

} // namespace imsturn
} // namespace ns3

#endif // IMS_TURN_ICE_PATH_H
