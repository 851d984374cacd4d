// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// A STUN and TURN server on a node: UDP, DTLS and stream listeners, relay sockets, around the core's Server.
///
/// Decides nothing about TURN. TCP allocations (RFC 6062) hold back whoever sends faster than the other side takes. Left
/// out: IPv6, more than one relay address, telling clients of ICMP errors at relay sockets (RFC 8656 11.5).
#ifndef IMS_TURN_SERVER_APPLICATION_H
#define IMS_TURN_SERVER_APPLICATION_H

#include "base/address.h"
#include "base/random.h"
#include "ims-cpu-processor.h"
#include "ims-tls-core-driver.h"
#include "ims-tls-stream.h"
#include "ims-turn-dtls-listener.h"
#include "ims-turn-server-types.h"
#include "ims-turn-server.h"
#include "ims-turn-tcp-relays.h"
#include "ims-turn-udp-port.h"

#include "ns3/application.h"
#include "ns3/ipv4-address.h"
#include "ns3/nstime.h"
#include "ns3/ptr.h"
#include "ns3/socket-factory.h"
#include "ns3/socket.h"
#include "ns3/traced-callback.h"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace ns3
{
namespace imsturn
{

class TurnServerApplication : public Application
{
  public:
    static TypeId GetTypeId();
    TurnServerApplication();
    ~TurnServerApplication() override;

    /// Before the application starts.
    void AddUdpListener(uint16_t port);
    /// Before the application starts. @param factory a node's TcpSocketFactory or a TlsSocketFactory over it
    void AddStreamListener(Ptr<SocketFactory> factory, uint16_t port);
    /// Before the application starts, at a UDP port of its own. @param factory with a server's context of datagrams
    void AddDtlsListener(Ptr<imstls::TlsSocketFactory> factory, uint16_t port);
    /// Before the application starts. The last password of a name counts.
    void SetUser(const std::string& name, const std::string& password);
    /// Before the application starts. Peers in @p prefix are refused (403).
    void DenyPeers(const imsfw::IpPrefix& prefix);
    /// Before the application starts. Clients are sent to @p server (300) once there are @p from allocations here.
    void SetAlternate(const imsfw::Endpoint& server, std::size_t from);
    /// Close all streams of clients in an orderly way, as a server does before it restarts; listeners stay.
    void CloseStreams();

    std::size_t GetAllocationCount() const;

    /// Signature of Event and Relayed.
    typedef void (*EventCallback)(const imsfw::turn::ServerEvent& event);
    /// Signature of Overflowed: bytes for @p client that were dropped, as its stream does not take them.
    typedef void (*OverflowCallback)(const imsfw::turn::ClientId& client, imsfw::ByteView bytes);
    /// Signature of PortFailed: a port that the node would not give.
    typedef void (*PortCallback)(uint16_t port);

  protected:
    void DoDispose() override;

  private:
    struct StreamListener
    {
        Ptr<SocketFactory> factory;
        uint16_t port;
        Ptr<Socket> socket;
    };

    struct DtlsPort
    {
        Ptr<imstls::TlsSocketFactory> factory;
        uint16_t port;
    };

    struct StreamClient
    {
        imsfw::turn::ClientId id;
        Ptr<imstls::Stream> stream;
        uint32_t connection{0}; ///< of a peer, whose data this stream carries; 0: none
    };

    void StartApplication() override;
    void StopApplication() override;
    void MakeCore();
    imsfw::turn::ServerConfig MakeConfig() const;
    imsfw::IpAddress GetRelayAddress() const;
    void OpenUdp(std::size_t index);
    void OpenDtls(std::size_t index);
    void OpenStreamListener(StreamListener& listener);
    void HandleAccept(Ptr<Socket> socket, imsfw::turn::ClientId::Transport transport);
    void HandleClientInput(const imsfw::turn::ClientId& client, imsfw::ByteView bytes);
    void HandleClientClosed(uint64_t flow);
    void HandleStray(const imsfw::turn::ClientId& client, std::size_t size);
    void HandlePeerInput(uint16_t relayPort, const imsfw::Endpoint& peer, imsfw::ByteView data);
    void HandleTimeout();
    /// Commands, then events, then the timer; the one place where something leaves the core.
    void Drain();
    void Execute(const imsfw::turn::ServerCommand& command);
    TcpRelays::Handlers MakeRelayHandlers();
    void OpenRelay(const imsfw::turn::ServerCommand& command);
    void CloseRelay(const imsfw::turn::ServerCommand& command);
    void SendToConnection(const imsfw::turn::ServerCommand& command);
    void ResumeClientOf(uint32_t connection);
    /// Send when the node's CPU, where it has one, has done the work.
    void SendWhenDone(const imsfw::turn::ServerCommand& command,
                      void (TurnServerApplication::*send)(const imsfw::turn::ServerCommand&));
    void SendToPeer(const imsfw::turn::ServerCommand& command);
    void SendToClient(const imsfw::turn::ServerCommand& command);
    void DropClient(uint64_t flow);
    void Notify(const imsfw::turn::ServerEvent& event);

    std::string m_realm;
    Ipv4Address m_address;
    uint16_t m_minPort;
    uint16_t m_maxPort;
    Time m_defaultLifetime;
    Time m_maxLifetime;
    Time m_permissionLifetime;
    Time m_channelLifetime;
    Time m_nonceLifetime;
    uint32_t m_userQuota;
    uint32_t m_maxQueued;
    bool m_hasTcpAllocations;
    bool m_acceptsRfc5766Channels;
    Time m_connectTimeout;
    Time m_connectionBindTimeout;
    std::optional<imsfw::turn::Redirection> m_redirection;
    std::map<std::string, std::string> m_users;
    std::vector<imsfw::IpPrefix> m_deniedPeers;

    std::vector<uint16_t> m_udpPorts;
    std::vector<DtlsPort> m_dtlsPorts;
    std::vector<StreamListener> m_listeners;
    std::map<uint64_t, Ptr<UdpPort>> m_udp;       ///< by flow: the index in m_udpPorts
    std::map<uint64_t, Ptr<DtlsListener>> m_dtls; ///< by flow: above those of m_udp
    std::map<uint64_t, StreamClient> m_clients;
    std::map<uint16_t, Ptr<UdpPort>> m_relays;
    std::unique_ptr<TcpRelays> m_tcpRelays; ///< null while the application does not run
    uint64_t m_nextFlow{0};                 ///< of streams; continues above the flows of datagrams
    std::unique_ptr<imsfw::SeededRandom> m_random;
    std::unique_ptr<imsfw::turn::Server> m_core; ///< null while the application does not run
    imstls::CoreTimer m_timer;
    imscpu::Lane m_lane;
    bool m_isDraining{false};

    TracedCallback<const imsfw::turn::ServerEvent&> m_eventTrace;
    TracedCallback<const imsfw::turn::ServerEvent&> m_relayedTrace;
    TracedCallback<const imsfw::turn::ClientId&, imsfw::ByteView> m_overflowTrace;
    TracedCallback<uint16_t> m_portTrace;
};

} // namespace imsturn
} // namespace ns3

#endif // IMS_TURN_SERVER_APPLICATION_H
