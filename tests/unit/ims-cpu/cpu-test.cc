// SPDX-License-Identifier: GPL-2.0-only
// The CPU model: prices to the nanosecond, and the queue against what queueing theory says of it.
#include "ims-cpu-core.h"

#include "base/random.h"

#include <gtest/gtest.h>

#include <cmath>

namespace imsfw::cpu
{
namespace
{

CostTable
TableOf(unsigned cores, double speed = 1)
{
    CostTable table;
    table.cores = cores;
    table.speed = speed;
    table.operations["sign"] = {600000, 0};
    table.operations["seal"] = {250, 400};
    table.operations["nothing"] = {0, 0};
    table.operations["forever"] = {UINT64_MAX, UINT64_MAX};
    return table;
}

TimePoint
At(int64_t ns)
{
    return TimePoint(Duration(ns));
}

TEST(CostTableTest, PricesOperationsAndBytes)
{
    struct Row
    {
        Work work;
        double speed;
        std::optional<int64_t> ns;
    };

    const std::vector<Row> rows{
        {{"sign", 1, 0}, 1, 600000},
        {{"sign", 3, 0}, 1, 1800000},
        {{"sign", 0, 0}, 1, 0},
        {{"sign", 1, 5000}, 1, 600000}, // its bytes are in its price
        {{"seal", 1, 1000}, 1, 650},
        {{"seal", 2, 1001}, 1, 900}, // 500 + 400.4
        {{"seal", 2, 1002}, 1, 901}, // 500 + 400.8: rounded, not cut
        {{"sign", 1, 0}, 4, 150000},
        {{"sign", 1, 0}, 0.5, 1200000},
        {{"nothing", 9, 9}, 1, 0},
        {{"forever", UINT64_MAX, UINT64_MAX}, 1, 9200000000000000000},
        {{"Sign", 1, 0}, 1, std::nullopt},
        {{"", 1, 0}, 1, std::nullopt},
    };
    for (const auto& row : rows)
    {
        const auto price = TableOf(1, row.speed).PriceOf(row.work);
        ASSERT_EQ(price.has_value(), row.ns.has_value()) << row.work.operation;
        if (price)
        {
            EXPECT_EQ(price->count(), *row.ns) << row.work.operation << " at " << row.speed;
        }
    }
}

TEST(CpuTest, OneCoreServesInTheOrderOfArrival)
{
    Cpu cpu(TableOf(1));

    struct Row
    {
        int64_t arrives;
        WorkList work;
        int64_t start;
        int64_t end;
    };

    const std::vector<Row> rows{
        {0, {{"sign"}}, 0, 600000},
        {100, {{"sign"}, {"sign"}}, 600000, 1800000},
        {200, {{"seal", 1, 1000}}, 1800000, 1800650},
        {200, {}, 200, 200}, // nothing to do: nothing to wait for
        {200, {{"nothing"}}, 200, 200},
        {2000000, {{"sign"}}, 2000000, 2600000}, // after a pause
    };
    for (const auto& row : rows)
    {
        const Slot slot = cpu.Submit(At(row.arrives), row.work);
        EXPECT_EQ(slot.arrived, At(row.arrives));
        EXPECT_EQ(slot.start, At(row.start));
        EXPECT_EQ(slot.end, At(row.end));
    }
    const Account& account = cpu.GetAccount();
    EXPECT_EQ(account.jobs, 4U);
    EXPECT_EQ(account.busy, Duration(4 * 600000 + 650));
    EXPECT_EQ(account.waited, Duration(599900 + 1799800));
    EXPECT_EQ(account.longestWait, Duration(1799800));
    EXPECT_EQ(account.operations.at("sign").times, 4U);
    EXPECT_EQ(account.operations.at("sign").time, Duration(2400000));
    EXPECT_EQ(account.operations.at("seal").bytes, 1000U);
    EXPECT_TRUE(account.unpriced.empty());
}

TEST(CpuTest, SeveralCoresTakeFromOneQueue)
{
    Cpu cpu(TableOf(2));
    EXPECT_EQ(cpu.Submit(At(0), {{"sign", 2}}).end, At(1200000));
    EXPECT_EQ(cpu.Submit(At(0), {{"sign"}}).end, At(600000));
    const Slot third = cpu.Submit(At(0), {{"sign"}});
    EXPECT_EQ(third.start, At(600000)) << "the core that is free first takes it";
    EXPECT_EQ(third.end, At(1200000));
    EXPECT_EQ(cpu.Submit(At(0), {{"sign"}}).start, At(1200000));
}

TEST(CpuTest, SaysWhatItsTableDoesNotKnow)
{
    Cpu cpu(TableOf(1));
    const Slot slot = cpu.Submit(At(0), {{"hash/md4"}, {"sign"}, {"hash/md4"}});
    EXPECT_EQ(slot.Cost(), Duration(600000)) << "the rest is charged";
    EXPECT_EQ(cpu.GetAccount().unpriced, std::set<std::string>{"hash/md4"});
    EXPECT_EQ(cpu.GetAccount().operations.count("hash/md4"), 0U);
}

/// Poisson arrivals at @p load of @p cores for @p jobs jobs of "sign". @return the mean wait in service times
double
MeanWait(unsigned cores, double load, unsigned jobs)
{
    Cpu cpu(TableOf(cores));
    SeededRandom random(1, 1, "arrivals");
    const double gap = 600000 / (load * cores);
    double at = 0;
    for (unsigned i = 0; i < jobs; ++i)
    {
        at -= gap * std::log((static_cast<double>(random.U32()) + 1) / 4294967296.0);
        cpu.Submit(At(static_cast<int64_t>(at)), {{"sign"}});
    }
    return static_cast<double>(cpu.GetAccount().waited.count()) / jobs / 600000;
}

TEST(CpuTest, WaitsAsQueueingTheorySays)
{
    // M/D/1, Pollaczek-Khinchine: W = rho / (2 (1 - rho)) service times.
    for (const double load : {0.3, 0.6, 0.8})
    {
        const double expected = load / (2 * (1 - load));
        EXPECT_NEAR(MeanWait(1, load, 200000), expected, 0.03 * expected) << load;
    }
    // Nearly idle with many cores: nobody waits.
    EXPECT_LT(MeanWait(8, 0.1, 20000), 0.0001);
}

TEST(WorkTest, AddsUpByOperation)
{
    WorkList list;
    AddWork(list, "seal", 1, 100);
    AddWork(list, "sign");
    AddWork(list, "seal", 2, 50);
    ASSERT_EQ(list.size(), 2U);
    EXPECT_EQ(list[0].operation, "seal");
    EXPECT_EQ(list[0].times, 3U);
    EXPECT_EQ(list[0].bytes, 150U);
    EXPECT_EQ(list[1].times, 1U);
}

} // namespace
} // namespace imsfw::cpu
