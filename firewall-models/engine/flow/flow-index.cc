// SPDX-License-Identifier: GPL-2.0-only
#include "engine/flow/flow-index.h"

#include <algorithm>

namespace imsfw::engine
{

namespace
{

constexpr std::size_t FEWEST_BUCKETS = 4;

/// Of twelve, on average: then 1 in 1,000 entries find their bucket full, and a search for those waits twice.
constexpr std::size_t FULL = 6;

} // namespace

FlowIndex::FlowIndex(std::size_t most) : m_buckets(FEWEST_BUCKETS), m_most(most)
{
}

std::size_t
FlowIndex::Capacity(std::size_t buckets)
{
    return buckets * FULL;
}

std::size_t
FlowIndex::NextBucketCount() const
{
    // The last step goes no further than needed: every line of the table costs time in the caches.
    const std::size_t enough = m_most / FULL + 1;
    const std::size_t twice = 2 * m_buckets.size();
    return enough > m_buckets.size() ? std::min(twice, enough) : twice;
}

void
FlowIndex::Put(std::size_t hash, uint32_t place)
{
    std::size_t at = Home(hash);
    std::size_t lane = LaneOf(m_buckets[at], VACANT, 0);
    while (lane == LANES)
    {
        m_buckets[at].CountPassed(1);
        at = Next(at);
        lane = LaneOf(m_buckets[at], VACANT, 0);
    }
    m_buckets[at].SetTag(lane, TagOf(hash));
    m_buckets[at].places[lane] = place;
}

std::size_t
FlowIndex::LaneOf(const Bucket& bucket, uint8_t tag, uint32_t place)
{
    for (Lanes lanes = bucket.Matches(tag); !lanes.IsEmpty(); lanes.DropFirst())
    {
        const std::size_t lane = lanes.First();
        if (bucket.places[lane] == place)
        {
            return lane;
        }
    }
    return LANES;
}

void
FlowIndex::Insert(std::size_t hash, Place place)
{
    Put(hash, Pack(place));
    ++m_size;
}

void
FlowIndex::Erase(std::size_t hash, Place place)
{
    const uint8_t tag = TagOf(hash);
    std::size_t at = Home(hash);
    std::size_t lane = LaneOf(m_buckets[at], tag, Pack(place));
    std::size_t passed = 0;
    while (lane == LANES)
    {
        if (m_buckets[at].Passed() == 0 || ++passed == m_buckets.size())
        {
            return;
        }
        at = Next(at);
        lane = LaneOf(m_buckets[at], tag, Pack(place));
    }
    m_buckets[at].SetTag(lane, VACANT);
    m_buckets[at].places[lane] = 0;
    for (std::size_t over = Home(hash); passed > 0; --passed, over = Next(over))
    {
        m_buckets[over].CountPassed(-1);
    }
    --m_size;
}

} // namespace imsfw::engine
