// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The TURN client: one allocation, UDP or TCP, over one UDP, TCP or TLS path to the server.
///
/// RFC 8656 6-12, RFC 6062 4, RFC 8489 9.2 (long-term credentials, stale nonce) and 10 (another server). Refreshes the
/// allocation, its permissions and channels by itself. Streams of data of a TCP allocation are made with a
/// DataConnection each. What lies between may close a path that is silent for long; nothing in TURN itself is more frequent
/// than a permission's refresh each 4 minutes, so Binding indications can be wanted (RFC 8489 6.3.2, RFC 8445 11). Left out: more than one address family for an allocation.
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
        lifetime;          ///< asked for in Allocate and Refresh; nothing: the server's default
    Duration keepAlive{0}; ///< of silence before a Binding indication is sent; 0: none is
    bool hasFingerprint{false};
    stun::TransactionParameters transaction{};
    IpProtocol protocol{
        IpProtocol::UDP};       ///< of the relayed address: UDP, or TCP (RFC 6062; needs a stream)
    std::optional<bool> isV6{}; ///< of the relayed address; nothing: the server's default, IPv4
    bool wantsEvenPort{false};  ///< RFC 8656 18.7
    bool wantsNextPort{false};  ///< and the port above it kept, for an allocation to come
    std::optional<uint64_t>
        reservationToken{}; ///< of an allocation with wantsNextPort: this is the one to come
};

/// What a data connection proves itself with: that of the allocation's client (RFC 6062 4.3).
struct SessionCredentials
{
    std::string username;
    std::string realm;
    std::string nonce;
    Bytes key;
};

struct ClientEvent
{
    enum class Type
    {
        ALLOCATED, ///< `relayed`, `mapped`, `lifetime`. At most once.
        PEER_READY, ///< permission (and channel, over UDP) for `peer` are there. Once for each AddPeer.
        PEER_FAILED, ///< the server refused `peer`, at first or later; `failure` says why; `peer` is forgotten
        DATA,      ///< `data` came from `peer`
        CONNECTED, ///< TCP: the server has opened `connection` to `peer`: bind it within 30 seconds
        CONNECT_FAILED,     ///< TCP: it could not, or would not; `failure` says why
        CONNECTION_ATTEMPT, ///< TCP: `peer` has opened `connection`: bind it within 30 seconds
        REDIRECTED, ///< the server wants us to allocate at `alternate` (RFC 8489 10); nothing follows
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
    uint32_t connection{0};
    Endpoint alternate{};
    std::optional<uint64_t>
        reservationToken{}; ///< ALLOCATED: of the port above, where it was wanted
};

class Client
{
  public:
    /// @param random must outlive the client
    Client(ClientConfig config, RandomSource& random);

    /// The path to the server is open: allocate. RFC 8656 7.1.
    void Start(TimePoint now);
    /// Let @p peer send or connect, and over UDP get a channel to it (RFC 8656 9.1, 12.1). @pre ALLOCATED was polled
    void AddPeer(TimePoint now, const Endpoint& peer);
    /// Relay @p data to @p peer: as ChannelData where a channel is bound, else as a Send indication (RFC 8656 11.1).
    /// Ignored without an allocation.
    void Send(TimePoint now, const Endpoint& peer, ByteView data);
    /// Have the server open a TCP connection to @p peer (RFC 6062 4.3). @pre ALLOCATED was polled, of a TCP allocation
    void Connect(TimePoint now, const Endpoint& peer);
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

    /// @return what data connections need. @pre IsAllocated()
    SessionCredentials GetCredentials() const;

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
    void HandleIndication(const stun::Message& indication);
    void HandleDataIndication(const stun::Message& indication);
    void HandleConnectionAttempt(const stun::Message& indication);
    bool IsPermitted(const IpAddress& peer) const;
    bool HasChannels() const;
    void Deliver(const Endpoint& peer, ByteView data);
    void RefreshDue(TimePoint now);
    void NoteSent(TimePoint now);
    void SendKeepAlive(TimePoint now);
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
    void AddWishes(stun::Builder& builder) const;
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
    void HandleRedirected(const stun::Message& response);
    void HandleConnected(const Endpoint& peer, const stun::Message& response);
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
    std::optional<TimePoint> m_keepAliveAt;       ///< nothing where none are wanted, or yet
    uint32_t m_nextChannel;
    uint64_t m_discarded{0};
    Outbox<Bytes> m_transmits;
    Outbox<ClientEvent> m_events;
};

} // namespace turn
} // namespace imsfw
