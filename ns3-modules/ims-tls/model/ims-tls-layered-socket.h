// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// A stream socket made of another stream socket and a sans-IO StreamLayer between the two.
///
/// What sits on top uses it like ns-3's TCP socket: Connect and the connect callback, Listen and the accept callbacks,
/// Send, Recv, Close and the close callbacks, GetTxAvailable and the send callback. What differs: "connected" (and
/// "accepted") means that the layer is established (TLS handshake done, CONNECT answered 2xx), and GetFailure() tells
/// which layer ended the connection and why.
#ifndef IMS_TLS_LAYERED_SOCKET_H
#define IMS_TLS_LAYERED_SOCKET_H

#include "base/byte-queue.h"
#include "base/queue.h"
#include "base/stream-layer.h"
#include "base/work.h"
#include "ims-cpu-processor.h"
#include "ims-tls-core-driver.h"
#include "ims-tls-forwarding-socket.h"
#include "ims-tls-socket-watch.h"

#include <memory>
#include <optional>
#include <vector>

namespace ns3
{
namespace imstls
{

/// Base of TlsSocket and HttpConnectSocket. A subclass makes the layer and may look at it; all moving of bytes is here.
///
/// - Send takes a packet whole or not at all, as ns-3's TCP does.
/// - On a node with a CPU (ims-cpu), what the layer makes leaves when the CPU has done the work, and the next bytes are
///   taken from below only then: a connection is served by one core at a time.
/// - A user who does not read holds the sender back: the lower socket is not read either, until there is room.
/// - A user may do anything within a callback: it is called when no core call is going on, and Close within it is as
///   orderly as outside. After Close nobody is called any more, and the socket lives on until the lower one has ended.
class LayeredSocket : public ForwardingSocket
{
  public:
    static TypeId GetTypeId();

    LayeredSocket();
    ~LayeredSocket() override;

    /// @return why the connection failed; nothing while it lives and after an orderly end.
    std::optional<imsfw::StreamFailure> GetFailure() const;

    int Close() override;
    int Connect(const Address& address) override;
    int Listen() override;
    uint32_t GetTxAvailable() const override;
    int Send(Ptr<Packet> packet, uint32_t flags) override;
    uint32_t GetRxAvailable() const override;
    Ptr<Packet> Recv(uint32_t maxSize, uint32_t flags) override;

  protected:
    void DoDispose() override;

    /// @return where the lower socket has to connect to, for a user who asked for @p address (a CONNECT layer goes to
    /// its proxy instead). The default is @p address itself.
    virtual Address DoLowerDestination(const Address& address) const;
    /// @return the client side of the layer, for a connection to @p address.
    virtual std::unique_ptr<imsfw::StreamLayer> DoMakeClientLayer(const Address& address) = 0;
    /// @return the server side of the layer, or nothing where the protocol has none here.
    virtual std::unique_ptr<imsfw::StreamLayer> DoMakeServerLayer() = 0;
    /// @return a socket of the same kind and settings, for an accepted connection.
    virtual Ptr<LayeredSocket> DoFork() const = 0;
    /// The layer is established; called before the user hears of it.
    virtual void DoEstablished();

    /// The layer was called, and what came of it has not left it yet; for subclasses that watch it.
    virtual void DoWatchLayer();

    /// @return what the layer computed since the last call, for the CPU of the node to charge. The default is nothing.
    virtual imsfw::WorkList DoTakeWork();

    /// @return what this connection has computed so far, without waits; 0 on a node that has no CPU.
    imsfw::Duration GetComputed() const;

    /// The connection failed before it was established. @return a new lower socket to try once more over, with a new layer;
    /// nullptr where the failure is to be told.
    virtual Ptr<Socket> DoTryAgain(const imsfw::StreamFailure& failure);

    /// An accepted connection's handshake failed; called on the listening socket.
    virtual void DoAcceptFailed(const imsfw::StreamFailure& failure, const Address& peer);

    /// @return the layer, or nullptr before Connect or accept.
    imsfw::StreamLayer* GetLayer() const;

  private:
    /// How much may wait for the user before the lower socket is no longer read.
    static constexpr std::size_t MAX_UNREAD = 1 << 17;

    /// What the layer has made, and what may be seen of it once the CPU has done the work behind it.
    struct Output
    {
        std::vector<imsfw::Bytes> transmits;
        std::vector<imsfw::StreamEvent> events;
    };

    void Watch(bool isConnected);
    void Adopt(LayeredSocket* listener, Ptr<Socket> lower, const Address& peer);
    bool HandleLowerRequest(Ptr<Socket> lower, const Address& peer);
    void HandleLowerAccept(Ptr<Socket> lower, const Address& peer);
    void HandleChild(Ptr<LayeredSocket> child, bool isEstablished);
    void HandleLowerConnected();
    void HandleLowerReadable();
    void HandleLowerWritable();
    void HandleLowerEnd(const std::optional<imsfw::StreamFailure>& failure);
    void HandleTimeout();
    void ReadLower(std::size_t limit);
    void ResumeReading();
    /// Transmits, then events, then the timer: the one place where something leaves the layer.
    void Drain();
    /// @return false where the layer had nothing.
    bool TakeOutput();
    void Release(Output output);
    /// The CPU has done a job: let out what it made, then go on with what waited for it.
    void HandleComputed(Output output);
    void DeliverEvents();
    void Deliver(const imsfw::StreamEvent& event);
    void HandleFailed(const imsfw::StreamFailure& failure);
    /// Begin anew over another lower socket; the user notices nothing. In ims-tls-layered-socket-retry.cc.
    void Restart(Ptr<Socket> lower);
    void Flush();
    void CloseLower();
    void CloseLowerWhenFlushed();
    void AbandonHandshakes();

    std::unique_ptr<SocketWatch> m_watch;
    std::unique_ptr<imsfw::StreamLayer> m_layer;
    CoreTimer m_timer;
    imscpu::Lane m_lane; ///< while it is busy, nothing new goes into the layer
    std::optional<std::optional<imsfw::StreamFailure>> m_lowerEnd; ///< came while the lane was busy
    imsfw::ByteQueue m_toLower; ///< made by the layer, not yet taken by the lower socket
    imsfw::ByteQueue m_toUser;  ///< received, not yet read by the user
    imsfw::Queue<imsfw::StreamEvent> m_events; ///< not yet told to the user
    std::optional<imsfw::StreamFailure> m_failure;
    LayeredSocket* m_listener{nullptr}; ///< of an accepted connection, until it is established
    std::vector<Ptr<LayeredSocket>> m_handshaking; ///< accepted, in that order, not yet established
    bool m_isEstablished{false};
    bool m_isClosed{false};         ///< by the user
    bool m_wantsLowerClosed{false}; ///< as soon as m_toLower is empty
    bool m_isLowerClosed{false};
    bool m_isDraining{false};
    bool m_isDelivering{false};
};

} // namespace imstls
} // namespace ns3

#endif // IMS_TLS_LAYERED_SOCKET_H
