// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// See ims-turn-peer-connections.h.
#include "ims-turn-peer-connections.h"

#include <utility>

namespace imsfw
{
namespace turn
{

PeerConnection&
PeerConnections::Add(PeerConnection fresh, TimePoint end, RandomSource& random)
{
    // RFC 6062 4.3, 5.2: an id names one connection of the server; one that cannot be guessed keeps others away.
    do
    {
        fresh.id = random.U32();
    } while (fresh.id == 0 || m_connections.count(fresh.id) != 0);
    PeerConnection& added = m_connections.emplace(fresh.id, std::move(fresh)).first->second;
    m_byPeer[added.allocation][added.peer] = added.id;
    m_ends.Set(added.id, end);
    return added;
}

PeerConnection*
PeerConnections::Find(uint32_t id)
{
    const auto found = m_connections.find(id);
    return found == m_connections.end() ? nullptr : &found->second;
}

PeerConnection*
PeerConnections::FindByData(const ClientId& data)
{
    const auto found = m_byData.find(data);
    return found == m_byData.end() ? nullptr : Find(found->second);
}

bool
PeerConnections::Has(uint64_t allocation, const Endpoint& peer) const
{
    const auto found = m_byPeer.find(allocation);
    return found != m_byPeer.end() && found->second.count(peer) != 0;
}

std::size_t
PeerConnections::CountOf(uint64_t allocation) const
{
    const auto found = m_byPeer.find(allocation);
    return found == m_byPeer.end() ? 0 : found->second.size();
}

void
PeerConnections::SetWaiting(PeerConnection& connection, TimePoint end)
{
    connection.state = PeerConnection::State::WAITING;
    m_ends.Set(connection.id, end);
}

void
PeerConnections::Bind(PeerConnection& connection, const ClientId& data)
{
    connection.state = PeerConnection::State::BOUND;
    connection.data = data;
    m_byData[data] = connection.id;
    m_ends.Remove(connection.id);
}

void
PeerConnections::Remove(uint32_t id)
{
    const auto found = m_connections.find(id);
    if (found == m_connections.end())
    {
        return;
    }
    m_ends.Remove(id);
    const auto siblings = m_byPeer.find(found->second.allocation);
    siblings->second.erase(found->second.peer);
    if (siblings->second.empty())
    {
        m_byPeer.erase(siblings);
    }
    if (found->second.state == PeerConnection::State::BOUND)
    {
        m_byData.erase(found->second.data);
    }
    m_connections.erase(found);
}

std::vector<uint32_t>
PeerConnections::IdsOf(uint64_t allocation) const
{
    std::vector<uint32_t> ids;
    const auto found = m_byPeer.find(allocation);
    if (found != m_byPeer.end())
    {
        for (const auto& [peer, id] : found->second)
        {
            ids.push_back(id);
        }
    }
    return ids;
}

std::optional<uint32_t>
PeerConnections::NextEnded(TimePoint now)
{
    return m_ends.PopEnded(now);
}

} // namespace turn
} // namespace imsfw
