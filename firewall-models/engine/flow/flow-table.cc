// SPDX-License-Identifier: GPL-2.0-only
#include "engine/flow/flow-table.h"

#include <algorithm>

namespace imsfw::engine
{

using classify::Direction;

FlowTable::FlowTable(std::size_t limit) : m_limit(std::max<std::size_t>(limit, 1))
{
}

FlowTable::Found
FlowTable::Find(const Ip4Tuple& tuple)
{
    const auto isMeant = [&](FlowIndex::Place place)
    {
        const Flow& flow = m_slots[place.slot];
        return place.direction == Direction::TO_SERVER ? flow.original == tuple
                                                       : flow.translated.Reversed() == tuple;
    };
    const auto place = m_index.Find(tuple, isMeant);
    return place ? Found{&m_slots[place->slot], place->direction} : Found{};
}

void
FlowTable::FetchIndex(std::size_t hash) const
{
    m_index.Fetch(hash);
}

void
FlowTable::FetchFlow(std::size_t hash) const
{
    m_index.ForEachLikely(
        hash, [this](FlowIndex::Place place) { __builtin_prefetch(&m_slots[place.slot], 1); });
}

Flow&
FlowTable::Insert(Flow flow)
{
    flow.id = ++m_inserted;
    uint32_t slot = 0;
    if (m_vacant.empty())
    {
        slot = static_cast<uint32_t>(m_slots.size());
        m_slots.push_back(std::move(flow));
    }
    else
    {
        slot = m_vacant.back();
        m_vacant.pop_back();
        m_slots[slot] = std::move(flow);
    }
    Flow& stored = m_slots[slot];
    m_index.Insert(stored.original, {slot, Direction::TO_SERVER});
    if (stored.IsAllowed())
    {
        m_index.Insert(stored.translated.Reversed(), {slot, Direction::TO_CLIENT});
    }
    Schedule(stored);
    return stored;
}

void
FlowTable::SetExpiry(Flow& flow, TimePoint expiry)
{
    // The entry in the queue is no later than the expiry so far: whoever lives longer need not look at it.
    const bool isEarlier = expiry < flow.expiry;
    flow.expiry = expiry;
    if (isEarlier && expiry < flow.scheduled)
    {
        Schedule(flow);
    }
}

Flow
FlowTable::Take(Flow& flow)
{
    const uint32_t slot = SlotOf(flow);
    m_index.Erase(flow.original, {slot, Direction::TO_SERVER});
    m_index.Erase(flow.translated.Reversed(), {slot, Direction::TO_CLIENT});
    Flow taken = std::move(flow);
    flow = Flow();
    m_vacant.push_back(slot);
    DropStale();
    return taken;
}

std::optional<Flow>
FlowTable::TakeExpired(TimePoint now)
{
    if (m_queue.empty() || m_queue.front().at > now)
    {
        return std::nullopt;
    }
    Flow* nearest = Nearest();
    if (nearest == nullptr || nearest->expiry > now)
    {
        return std::nullopt;
    }
    return Take(*nearest);
}

Flow
FlowTable::TakeNearestToExpiry()
{
    return Take(*Nearest());
}

std::optional<TimePoint>
FlowTable::NextExpiry() const
{
    return Size() == 0 ? std::nullopt : std::optional(m_queue.front().at);
}

uint32_t
FlowTable::SlotOf(const Flow& flow) const
{
    return static_cast<uint32_t>(&flow - m_slots.data());
}

void
FlowTable::Schedule(Flow& flow)
{
    flow.scheduled = flow.expiry;
    m_queue.push_back({flow.expiry, flow.id, SlotOf(flow)});
    std::push_heap(m_queue.begin(), m_queue.end());
}

void
FlowTable::PopDue()
{
    std::pop_heap(m_queue.begin(), m_queue.end());
    m_queue.pop_back();
}

bool
FlowTable::IsStale(const Due& due) const
{
    const Flow& flow = m_slots[due.slot];
    return flow.id != due.id || flow.scheduled != due.at;
}

Flow*
FlowTable::Nearest()
{
    while (!m_queue.empty())
    {
        const Due due = m_queue.front();
        Flow& flow = m_slots[due.slot];
        const bool isStale = IsStale(due);
        if (!isStale && flow.expiry == due.at)
        {
            return &flow;
        }
        PopDue();
        if (!isStale)
        {
            Schedule(flow);
        }
    }
    return nullptr;
}

void
FlowTable::DropStale()
{
    constexpr std::size_t FEW = 64;
    if (m_queue.size() <= FEW + 2 * Size())
    {
        return;
    }
    const auto isStale = [this](const Due& due) { return IsStale(due); };
    m_queue.erase(std::remove_if(m_queue.begin(), m_queue.end(), isStale), m_queue.end());
    std::make_heap(m_queue.begin(), m_queue.end());
}

} // namespace imsfw::engine
