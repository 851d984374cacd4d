// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The flows that a firewall remembers: found by a packet's addresses, forgotten in the order of their expiry.
///
/// Finding a flow and prolonging its life cost the same with few flows and with many. The queue of expiries is put
/// right only when an entry comes up (each flow has one entry, no later than its expiry), so a packet does not touch
/// it. Memory is bounded by the limit of flows.
#pragma once

#include "base/huge-pages.h"
#include "engine/flow/flow-index.h"
#include "engine/flow/flow.h"

#include <optional>
#include <vector>

namespace imsfw::engine
{

class FlowTable
{
  public:
    /// @param limit at least one flow is remembered
    explicit FlowTable(std::size_t limit);

    struct Found
    {
        Flow* flow{nullptr}; ///< nullptr where there is none; valid until the next Insert or Take
        classify::Direction direction{classify::Direction::TO_SERVER};
    };

    Found
    Find(const Ip4Tuple& tuple)
    {
        return Find(tuple, tuple.Hash());
    }

    /// @param hash of @p tuple, where it is known already
    Found Find(const Ip4Tuple& tuple, std::size_t hash);

    /// Have memory bring what a Find of a tuple with this Ip4Tuple::Hash will look at, in two steps that each take the
    /// time of a memory access: for several packets at a time these overlap.
    void FetchIndex(std::size_t hash) const;
    void FetchFlow(std::size_t hash) const;

    /// @pre !IsFull(), and no packet of the flow finds another one. The flow gets its id here; an allowed one is found by the packets of both directions.
    Flow& Insert(WholeFlow flow);

    /// @param flow stands in this table
    FlowDetails&
    DetailsOf(const Flow& flow)
    {
        return m_details[SlotOf(flow)];
    }

    /// Set when @p flow, which stands in this table, expires.
    void SetExpiry(Flow& flow, TimePoint expiry);

    /// Forget a flow that stands in this table. @return what it was
    WholeFlow Take(Flow& flow);
    /// Forget a flow that has expired. @return nothing where none has
    std::optional<WholeFlow> TakeExpired(TimePoint now);
    /// Forget the flow nearest to its expiry. @pre Size() > 0
    WholeFlow TakeNearestToExpiry();

    /// @return a moment at or before which no flow expires; nothing where there is none. It may come before the next
    ///         expiry, as packets prolong lives.
    std::optional<TimePoint> NextExpiry() const;

    std::size_t
    Size() const
    {
        return m_slots.size() - m_vacant.size();
    }

    bool
    IsFull() const
    {
        return Size() >= m_limit;
    }

    /// @return flows ever inserted.
    uint64_t
    InsertedCount() const
    {
        return m_inserted;
    }

  private:
    struct Due
    {
        TimePoint at;
        uint64_t id;
        uint32_t slot;

        friend bool
        operator<(const Due& a, const Due& b) ///< the standard heaps have the largest on top
        {
            return a.at != b.at ? a.at > b.at : a.id > b.id;
        }
    };

    uint32_t SlotOf(const Flow& flow) const;
    /// Have the packets of one direction of a flow lead to it.
    void Enter(uint32_t slot, classify::Direction direction);
    void Schedule(Flow& flow);
    void PopDue();
    /// Brings a flow's true expiry to the top of the queue. @return nullptr where there are no flows
    Flow* Nearest();
    /// Entries whose flow has gone, or has a newer entry, are dropped when they outnumber the others.
    void DropStale();
    bool IsStale(const Due& due) const;

    std::size_t m_limit;
    HugePageVector<Flow> m_slots;          ///< few lines for many packets to share the caches
    HugePageVector<FlowDetails> m_details; ///< of the flows in the same slots; id 0 where vacant
    std::vector<uint32_t> m_vacant;
    FlowIndex m_index;
    std::vector<Due> m_queue; ///< a heap
    uint64_t m_inserted{0};
};

} // namespace imsfw::engine
