// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// All allocations of a server: found by client or by relayed port, with the ends of everything they hold.
///
/// RFC 8656 6, 9, 12. It decides nothing: who may have what is the server's matter.
#pragma once

#include "base/random.h"
#include "ims-turn-allocation.h"
#include "ims-turn-expiry-queue.h"
#include "ims-turn-port-pool.h"

#include <map>
#include <optional>
#include <string>
#include <unordered_map>

namespace imsfw
{
namespace turn
{

class AllocationTable
{
  public:
    /// The ports of relayed addresses, both ends included. @pre low <= high
    AllocationTable(uint16_t low, uint16_t high);

    /// The free ports: one is to be taken before each Create.
    PortPool&
    GetPorts()
    {
        return m_ports;
    }

    /// Adds @p fresh until @p end; its port goes back to the free ones when it is removed.
    /// @pre its client has no allocation, its port was taken
    const Allocation& Create(Allocation fresh, TimePoint end);

    /// @return null where there is none.
    const Allocation* Find(const ClientId& client) const;
    const Allocation* FindByPort(uint16_t relayedPort) const;
    const Allocation* FindByNumber(uint64_t number) const;

    std::size_t CountOf(const std::string& user) const;

    std::size_t
    GetSize() const
    {
        return m_allocations.size();
    }

    /// Takes it out with its port, permissions and channels; @p allocation is gone afterwards.
    void Remove(const Allocation& allocation);

    void SetEnd(const Allocation& allocation, TimePoint end);
    TimePoint GetEnd(const Allocation& allocation) const;

    /// Installs or refreshes.
    void SetPermission(const Allocation& allocation, const IpAddress& peer, TimePoint end);
    /// Binds or refreshes. @pre neither is bound to something else
    void SetChannel(const Allocation& allocation,
                    uint16_t channel,
                    const Endpoint& peer,
                    TimePoint end);

    /// Drops the permissions and channels that have ended by @p now.
    /// @return an allocation that has ended and is still here, for the server to take leave of it; null for none.
    const Allocation* NextEnded(TimePoint now);

    std::optional<TimePoint>
    NextEnd() const
    {
        return m_ends.Next();
    }

  private:
    void Drop(const ExpiryKey& ended);

    PortPool m_ports;
    uint64_t m_created{0};
    std::map<uint64_t, Allocation>
        m_allocations; ///< by number; a map, so that pointers into it hold
    std::unordered_map<ClientId, Allocation*, ClientIdHash> m_byClient;
    std::unordered_map<uint16_t, Allocation*> m_byPort;
    std::map<std::string, std::size_t> m_perUser;
    ExpiryQueue<ExpiryKey> m_ends;
};

} // namespace turn
} // namespace imsfw
