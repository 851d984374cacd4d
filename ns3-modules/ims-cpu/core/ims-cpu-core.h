// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// A CPU in simulated time: some cores, one queue, first come first served, nothing interrupted.
///
/// A job is a list of operations that one core does in one go. It starts when a core is free, and no job that came later
/// starts before it. Left out: caches, frequency steps, the cost of switching, work that one job spreads over cores.
#pragma once

#include "ims-cpu-table.h"

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace imsfw::cpu
{

/// When a job is done.
struct Slot
{
    TimePoint arrived; ///< when it was handed in
    TimePoint start;   ///< after its wait for a core
    TimePoint end;

    Duration
    Cost() const
    {
        return end - start;
    }

    Duration
    Wait() const
    {
        return start - arrived;
    }
};

/// All operations of one kind so far.
struct OperationTotal
{
    uint64_t times{0};
    uint64_t bytes{0};
    Duration time{};
};

/// What a CPU did so far.
struct Account
{
    uint64_t jobs{0}; ///< those that took time
    Duration busy{};  ///< summed over cores
    Duration waited{};
    Duration longestWait{};
    std::map<std::string, OperationTotal> operations;
    std::set<std::string> unpriced; ///< operations that the table does not know: they took no time
};

class Cpu
{
  public:
    /// @pre @p table has at least one core, and a speed above 0
    explicit Cpu(CostTable table);

    /// A job arrives. @p now never goes back.
    Slot Submit(TimePoint now, const WorkList& work);

    const CostTable&
    GetTable() const
    {
        return m_table;
    }

    const Account&
    GetAccount() const
    {
        return m_account;
    }

  private:
    Duration Price(const WorkList& work);

    CostTable m_table;
    std::vector<TimePoint> m_freeAt; ///< by core: when it has done what it was given
    Account m_account;
};

} // namespace imsfw::cpu
