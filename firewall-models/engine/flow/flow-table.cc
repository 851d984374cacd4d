// SPDX-License-Identifier: GPL-2.0-only
#include "engine/flow/flow-table.h"

#include <algorithm>
#include <utility>

namespace imsfw::engine
{

using classify::Direction;

namespace
{

constexpr std::size_t MOST_FLOWS = std::size_t{1} << 30; ///< as FlowIndex counts slots

std::size_t
HashOf(const Flow& flow, Direction direction)
{
    return direction == Direction::TO_SERVER ? flow.original.Hash()
                                             : flow.translated.Reversed().Hash();
}

} // namespace

FlowTable::FlowTable(std::size_t limit)
    : m_limit(std::clamp<std::size_t>(limit, 1, MOST_FLOWS)), m_index(2 * m_limit)
{
}

FlowTable::Found
FlowTable::Find(const Ip4Tuple& tuple, std::size_t hash)
{
    const auto isMeant = [&](FlowIndex::Place place)
    {
        const Flow& flow = m_slots[place.slot];
        return place.direction == Direction::TO_SERVER ? flow.original == tuple
                                                       : flow.translated.Reversed() == tuple;
    };
    const auto place = m_index.Find(hash, isMeant);
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
    m_index.ForEachLikely(hash, [this](FlowIndex::Place place) { Prefetch(&m_slots[place.slot]); });
}

Flow&
FlowTable::Insert(WholeFlow flow)
{
    flow.details.id = ++m_inserted;
    if (m_vacant.empty())
    {
        m_vacant.push_back(static_cast<uint32_t>(m_slots.size()));
        m_slots.emplace_back();
        m_details.emplace_back();
    }
    const uint32_t slot = m_vacant.back();
    m_vacant.pop_back();
    Flow& stored = m_slots[slot];
    stored = flow;
    m_details[slot] = std::move(flow.details);
    Enter(slot, Direction::TO_SERVER);
    if (stored.IsAllowed())
    {
        Enter(slot, Direction::TO_CLIENT);
    }
    Schedule(stored);
    return stored;
}

void
FlowTable::Enter(uint32_t slot, Direction direction)
{
    if (!m_index.HasRoom())
    {
        m_index.Grow([this](FlowIndex::Place place)
                     { return HashOf(m_slots[place.slot], place.direction); });
    }
    m_index.Insert(HashOf(m_slots[slot], direction), {slot, direction});
}

void
FlowTable::SetExpiry(Flow& flow, TimePoint expiry)
{
    // The entry in the queue is no later than the expiry so far: whoever lives longer need not look at it.
    const bool isEarlier = expiry < flow.expiry;
    flow.expiry = expiry;
    if (isEarlier && expiry < DetailsOf(flow).scheduled)
    {
        Schedule(flow);
    }
}

WholeFlow
FlowTable::Take(Flow& flow)
{
    const uint32_t slot = SlotOf(flow);
    for (const Direction direction : {Direction::TO_SERVER, Direction::TO_CLIENT})
    {
        m_index.Erase(HashOf(flow, direction), {slot, direction});
    }
    WholeFlow taken{flow, std::exchange(m_details[slot], {})};
    flow = Flow();
    m_vacant.push_back(slot);
    DropStale();
    return taken;
}

std::optional<WholeFlow>
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

WholeFlow
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
    FlowDetails& details = DetailsOf(flow);
    details.scheduled = flow.expiry;
    m_queue.push_back({flow.expiry, details.id, SlotOf(flow)});
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
    const FlowDetails& details = m_details[due.slot];
    return details.id != due.id || details.scheduled != due.at;
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
