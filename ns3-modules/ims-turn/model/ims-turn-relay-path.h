// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Media over a TURN server: a UDP allocation there, reached over UDP, over DTLS, or over a stream of any kind (TCP, TLS,
/// TLS through CONNECT: a factory makes it).
///
/// RFC 8656. Moves bytes between a socket and the core's Client; it decides nothing about TURN. Any ICMP unreachable
/// on UDP fails the path. Left out: IPv6.
#ifndef IMS_TURN_RELAY_PATH_H
#define IMS_TURN_RELAY_PATH_H

#include "ims-tls-core-driver.h"
#include "ims-turn-client.h"
#include "ims-turn-media-path.h"
#include "ims-turn-server-link.h"

#include "ns3/nstime.h"
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

class RelayPath : public MediaPath
{
  public:
    static TypeId GetTypeId();
    RelayPath();
    ~RelayPath() override;

    /// The TURN server, as reached over the transport. Before Open.
    void SetServer(const imsfw::Endpoint& server);
    /// @param factory makes the stream to the server, or DTLS where it is a TlsSocketFactory of datagrams; null (the default)
    /// is UDP. Before Open.
    void SetTransport(Ptr<SocketFactory> factory);
    /// Long-term credentials (RFC 8489 9.2). Before Open.
    void SetCredentials(const std::string& user, const std::string& password);

    void Open() override;
    void SetPeer(const imsfw::Endpoint& peer) override;
    void Send(imsfw::ByteView packet) override;
    /// Asks the server to delete the allocation, and keeps the path alive until that is answered or given up.
    void Close() override;

    /// What comes of AddPeer.
    struct PeerHandlers
    {
        std::function<void(const imsfw::Endpoint& peer)> onReady;
        std::function<void(const imsfw::Endpoint& peer, const imsfw::StreamFailure&)> onFailed;
    };

    /// For more peers than the one of SetPeer, as ICE needs. Before Open.
    void SetPeerHandlers(PeerHandlers handlers);
    /// Let @p peer send, and get a channel to it. @pre onReady was called
    void AddPeer(const imsfw::Endpoint& peer);
    /// Send one packet to a peer that is ready; dropped as in Send.
    void SendTo(const imsfw::Endpoint& peer, imsfw::ByteView packet);

    /// @return the address at the server that peers send to; nothing without an allocation.
    std::optional<imsfw::Endpoint> GetRelayed() const;
    /// @return our own address as the server sees it; nothing without an allocation.
    std::optional<imsfw::Endpoint> GetMapped() const;

  protected:
    void DoDispose() override;

  private:
    enum class State
    {
        CLOSED,
        CONNECTING,
        OPEN,    ///< the transport is there, m_core is the one made for it
        CLOSING, ///< the allocation is being given back
    };

    void OpenLink();
    void HandleConnected();
    /// To the server that the one before named (RFC 8489 10), with the same transport.
    void Redirect(const imsfw::Endpoint& alternate);
    void HandleBytes(imsfw::ByteView bytes);
    void HandleLinkFailed(const imsfw::StreamFailure& failure);
    void HandleTimeout();
    bool HasCore() const;
    /// Transmits, then events, then the timer; the one place where something leaves the core.
    void Drain();
    void Notify(const imsfw::turn::ClientEvent& event);
    void HandleAllocated(const imsfw::turn::ClientEvent& event);
    void HandlePeerReady(const imsfw::Endpoint& peer);
    void BindPeer();
    void Fail(const imsfw::StreamFailure& failure);
    void Release();
    imsfw::turn::ClientConfig MakeConfig() const;

    Time m_keepAlive;
    Time m_lifetime;
    bool m_hasFingerprint;
    uint32_t m_maxQueued;
    imsfw::Endpoint m_server;
    Ptr<SocketFactory> m_factory;
    std::string m_user;
    std::string m_password;

    State m_state{State::CLOSED};
    std::vector<imsfw::Endpoint> m_asked; ///< the servers, the last one is the present one
    Ptr<ServerLink> m_link;               ///< null while the path is closed
    std::unique_ptr<imsfw::turn::Client> m_core;
    imstls::CoreTimer m_timer;
    bool m_isDraining{false};
    bool m_isKept{false}; ///< alive by itself while CLOSING
    std::optional<imsfw::Endpoint> m_relayed;
    std::optional<imsfw::Endpoint> m_mapped;
    std::optional<imsfw::Endpoint> m_peer;
    bool m_isPeerReady{false};
    PeerHandlers m_peerHandlers;
};

} // namespace imsturn
} // namespace ns3

#endif // IMS_TURN_RELAY_PATH_H
