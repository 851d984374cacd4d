// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The TCP connections between peers and the relayed addresses of TCP allocations (RFC 6062 5): each with who asked for
/// it, the stream of the client that was bound to it, and when it ends if nothing happens.
///
/// It decides nothing: which connections there may be is the server's matter.
#pragma once

#include "base/random.h"
#include "ims-turn-expiry-queue.h"
#include "ims-turn-server-types.h"
#include "ims-turn-stun-message.h"

#include <cstdint>
#include <map>
#include <optional>
#include <unordered_map>
#include <vector>

namespace imsfw
{
namespace turn
{

struct PeerConnection
{
    enum class State
    {
        CONNECTING, ///< for a Connect request that is not answered yet
        WAITING,    ///< open, for a ConnectionBind
        BOUND,      ///< to the stream `data`
    };

    uint32_t id{0}; ///< CONNECTION-ID; never 0
    uint64_t allocation{0};
    ClientId control; ///< the client of the allocation
    Endpoint peer;
    State state{State::WAITING};
    stun::TransactionId request{}; ///< CONNECTING: what is to be answered
    Bytes key{};                   ///< CONNECTING: and with which key
    bool hasFingerprint{false};    ///< CONNECTING: and whether with a FINGERPRINT
    ClientId data{};               ///< BOUND
    Bytes buffered{};              ///< WAITING: what the peer has sent meanwhile
    bool isHeld{false};            ///< WAITING: the owner of the socket was asked to stop reading
};

class PeerConnections
{
  public:
    /// Adds @p fresh with an id of its own until @p end. @pre the allocation has no connection to that peer
    PeerConnection& Add(PeerConnection fresh, TimePoint end, RandomSource& random);

    /// @return null where there is none.
    PeerConnection* Find(uint32_t id);
    PeerConnection* FindByData(const ClientId& data);
    bool Has(uint64_t allocation, const Endpoint& peer) const;
    std::size_t CountOf(uint64_t allocation) const;

    std::size_t
    GetSize() const
    {
        return m_connections.size();
    }

    /// From CONNECTING to WAITING, until @p end.
    void SetWaiting(PeerConnection& connection, TimePoint end);
    /// From WAITING to BOUND, without an end.
    void Bind(PeerConnection& connection, const ClientId& data);
    void Remove(uint32_t id);

    /// @return the ids of the connections of @p allocation.
    std::vector<uint32_t> IdsOf(uint64_t allocation) const;
    /// @return a connection whose time was over by @p now and that is still here; nothing for none.
    std::optional<uint32_t> NextEnded(TimePoint now);

    std::optional<TimePoint>
    NextEnd() const
    {
        return m_ends.Next();
    }

  private:
    std::map<uint32_t, PeerConnection> m_connections; ///< a map, so that pointers into it hold
    std::unordered_map<ClientId, uint32_t, ClientIdHash> m_byData;
    std::map<uint64_t, std::map<Endpoint, uint32_t>> m_byPeer; ///< by allocation, then peer
    ExpiryQueue<uint32_t> m_ends;
};

} // namespace turn
} // namespace imsfw
