// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Finds a flow by the addresses of a packet: a hash table with open addressing, one memory access in the usual case.
#pragma once

#include "classify/findings.h"
#include "engine/ip4-tuple.h"

#include <cstdint>
#include <vector>

namespace imsfw::engine
{

class FlowIndex
{
  public:
    struct Place
    {
        uint32_t slot;                 ///< in the flow table
        classify::Direction direction; ///< of packets with these addresses
    };

    FlowIndex();

    /// @return nullptr where no flow has these addresses; valid until the next change.
    const Place* Find(const Ip4Tuple& tuple) const;

    /// @return false, and no change, where @p tuple is taken.
    bool Insert(const Ip4Tuple& tuple, Place place);

    /// Does nothing where @p tuple leads to another slot or nowhere.
    void Erase(const Ip4Tuple& tuple, uint32_t slot);

    std::size_t
    Size() const
    {
        return m_size;
    }

  private:
    static constexpr uint32_t VACANT = UINT32_MAX;

    struct Entry
    {
        Ip4Tuple tuple;
        Place place{VACANT, classify::Direction::TO_SERVER};
    };

    /// @return where @p tuple is, or the vacant entry where it would be.
    std::size_t Locate(const Ip4Tuple& tuple) const;
    void Grow();

    std::vector<Entry> m_entries; ///< a power of two of them, at most half of them taken
    std::size_t m_mask;
    std::size_t m_size{0};
};

} // namespace imsfw::engine
