// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// A TCP allocation at a TURN server (RFC 6062): an address there that peers connect to, and streams with peers, each over
/// a connection of its own to the server, by the same transport as the control connection (TCP, TLS, through CONNECT).
///
/// Decides nothing about TURN. Left out: IPv6, another server (300) for a TCP allocation.
#ifndef IMS_TURN_TCP_ALLOCATION_H
#define IMS_TURN_TCP_ALLOCATION_H

#include "base/address.h"
#include "base/random.h"
#include "base/stream-layer.h"
#include "ims-tls-core-driver.h"
#include "ims-turn-client.h"
#include "ims-turn-media-path.h"
#include "ims-turn-server-link.h"

#include "ns3/node.h"
#include "ns3/nstime.h"
#include "ns3/object.h"
#include "ns3/ptr.h"
#include "ns3/socket-factory.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace ns3
{
namespace imsturn
{

class TcpAllocation : public Object
{
  public:
    /// All optional. They may call any method here, or let go of the allocation.
    struct Handlers
    {
        std::function<void(const imsfw::Endpoint& relayed)> onReady;
        /// Connections of @p peer's address are let through from now on. Once for each Permit.
        std::function<void(const imsfw::Endpoint& peer)> onPermitted;
        /// The server has a connection with @p peer. A socket of @p factory that is connected to @p server within 30 s is
        /// its stream. @p isOurs: it was asked for by Connect
        std::function<void(const imsfw::Endpoint& peer,
                           Ptr<SocketFactory> factory,
                           const Address& server,
                           bool isOurs)>
            onConnection;
        std::function<void(const imsfw::Endpoint& peer, const imsfw::StreamFailure&)>
            onConnectFailed;
        /// There is no allocation (any more), or @p peer of a Permit was refused; nothing follows.
        std::function<void(const imsfw::StreamFailure&)> onFailure;
    };

    static TypeId GetTypeId();
    TcpAllocation();
    ~TcpAllocation() override;

    void SetHandlers(Handlers handlers);
    /// These before Open.
    void SetNode(Ptr<Node> node);
    void SetServer(const imsfw::Endpoint& server);
    /// @param factory makes streams to the server: TCP, TLS, any of them through CONNECT
    void SetTransport(Ptr<SocketFactory> factory);
    void SetCredentials(const std::string& user, const std::string& password);

    /// Connect and allocate. Once.
    void Open();
    /// Let @p peer connect to the relayed address (RFC 6062 4.4). @pre onReady
    void Permit(const imsfw::Endpoint& peer);
    /// Have the server connect to @p peer (RFC 6062 4.3). @pre onReady
    void Connect(const imsfw::Endpoint& peer);
    /// Give the allocation back; its streams end with it. No handler is called any more.
    void Close();

    /// "connect", "turn-allocate", "turn-permission", "turn-connect"
    const std::vector<MediaPath::Phase>& GetPhases() const;
    /// @return our own end of the control connection, if there was one.
    std::optional<imsfw::Endpoint> GetLocalEndpoint() const;

  protected:
    void DoDispose() override;

  private:
    void HandleConnected();
    void HandleBytes(imsfw::ByteView bytes);
    void HandleLinkFailed(const imsfw::StreamFailure& failure);
    void HandleTimeout();
    /// Transmits, then events, then the timer.
    void Drain();
    void Notify(const imsfw::turn::ClientEvent& event);
    void HandleConnection(const imsfw::turn::ClientEvent& event, bool isOurs);
    void Fail(const imsfw::StreamFailure& failure);
    void Release();
    void BeginPhase(const std::string& name);
    void EndPhase(const std::string& name);
    imsfw::turn::ClientConfig MakeConfig() const;

    std::string m_name;
    bool m_hasFingerprint;
    Time m_lifetime;
    Time m_keepAlive;
    Time m_timeout;
    Ptr<Node> m_node;
    imsfw::Endpoint m_server;
    Ptr<SocketFactory> m_factory;
    std::string m_user;
    std::string m_password;
    Handlers m_handlers;

    std::shared_ptr<imsfw::SeededRandom> m_random;
    Ptr<ServerLink> m_link; ///< null while closed
    std::unique_ptr<imsfw::turn::Client> m_core;
    imstls::CoreTimer m_timer;
    bool m_isDraining{false};
    bool m_isClosing{false};
    std::optional<imsfw::Endpoint> m_local;
    std::vector<MediaPath::Phase> m_running;
    std::vector<MediaPath::Phase> m_phases;
};

} // namespace imsturn
} // namespace ns3

#endif // IMS_TURN_TCP_ALLOCATION_H
