// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// See ims-turn-allocation-table.h.
#include "ims-turn-allocation-table.h"

#include <utility>

namespace imsfw
{
namespace turn
{

namespace
{

ExpiryKey
KeyOf(const Allocation& allocation)
{
    return {allocation.number, std::nullopt, std::nullopt};
}

ExpiryKey
KeyOf(const Allocation& allocation, const IpAddress& permission)
{
    return {allocation.number, permission, std::nullopt};
}

ExpiryKey
KeyOf(const Allocation& allocation, uint16_t channel)
{
    return {allocation.number, std::nullopt, channel};
}

} // namespace

AllocationTable::AllocationTable(uint16_t low, uint16_t high) : m_ports(low, high)
{
}

const Allocation&
AllocationTable::Create(Allocation fresh, TimePoint end)
{
    fresh.number = m_created++;
    Allocation& created = m_allocations.emplace(fresh.number, std::move(fresh)).first->second;
    m_byClient[created.client] = &created;
    m_byPort[created.relayed.port] = &created;
    ++m_perUser[created.user];
    SetEnd(created, end);
    return created;
}

const Allocation*
AllocationTable::Find(const ClientId& client) const
{
    const auto found = m_byClient.find(client);
    return found == m_byClient.end() ? nullptr : found->second;
}

const Allocation*
AllocationTable::FindByPort(uint16_t relayedPort) const
{
    const auto found = m_byPort.find(relayedPort);
    return found == m_byPort.end() ? nullptr : found->second;
}

const Allocation*
AllocationTable::FindByNumber(uint64_t number) const
{
    const auto found = m_allocations.find(number);
    return found == m_allocations.end() ? nullptr : &found->second;
}

std::size_t
AllocationTable::CountOf(const std::string& user) const
{
    const auto found = m_perUser.find(user);
    return found == m_perUser.end() ? 0 : found->second;
}

void
AllocationTable::Remove(const Allocation& allocation)
{
    m_ends.Remove(KeyOf(allocation));
    for (const IpAddress& peer : allocation.permissions)
    {
        m_ends.Remove(KeyOf(allocation, peer));
    }
    for (const auto& [channel, peer] : allocation.channels)
    {
        m_ends.Remove(KeyOf(allocation, channel));
    }
    m_ports.GiveBack(allocation.relayed.port);
    m_byPort.erase(allocation.relayed.port);
    m_byClient.erase(allocation.client);
    const auto perUser = m_perUser.find(allocation.user);
    if (--perUser->second == 0)
    {
        m_perUser.erase(perUser);
    }
    m_allocations.erase(allocation.number);
}

void
AllocationTable::SetEnd(const Allocation& allocation, TimePoint end)
{
    m_ends.Set(KeyOf(allocation), end);
}

TimePoint
AllocationTable::GetEnd(const Allocation& allocation) const
{
    return *m_ends.GetEnd(KeyOf(allocation));
}

void
AllocationTable::SetPermission(const Allocation& allocation, const IpAddress& peer, TimePoint end)
{
    m_allocations.at(allocation.number).permissions.insert(peer);
    m_ends.Set(KeyOf(allocation, peer), end);
}

void
AllocationTable::SetChannel(const Allocation& allocation,
                            uint16_t channel,
                            const Endpoint& peer,
                            TimePoint end)
{
    Allocation& target = m_allocations.at(allocation.number);
    target.channels[channel] = peer;
    target.channelOf[peer] = channel;
    m_ends.Set(KeyOf(allocation, channel), end);
}

const Allocation*
AllocationTable::NextEnded(TimePoint now)
{
    while (const auto ended = m_ends.PopEnded(now))
    {
        if (!ended->permission && !ended->channel)
        {
            return &m_allocations.at(ended->allocation);
        }
        Drop(*ended);
    }
    return nullptr;
}

void
AllocationTable::Drop(const ExpiryKey& ended)
{
    Allocation& owner = m_allocations.at(ended.allocation);
    if (ended.permission)
    {
        owner.permissions.erase(*ended.permission);
    }
    if (ended.channel)
    {
        const auto bound = owner.channels.find(*ended.channel);
        owner.channelOf.erase(bound->second);
        owner.channels.erase(bound);
    }
}

} // namespace turn
} // namespace imsfw
