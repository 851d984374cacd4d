// SPDX-License-Identifier: GPL-2.0-only
// Processor and Lane: results in order, at the time that the cores give them.
#include "ims-cpu-processor.h"

#include "ns3/simulator.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace ns3
{
namespace imscpu
{
namespace
{

using testing::ElementsAre;

imsfw::cpu::CostTable
TableOf(unsigned cores)
{
    imsfw::cpu::CostTable table;
    table.cores = cores;
    table.operations["short"] = {1000, 0};
    table.operations["long"] = {5000, 0};
    return table;
}

class ProcessorTest : public testing::Test
{
  protected:
    ~ProcessorTest() override
    {
        Simulator::Destroy();
    }

    std::function<void()>
    Note(const std::string& name)
    {
        return [this, name]
        { m_notes.push_back(name + "@" + std::to_string(Simulator::Now().GetNanoSeconds())); };
    }

    std::vector<std::string> m_notes;
};

TEST_F(ProcessorTest, ANodeWithoutOneComputesInNoTime)
{
    const auto node = CreateObject<Node>();
    EXPECT_EQ(Processor::Of(node), nullptr);
    EXPECT_EQ(Processor::Of(nullptr), nullptr);
    Lane lane;
    lane.SetProcessor(Processor::Of(node));
    EXPECT_FALSE(lane.HasProcessor());
    lane.Do({{"long"}}, Note("done"));
    EXPECT_THAT(m_notes, ElementsAre("done@0"));
    EXPECT_FALSE(lane.IsBusy());
}

TEST_F(ProcessorTest, ALaneKeepsTheOrderOfItsJobs)
{
    const auto processor = Processor::Install(CreateObject<Node>(), TableOf(2));
    Lane lane;
    lane.SetProcessor(processor);
    lane.Do({{"long"}}, Note("first"));
    lane.Do({{"short"}}, Note("second")); // the other core has it done at 1000
    lane.Do({}, Note("third"));           // costs nothing, and waits for its turn
    EXPECT_EQ(lane.GetPending(), 3U);
    EXPECT_THAT(m_notes, testing::IsEmpty());
    Simulator::Run();
    EXPECT_THAT(m_notes, ElementsAre("first@5000", "second@5000", "third@5000"));
    EXPECT_EQ(lane.GetCost(), imsfw::Duration(6000));
}

TEST_F(ProcessorTest, LanesShareTheCoresFirstComeFirstServed)
{
    const auto node = CreateObject<Node>();
    const auto processor = Processor::Install(node, TableOf(1));
    EXPECT_EQ(Processor::Of(node), processor);
    Lane one;
    Lane other;
    one.SetProcessor(processor);
    other.SetProcessor(processor);
    one.Do({{"long"}}, Note("one"));
    other.Do({{"short"}}, Note("other"));
    Simulator::Schedule(NanoSeconds(5500), [&] { one.Do({{"short"}}, Note("later")); });
    Simulator::Run();
    EXPECT_THAT(m_notes, ElementsAre("one@5000", "other@6000", "later@7000"));
    EXPECT_EQ(processor->GetCpu().GetAccount().waited, imsfw::Duration(5000 + 500));
}

TEST_F(ProcessorTest, WhatIsDoneMayHandInMoreOrEndTheLane)
{
    const auto processor = Processor::Install(CreateObject<Node>(), TableOf(1));
    auto lane = std::make_unique<Lane>();
    lane->SetProcessor(processor);
    lane->Do({{"short"}},
             [&]
             {
                 lane->Do({{"short"}}, [&] { lane.reset(); });
                 lane->Do({{"short"}}, Note("never"));
             });
    Simulator::Run();
    EXPECT_EQ(lane, nullptr);
    EXPECT_THAT(m_notes, testing::IsEmpty());
}

TEST_F(ProcessorTest, EachJobIsTraced)
{
    const auto processor = Processor::Install(CreateObject<Node>(), TableOf(1));
    std::vector<std::string> traced;
    processor->TraceConnectWithoutContext(
        "Submitted",
        Callback<void, const imsfw::WorkList&, const imsfw::cpu::Slot&>(
            [&](const imsfw::WorkList& work, const imsfw::cpu::Slot& slot)
            { traced.push_back(work.front().operation + std::to_string(slot.Cost().count())); }));
    Lane lane;
    lane.SetProcessor(processor);
    lane.Do({{"short", 3}}, [] {});
    Simulator::Run();
    EXPECT_THAT(traced, ElementsAre("short3000"));
}

} // namespace
} // namespace imscpu
} // namespace ns3
