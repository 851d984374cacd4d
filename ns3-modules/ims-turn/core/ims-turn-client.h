// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The TURN client: one UDP allocation over one UDP, TCP or TLS path to the server.
///
/// RFC 8656 6-12, RFC 8489 9.2 (long-term credentials, stale nonce). Refreshes the allocation, its permissions and
/// channels by itself. Left out: TCP allocations (RFC 6062), ALTERNATE-SERVER, EVEN-PORT, more than one address family.
#pragma once

#include "base/address.h"
#include "base/random.h"
#include "base/stream-layer.h"
#include "ims-turn-outbox.h"
#include "ims-turn-stream-framer.h"
#include "ims-turn-stun-builder.h"
#include "ims-turn-stun-message.h"
#include "ims-turn-transaction.h"

#include <optional>
#include <string>
#include <vector>

namespace imsfw
{
namespace turn
{

struct ClientConfig
{
    stun::TransportMode mode{stun::TransportMode::DATAGRAM};
    std::string username;
    std::string password;
    std::optional<Duration>
        lifetime; ///< asked for in Allocate and Refresh; nothing: the server's default
    bool hasFingerprint{false};
    stun::TransactionParameters transaction{};
};

struct ClientEvent
{
    enum class Type
    {
        ALLOCATED,  ///< `relayed`, `mapped`, `lifetime`. At most once.
        PEER_READY, ///< permission and channel for `peer` are there. Once for each AddPeer.
        PEER_FAILED, ///< the server refused `peer`, at first or later; `failure` says why; `peer` is forgotten
        DATA, ///< `data` came from `peer`
        FAILED, ///< the allocation is lost or was never made; `failure` (layer "turn") says why; nothing follows
        CLOSED, ///< the server has confirmed Close, or did not answer it; nothing follows
    };

    Type type;
    Endpoint relayed{};
    Endpoint mapped{};
    Duration lifetime{0};
    Endpoint peer{};
    Bytes data{};
    StreamFailure failure{};
};

class Client
{
  public:
    /// @param random must outlive the client
    Client(ClientConfig config, RandomSource& random);

    /// The path to the server is open: allocate. RFC 8656 7.1.
    void Start(TimePoint now);
    /// Let @p peer send, and get a channel to it (RFC 8656 9.1, 12.1). @pre ALLOCATED was polled
    void AddPeer(TimePoint now, const Endpoint& peer);
    /// Relay @p data to @p peer: as ChannelData where a channel is bound, else as a Send indication (RFC 8656 11.1).
    /// Ignored without an allocation.
    void Send(TimePoint now, const Endpoint& peer, ByteView data);
    /// Give the allocation back (RFC 8656 8: Refresh with lifetime zero).
    void Close(TimePoint now);

    /// @param bytes one datagram, or any piece of the stream
    void HandleInput(TimePoint now, ByteView bytes);
    /// The path to the server broke, or ended in an orderly way.
    void HandleLowerFailed(TimePoint now, const StreamFailure& failure);
    void HandleTimeout(TimePoint now);

    /// @return the next datagram, or the next bytes of the stream.
    std::optional<Bytes> PollTransmit();
    std::optional<ClientEvent> PollEvent();
    std::optional<TimePoint> NextTimeout() const;

    bool IsAllocated() const;

    /// @return how many messages, frames and pieces of data this client had no use for: malformed, not asked for, from
    /// peers that were not added, or too long to be sent.
    uint64_t
    GetDiscarded() const
    {
        return m_discarded;
    }

  private:
    enum class State
    {
        IDLE,
        ALLOCATING,
        ALLOCATED,
        CLOSING,
        DONE,
    };

    struct Peer
    {
        Endpoint endpoint;
        uint16_t channel;
        unsigned waiting{1};           ///< AddPeer calls that PEER_READY has not answered yet
        bool hasPermission{false};     ///< confirmed by the server
        bool hasChannel{false};        ///< confirmed by the server
        TimePoint refreshPermission{}; ///< when to ask again
        TimePoint refreshChannel{};
    };

    /// A request without an answer.
    struct Pending
    {
        stun::Method method;
        std::optional<Endpoint> peer; ///< whom it is about
        bool isAuthenticated;
        unsigned staleNonces; ///< how often 438 has answered it
        bool
            isIntegrityViolated; ///< a response with the right id came, and was not made with the key
        stun::Transaction transaction;
    };

    using PendingList = std::vector<Pending>;

    // ims-turn-client.cc: what comes in from outside, and when
    void HandleFrame(TimePoint now, ByteView frame);
    void HandleChannelData(ByteView frame);
    void HandleDataIndication(const stun::Message& indication);
    void Deliver(const Endpoint& peer, ByteView data);
    void RefreshDue(TimePoint now);
    void RefreshPeer(TimePoint now, Peer& peer);
    void Fail(StreamFailure failure);
    void Finish(ClientEvent event);
    Peer* FindPeer(const Endpoint& endpoint);

    // ims-turn-client-requests.cc: how requests look
    void Request(TimePoint now,
                 stun::Method method,
                 const std::optional<Endpoint>& peer = std::nullopt,
                 unsigned staleNonces = 0);
    Bytes MakeRequest(stun::Method method,
                      const std::optional<Endpoint>& peer,
                      const stun::TransactionId& id) const;
    void AddSpecifics(stun::Builder& builder,
                      stun::Method method,
                      const std::optional<Endpoint>& peer) const;

    // ims-turn-client-responses.cc: what responses mean
    void HandleResponse(TimePoint now, const stun::Message& response);
    void HandleViolation(PendingList::iterator pending);
    void HandleError(TimePoint now, const Pending& request, const stun::Message& response);
    bool TakeChallenge(const stun::Message& response);
    void Retry(TimePoint now,
               const Pending& request,
               const stun::Message& response,
               unsigned staleNonces);
    void HandleRefused(const Pending& request, uint16_t code, StreamFailure failure);
    void HandleSuccess(TimePoint now, const Pending& request, const stun::Message& response);
    void HandleAllocated(TimePoint now, const stun::Message& response);
    void HandleRefreshed(TimePoint now, const stun::Message& response);
    void HandlePeerDone(const Pending& request);
    void TellReady(Peer& peer);
    void DropPeer(const Endpoint& endpoint, const StreamFailure& failure);

    ClientConfig m_config;
    RandomSource* m_random;
    State m_state{State::IDLE};
    StreamFramer m_framer;
    std::string m_realm;
    std::string m_nonce;
    Bytes m_key; ///< empty before the server has asked for credentials
    PendingList m_pending;
    std::vector<Peer> m_peers;
    std::optional<TimePoint> m_refreshAllocation; ///< nothing while that is being done
    uint32_t m_nextChannel;
    uint64_t m_discarded{0};
    Outbox<Bytes> m_transmits;
    Outbox<ClientEvent> m_events;
};

} // namespace turn
} // namespace imsfw
