// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Finds a flow by the hash of a packet's addresses: a hash table of buckets that are a cache line each, of which the
/// first nearly always tells.
///
/// It keeps no addresses, only 8 bits of their hash: whoever keeps the flows says whether one is meant. That makes it
/// small enough to stay near the processor. What does not fit into its own bucket stands in one behind it, and each
/// bucket counts the entries that passed it over: a search ends where none did, and nothing moves when an entry goes
/// (Bronson and Shi, "Open-sourcing F14 for faster, more memory-efficient hash tables", 2019).
#pragma once

#include "base/huge-pages.h"
#include "base/prefetch.h"
#include "classify/findings.h"

#include <array>
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

    /// @param most so many places at once; room for them comes little by little
    explicit FlowIndex(std::size_t most);

    /// @param hash Ip4Tuple::Hash of the addresses
    /// @param isMeant asked of a Place whose hash fits: has its flow these addresses?
    template <typename Predicate>
    std::optional<Place>
    Find(std::size_t hash, Predicate isMeant) const
    {
        std::size_t at = Home(hash);
        for (std::size_t tried = 0; tried < m_buckets.size(); ++tried, at = Next(at))
        {
            const Bucket& bucket = m_buckets[at];
            for (Lanes lanes = bucket.Matches(TagOf(hash)); !lanes.IsEmpty(); lanes.DropFirst())
            {
                const Place place = Unpack(bucket.places[lanes.First()]);
                if (isMeant(place))
                {
                    return place;
                }
            }
            if (bucket.Passed() == 0)
            {
                break;
            }
        }
        return std::nullopt;
    }

    /// Have memory bring the bucket that Find will look at first.
    void
    Fetch(std::size_t hash) const
    {
        Prefetch(&m_buckets[Home(hash)]);
    }

    /// Call @p visit for every Place of Find's first bucket whose hash fits, without asking whether it is meant.
    template <typename Visitor>
    void
    ForEachLikely(std::size_t hash, Visitor visit) const
    {
        const Bucket& bucket = m_buckets[Home(hash)];
        for (Lanes lanes = bucket.Matches(TagOf(hash)); !lanes.IsEmpty(); lanes.DropFirst())
        {
            visit(Unpack(bucket.places[lanes.First()]));
        }
    }

    /// @return false where it has to grow before another Insert.
    bool
    HasRoom() const
    {
        return m_size < Capacity(m_buckets.size());
    }

    /// Make room. @param hashOf asked of each Place: the hash it was inserted with
    template <typename HashOf>
    void
    Grow(HashOf hashOf)
    {
        HugePageVector<Bucket> old(NextBucketCount());
        old.swap(m_buckets);
        for (const Bucket& bucket : old)
        {
            for (std::size_t lane = 0; lane < LANES; ++lane)
            {
                if (bucket.TagAt(lane) != VACANT)
                {
                    const uint32_t place = bucket.places[lane];
                    Put(hashOf(Unpack(place)), place);
                }
            }
        }
    }

    /// @pre HasRoom(), and @p place is not there yet
    void Insert(std::size_t hash, Place place);

    /// Does nothing where @p place was not inserted with @p hash.
    void Erase(std::size_t hash, Place place);

    std::size_t
    Size() const
    {
        return m_size;
    }

  private:
    static constexpr std::size_t LANES = 12; ///< entries of a bucket
    static constexpr uint8_t VACANT = 0;     ///< no hash has this tag

    /// A set of lanes: the top bits of the bytes of two words.
    class Lanes
    {
      public:
        Lanes(uint64_t low, uint64_t high) : m_low(low), m_high(high)
        {
        }

        bool
        IsEmpty() const
        {
            return (m_low | m_high) == 0;
        }

        /// @pre not IsEmpty()
        std::size_t
        First() const
        {
            const int bit = m_low != 0 ? __builtin_ctzll(m_low) : 64 + __builtin_ctzll(m_high);
            return static_cast<std::size_t>(bit) / 8;
        }

        void
        DropFirst()
        {
            uint64_t& word = m_low != 0 ? m_low : m_high;
            word &= word - 1;
        }

      private:
        uint64_t m_low;
        uint64_t m_high;
    };

    struct alignas(64) Bucket
    {
        uint64_t tags{0}; ///< of the lanes 0 to 7, the first one lowest
        uint64_t tagsAndPassed{
            0}; ///< lanes 8 to 11; above, how many entries passed this bucket over
        std::array<uint32_t, LANES> places{};

        /// @return the lanes with this tag.
        Lanes
        Matches(uint8_t tag) const
        {
            constexpr uint64_t ONES = 0x0101010101010101;
            constexpr uint64_t FOUR = UINT32_MAX; // the rest is no tag
            return {ZeroBytes(tags ^ ONES * tag), ZeroBytes(tagsAndPassed ^ ONES * tag) & FOUR};
        }

        /// @return the top bit of each byte that is zero (Warren, "Hacker's Delight", 6-1: no carry runs from one byte
        /// into the next).
        static uint64_t
        ZeroBytes(uint64_t word)
        {
            constexpr uint64_t BELOW_TOP = 0x7f7f7f7f7f7f7f7f;
            return ~(((word & BELOW_TOP) + BELOW_TOP) | word | BELOW_TOP);
        }

        uint32_t
        Passed() const
        {
            return static_cast<uint32_t>(tagsAndPassed >> 32);
        }

        void
        CountPassed(int64_t change)
        {
            tagsAndPassed += static_cast<uint64_t>(change) << 32;
        }

        uint8_t
        TagAt(std::size_t lane) const
        {
            return static_cast<uint8_t>((lane < 8 ? tags : tagsAndPassed) >> lane % 8 * 8);
        }

        void
        SetTag(std::size_t lane, uint8_t tag)
        {
            uint64_t& word = lane < 8 ? tags : tagsAndPassed;
            const std::size_t shift = lane % 8 * 8;
            word = (word & ~(uint64_t{0xff} << shift)) | uint64_t{tag} << shift;
        }
    };

    static_assert(sizeof(Bucket) == 64, "a bucket is a cache line");

    static uint8_t
    TagOf(std::size_t hash)
    {
        const auto low = static_cast<uint8_t>(hash);
        return low == VACANT ? 1 : low;
    }

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

    /// @return how many entries so many buckets take before they are too full.
    static std::size_t Capacity(std::size_t buckets);

    /// The upper half of the hash, mapped to the buckets (Lemire, "Fast random integer generation in an interval").
    std::size_t
    Home(std::size_t hash) const
    {
        return (uint64_t{hash} >> 32) * m_buckets.size() >> 32;
    }

    std::size_t
    Next(std::size_t at) const
    {
        return at + 1 == m_buckets.size() ? 0 : at + 1;
    }

    std::size_t NextBucketCount() const;
    void Put(std::size_t hash, uint32_t place);
    /// @return the lane of @p bucket in which @p place stands; LANES where it stands in none
    static std::size_t LaneOf(const Bucket& bucket, uint8_t tag, uint32_t place);

    HugePageVector<Bucket> m_buckets;
    std::size_t m_most;
    std::size_t m_size{0};
};

} // namespace imsfw::engine
