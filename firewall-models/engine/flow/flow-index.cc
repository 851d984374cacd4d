// SPDX-License-Identifier: GPL-2.0-only
#include "engine/flow/flow-index.h"

namespace imsfw::engine
{

namespace
{

constexpr std::size_t SMALLEST = 64;

} // namespace

FlowIndex::FlowIndex() : m_entries(SMALLEST), m_mask(SMALLEST - 1)
{
}

void
FlowIndex::Put(Entry entry)
{
    std::size_t at = entry.tag & m_mask;
    while (m_entries[at].place != VACANT)
    {
        at = (at + 1) & m_mask;
    }
    m_entries[at] = entry;
}

void
FlowIndex::Insert(const Ip4Tuple& tuple, Place place)
{
    if (2 * (m_size + 1) > m_entries.size())
    {
        Grow();
    }
    Put({static_cast<uint32_t>(tuple.Hash()), Pack(place)});
    ++m_size;
}

void
FlowIndex::Erase(const Ip4Tuple& tuple, Place place)
{
    std::size_t hole = tuple.Hash() & m_mask;
    while (m_entries[hole].place != VACANT && m_entries[hole].place != Pack(place))
    {
        hole = (hole + 1) & m_mask;
    }
    if (m_entries[hole].place == VACANT)
    {
        return;
    }
    --m_size;
    // Entries behind the hole move up where that brings them no further than their own beginning (Knuth 6.4, R).
    for (std::size_t at = (hole + 1) & m_mask; m_entries[at].place != VACANT;
         at = (at + 1) & m_mask)
    {
        const std::size_t home = m_entries[at].tag & m_mask;
        if (((at - home) & m_mask) >= ((at - hole) & m_mask))
        {
            m_entries[hole] = m_entries[at];
            hole = at;
        }
    }
    m_entries[hole] = Entry{};
}

void
FlowIndex::Grow()
{
    HugePageVector<Entry> old(m_entries.size() * 2);
    old.swap(m_entries);
    m_mask = m_entries.size() - 1;
    for (const Entry& entry : old)
    {
        if (entry.place != VACANT)
        {
            Put(entry);
        }
    }
}

} // namespace imsfw::engine
