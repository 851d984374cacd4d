// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// How RTP gets from a node to its peer and back, whatever lies between: the interface that calls are made with.
///
///     path->Open()  ->  onReady(address for the SDP)  ->  SetPeer(from the answer)  ->  onPeerReady()  ->  Send, onData
///
/// One peer at a time. A path that does ICE tells and is told more than one address:
///
///     onReady  ->  GetIceDescription() for the SDP  ->  SetIcePeer(from the answer)  ->  onPeerReady()
///
/// Left out: IPv6.
#ifndef IMS_TURN_MEDIA_PATH_H
#define IMS_TURN_MEDIA_PATH_H

#include "base/address.h"
#include "base/bytes.h"
#include "base/random.h"
#include "base/stream-layer.h"
#include "base/time.h"
#include "ims-turn-ice-description.h"
#include "ims-turn-transaction.h"

#include "ns3/node.h"
#include "ns3/nstime.h"
#include "ns3/object.h"
#include "ns3/ptr.h"
#include "ns3/traced-callback.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace ns3
{
namespace imsturn
{

class MediaPath : public Object
{
  public:
    /// All optional. Each runs when the path has finished with what caused it, and may call any method here, or let go
    /// of the path.
    struct Handlers
    {
        /// Peers can be told to send to @p advertised. Once for each Open.
        std::function<void(const imsfw::Endpoint& advertised)> onReady;
        /// What Send is given will be sent to the peer. Once for each SetPeer.
        std::function<void()> onPeerReady;
        std::function<void(const imsfw::Endpoint& from, imsfw::ByteView data)> onData;
        /// The path is closed, or could not be opened; nothing follows.
        std::function<void(const imsfw::StreamFailure&)> onFailure;
    };

    /// A part of the way to talking, in simulated time.
    struct Phase
    {
        std::string name; ///< "stun-binding"; "connect", "turn-allocate", "turn-channel-bind"
        imsfw::TimePoint start;
        imsfw::TimePoint end;
    };

    static TypeId GetTypeId();
    MediaPath();
    ~MediaPath() override;

    void SetHandlers(Handlers handlers);
    /// Where the path begins. Before Open.
    void SetNode(Ptr<Node> node);

    /// Get an address that can be advertised. Ignored while the path is open; one that was closed or has failed may be
    /// opened anew.
    virtual void Open() = 0;
    /// Talk with @p peer from now on. May come before onReady.
    virtual void SetPeer(const imsfw::Endpoint& peer) = 0;
    /// @return what the SDP says for ICE, once onReady was called; nothing where the path has one address only.
    virtual std::optional<imsfw::ice::Description> GetIceDescription() const;
    /// Talk with the peer that its SDP describes so, by whatever pair works. Ignored by a path with one address only.
    virtual void SetIcePeer(const imsfw::ice::Description& peer);
    /// Send one packet to the peer; without a peer that is ready, it is dropped (trace source Dropped).
    virtual void Send(imsfw::ByteView packet) = 0;
    /// Give back what was opened. No handler is called any more; the path may be let go of.
    virtual void Close() = 0;

    /// @return the phases completed so far, in the order of their ends.
    const std::vector<Phase>& GetPhases() const;
    /// @return the path's own ends on the node, before any NAT; also after Close or a failure.
    std::vector<imsfw::Endpoint> GetLocalEndpoints() const;
    /// @return why the path failed; nothing while it is well.
    const std::optional<imsfw::StreamFailure>& GetFailure() const;

    /// Signature of Ready.
    typedef void (*ReadyCallback)(const imsfw::Endpoint& advertised);
    /// Signature of Tx and Rx: one packet, and its peer.
    typedef void (*PacketCallback)(const imsfw::Endpoint& peer, imsfw::ByteView packet);
    /// Signature of Dropped: a packet given to Send that did not leave, and why ("no-peer", "queue-full").
    typedef void (*DroppedCallback)(const std::string& reason, imsfw::ByteView packet);
    /// Signature of Failed and Unreachable.
    typedef void (*FailureCallback)(const imsfw::StreamFailure& failure);

  protected:
    void DoDispose() override;

    Ptr<Node> GetNode() const;
    imsfw::stun::TransactionParameters GetTransactionParameters() const;
    /// @return the random stream of this path in that @p role; made on first use.
    imsfw::RandomSource& GetRandom(const std::string& role);

    /// One of that name that is running begins anew.
    void BeginPhase(const std::string& name);
    /// Ignored where no phase of that name is running.
    void EndPhase(const std::string& name);
    /// One that took place elsewhere, and is over.
    void NotePhase(const Phase& phase);
    void NoteLocalEndpoint(const imsfw::Endpoint& local);

    /// Forget what an earlier Open left: its failure, phases that never ended.
    void ClearState();
    /// Between these two, handlers are called.
    void Unmute();
    void Mute();

    void NotifyReady(const imsfw::Endpoint& advertised);
    void NotifyPeerReady();
    void NotifyData(const imsfw::Endpoint& from, imsfw::ByteView data);
    /// Mutes the path.
    void NotifyFailure(const imsfw::StreamFailure& failure);
    void TraceSent(const imsfw::Endpoint& peer, imsfw::ByteView packet);
    void TraceDropped(const std::string& reason, imsfw::ByteView packet);
    void TraceUnreachable(const imsfw::StreamFailure& failure);

  private:
    std::string m_name;
    Time m_rto;
    uint32_t m_rc;
    uint32_t m_rm;
    Time m_ti;

    Ptr<Node> m_node;
    Handlers m_handlers;
    bool m_isMuted{true};
    std::unique_ptr<imsfw::SeededRandom> m_random;
    std::vector<Phase> m_running;
    std::vector<Phase> m_phases;
    std::vector<imsfw::Endpoint> m_locals;
    std::optional<imsfw::StreamFailure> m_failure;

    TracedCallback<const imsfw::Endpoint&> m_readyTrace;
    TracedCallback<const imsfw::Endpoint&, imsfw::ByteView> m_txTrace;
    TracedCallback<const imsfw::Endpoint&, imsfw::ByteView> m_rxTrace;
    TracedCallback<const std::string&, imsfw::ByteView> m_droppedTrace;
    TracedCallback<const imsfw::StreamFailure&> m_failedTrace;
    TracedCallback<const imsfw::StreamFailure&> m_unreachableTrace;
};

} // namespace imsturn
} // namespace ns3

#endif // IMS_TURN_MEDIA_PATH_H
