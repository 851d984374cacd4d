// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Finds a flow by the addresses of a packet: a hash table with open addressing, one memory access in the usual case.
///
/// It keeps no addresses, only 32 bits of their hash: whoever keeps the flows says whether one is meant. That makes it
/// small enough to stay near the processor.
#pragma once

#include "base/huge-pages.h"
#include "classify/findings.h"
#include "engine/packet/ip4-tuple.h"

#include <cstdint>
#include <optional>

namespace imsfw::engine
{

class FlowIndex
{
  public:
    struct Place
    {
        uint32_t slot;                 ///< in the flow table, below 2^31
        classify::Direction direction; ///< of packets with these addresses
    };

    FlowIndex();

    /// @param isMeant asked of a Place whose hash fits: has its flow the addresses @p tuple?
    template <typename Predicate>
    std::optional<Place>
    Find(const Ip4Tuple& tuple, Predicate isMeant) const
    {
        const auto tag = static_cast<uint32_t>(tuple.Hash());
        for (std::size_t at = tag & m_mask; m_entries[at].place != VACANT; at = (at + 1) & m_mask)
        {
            if (m_entries[at].tag == tag && isMeant(Unpack(m_entries[at].place)))
            {
                return Unpack(m_entries[at].place);
            }
        }
        return std::nullopt;
    }

    /// Have memory bring the entries that Find will look at first.
    void
    Fetch(std::size_t hash) const
    {
        __builtin_prefetch(&m_entries[static_cast<uint32_t>(hash) & m_mask]);
    }

    /// Call @p visit for every Place whose hash fits, without asking whether it is meant.
    template <typename Visitor>
    void
    ForEachLikely(std::size_t hash, Visitor visit) const
    {
        const auto tag = static_cast<uint32_t>(hash);
        for (std::size_t at = tag & m_mask; m_entries[at].place != VACANT; at = (at + 1) & m_mask)
        {
            if (m_entries[at].tag == tag)
            {
                visit(Unpack(m_entries[at].place));
            }
        }
    }

    /// @pre @p tuple leads to no other place yet
    void Insert(const Ip4Tuple& tuple, Place place);

    /// Does nothing where @p tuple does not lead to @p place.
    void Erase(const Ip4Tuple& tuple, Place place);

    std::size_t
    Size() const
    {
        return m_size;
    }

  private:
    static constexpr uint32_t VACANT = UINT32_MAX;

    struct Entry
    {
        uint32_t tag{0}; ///< of the hash
        uint32_t place{VACANT};
    };

    static uint32_t
    Pack(Place place)
    {
        return place.slot << 1 | static_cast<uint32_t>(place.direction);
    }

    static Place
    Unpack(uint32_t place)
    {
        return {place >> 1, static_cast<classify::Direction>(place & 1)};
    }

    void Put(Entry entry);
    void Grow();

    HugePageVector<Entry> m_entries; ///< a power of two of them, at most half of them taken
    std::size_t m_mask;
    std::size_t m_size{0};
};

} // namespace imsfw::engine
