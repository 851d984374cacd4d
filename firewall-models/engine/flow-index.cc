// SPDX-License-Identifier: GPL-2.0-only
#include "engine/flow-index.h"

namespace imsfw::engine
{

namespace
{

constexpr std::size_t SMALLEST = 64;

} // namespace

FlowIndex::FlowIndex() : m_entries(SMALLEST), m_mask(SMALLEST - 1)
{
}

std::size_t
FlowIndex::Locate(const Ip4Tuple& tuple) const
{
    std::size_t at = tuple.Hash() & m_mask;
    while (m_entries[at].place.slot != VACANT && m_entries[at].tuple != tuple)
    {
        at = (at + 1) & m_mask;
    }
    return at;
}

const FlowIndex::Place*
FlowIndex::Find(const Ip4Tuple& tuple) const
{
    const Entry& entry = m_entries[Locate(tuple)];
    return entry.place.slot == VACANT ? nullptr : &entry.place;
}

bool
FlowIndex::Insert(const Ip4Tuple& tuple, Place place)
{
    if (2 * (m_size + 1) > m_entries.size())
    {
        Grow();
    }
    Entry& entry = m_entries[Locate(tuple)];
    if (entry.place.slot != VACANT)
    {
        return false;
    }
    entry = {tuple, place};
    ++m_size;
    return true;
}

void
FlowIndex::Erase(const Ip4Tuple& tuple, uint32_t slot)
{
    std::size_t hole = Locate(tuple);
    if (m_entries[hole].place.slot != slot)
    {
        return;
    }
    --m_size;
    // Entries behind the hole move up where that brings them no further than their own beginning (Knuth 6.4, R).
    for (std::size_t at = (hole + 1) & m_mask; m_entries[at].place.slot != VACANT;
         at = (at + 1) & m_mask)
    {
        const std::size_t home = m_entries[at].tuple.Hash() & m_mask;
        if (((at - home) & m_mask) >= ((at - hole) & m_mask))
        {
            m_entries[hole] = m_entries[at];
            hole = at;
        }
    }
    m_entries[hole].place.slot = VACANT;
}

void
FlowIndex::Grow()
{
    std::vector<Entry> old(m_entries.size() * 2);
    old.swap(m_entries);
    m_mask = m_entries.size() - 1;
    for (const Entry& entry : old)
    {
        if (entry.place.slot != VACANT)
        {
            m_entries[Locate(entry.tuple)] = entry;
        }
    }
}

} // namespace imsfw::engine
