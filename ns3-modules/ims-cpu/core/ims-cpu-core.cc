// SPDX-License-Identifier: GPL-2.0-only
#include "ims-cpu-core.h"

#include <algorithm>
#include <utility>

namespace imsfw::cpu
{

Cpu::Cpu(CostTable table) : m_table(std::move(table)), m_freeAt(m_table.cores)
{
}

Slot
Cpu::Submit(TimePoint now, const WorkList& work)
{
    const Duration price = Price(work);
    if (price == Duration::zero())
    {
        return {now, now, now};
    }
    // The first core to be free takes the first job in the queue: what each job waits for is known when it arrives.
    const auto core = std::min_element(m_freeAt.begin(), m_freeAt.end());
    const Slot slot{now, std::max(now, *core), std::max(now, *core) + price};
    *core = slot.end;
    ++m_account.jobs;
    m_account.busy += price;
    m_account.waited += slot.Wait();
    m_account.longestWait = std::max(m_account.longestWait, slot.Wait());
    return slot;
}

Duration
Cpu::Price(const WorkList& work)
{
    Duration sum{};
    for (const auto& item : work)
    {
        const auto price = m_table.PriceOf(item);
        if (!price)
        {
            m_account.unpriced.insert(item.operation);
            continue;
        }
        auto& total = m_account.operations[item.operation];
        total.times += item.times;
        total.bytes += item.bytes;
        total.time += *price;
        sum += *price;
    }
    return sum;
}

} // namespace imsfw::cpu
