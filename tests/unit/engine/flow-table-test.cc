// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The index and the table of flows, alone: against plain models, and their bounds.
#include "engine/flow/flow-table.h"

#include "../classify/talk.h"
#include "packets.h"

#include <gtest/gtest.h>
#include <map>
#include <set>

namespace imsfw::engine
{

namespace
{

using classify::Direction;
using namespace std::chrono_literals;

Ip4Tuple
Numbered(uint32_t number)
{
    return {0x0a000000 + number / 7, 0xc0000200 + number % 7, 1000, 443, IpProtocol::UDP};
}

/// A hash of little worth: many numbers share a bucket, and a third of them their tag.
std::size_t
PoorHash(uint32_t number)
{
    return std::size_t{number % 5} << 61 | number % 3;
}

std::size_t
GoodHash(uint32_t number)
{
    return Numbered(number).Hash();
}

using HashOf = std::size_t (*)(uint32_t number);

/// An index of numbers, each in the slot of its own.
class Numbers
{
  public:
    Numbers(HashOf hash, std::size_t most) : m_hash(hash), m_index(most)
    {
    }

    void
    Insert(uint32_t number)
    {
        if (!m_index.HasRoom())
        {
            m_index.Grow([this](FlowIndex::Place place) { return m_hash(place.slot); });
            EXPECT_TRUE(m_index.HasRoom());
        }
        m_index.Insert(m_hash(number), {number, Direction::TO_CLIENT});
    }

    void
    Erase(uint32_t number)
    {
        m_index.Erase(m_hash(number), {number, Direction::TO_SERVER}); // leads elsewhere
        m_index.Erase(m_hash(number), {number, Direction::TO_CLIENT});
    }

    bool
    Finds(uint32_t number) const
    {
        const auto place = m_index.Find(
            m_hash(number), [number](FlowIndex::Place found) { return found.slot == number; });
        EXPECT_TRUE(!place || place->direction == Direction::TO_CLIENT);
        return place.has_value();
    }

    std::size_t
    Size() const
    {
        return m_index.Size();
    }

  private:
    HashOf m_hash;
    FlowIndex m_index;
};

void
ExpectAgreesWithASet(HashOf hash, uint32_t numbers, int steps)
{
    classify::Noise noise(1);
    Numbers index(hash, numbers);
    std::set<uint32_t> model;
    for (int step = 0; step < steps; ++step)
    {
        const auto number = static_cast<uint32_t>(noise.Below(numbers));
        if (noise.Below(2) != 0)
        {
            index.Erase(number);
            model.erase(number);
        }
        else if (model.insert(number).second)
        {
            index.Insert(number);
        }
        ASSERT_EQ(index.Size(), model.size());
        ASSERT_EQ(index.Finds(number), model.count(number) == 1) << number;
    }
    for (uint32_t number = 0; number < numbers; ++number)
    {
        ASSERT_EQ(index.Finds(number), model.count(number) == 1) << number;
    }
}

TEST(FlowIndex, AgreesWithASet)
{
    ExpectAgreesWithASet(GoodHash, 500, 100'000);
}

TEST(FlowIndex, AgreesWithASetWhereBucketsRunOver)
{
    ExpectAgreesWithASet(PoorHash, 300, 30'000);
}

TEST(FlowIndex, ForgetsWithoutATrace)
{
    Numbers index(PoorHash, 100);
    for (int round = 0; round < 1000;
         ++round) // else counts of what passed buckets over would add up
    {
        for (uint32_t number = 0; number < 30; ++number)
        {
            index.Insert(number);
        }
        for (uint32_t number = 0; number < 30; ++number)
        {
            index.Erase((number * 7 + static_cast<uint32_t>(round)) % 30);
        }
        ASSERT_EQ(index.Size(), 0U);
        ASSERT_FALSE(index.Finds(3));
    }
}

TEST(FlowIndex, HoldsMoreThanItWasMadeFor)
{
    Numbers index(GoodHash, 1);
    for (uint32_t number = 0; number < 1000; ++number)
    {
        index.Insert(number);
    }
    for (uint32_t number = 0; number < 1000; ++number)
    {
        ASSERT_TRUE(index.Finds(number)) << number;
    }
    EXPECT_FALSE(index.Finds(1000));
}

TEST(FlowIndex, GuessesWhatItFinds)
{
    FlowIndex index(10);
    index.Insert(GoodHash(1), {7, Direction::TO_SERVER});
    index.Insert(GoodHash(1), {8, Direction::TO_SERVER});
    std::set<uint32_t> likely;
    index.ForEachLikely(GoodHash(1), [&](FlowIndex::Place place) { likely.insert(place.slot); });
    EXPECT_EQ(likely, (std::set<uint32_t>{7, 8}));
    index.ForEachLikely(GoodHash(2), [](FlowIndex::Place place) { ADD_FAILURE() << place.slot; });
}

TEST(FlowIndex, HashesTellApartWhateverDiffers)
{
    const Ip4Tuple base = TcpFlow("10.0.0.1:1000", "192.0.2.1:443");
    Ip4Tuple others[] = {base, base, base, base, base};
    ++others[0].source;
    ++others[1].destination;
    ++others[2].sourcePort;
    ++others[3].destinationPort;
    others[4].protocol = IpProtocol::UDP;
    for (const auto& other : others)
    {
        EXPECT_NE(other, base);
        EXPECT_NE(other.Hash() >> 32, base.Hash() >> 32); // what buckets are chosen by
        EXPECT_NE(static_cast<uint32_t>(other.Hash()), static_cast<uint32_t>(base.Hash()));
    }
}

TEST(FlowIndex, TrustsTheOwnerWhereHashesCollide)
{
    FlowIndex index(10);
    const std::size_t hash = GoodHash(1);
    index.Insert(hash, {7, Direction::TO_SERVER});
    index.Insert(hash, {8, Direction::TO_SERVER}); // as if another's hash were the same
    for (const uint32_t slot : {7U, 8U})
    {
        const auto place = index.Find(hash, [slot](FlowIndex::Place p) { return p.slot == slot; });
        ASSERT_TRUE(place);
        EXPECT_EQ(place->slot, slot);
    }
    EXPECT_FALSE(index.Find(hash, [](FlowIndex::Place) { return false; }));
}

WholeFlow
MakeFlow(uint32_t number, TimePoint expiry, Action action = Action::ALLOW)
{
    WholeFlow flow;
    flow.original = flow.translated = Numbered(number);
    flow.translated.source = 0xcb007101;
    flow.verdict.action = action;
    flow.expiry = expiry;
    return flow;
}

constexpr TimePoint START{};

TEST(FlowTable, FindsAllowedFlowsFromBothSides)
{
    FlowTable table(10);
    table.Insert(MakeFlow(1, START + 1s));
    table.Insert(MakeFlow(2, START + 1s, Action::DROP));
    const auto there = table.Find(Numbered(1));
    ASSERT_NE(there.flow, nullptr);
    EXPECT_EQ(there.direction, Direction::TO_SERVER);
    const auto back = table.Find(there.flow->translated.Reversed());
    EXPECT_EQ(back.flow, there.flow);
    EXPECT_EQ(back.direction, Direction::TO_CLIENT);
    EXPECT_EQ(table.Find(Numbered(1).Reversed()).flow, nullptr);
    const auto refused = table.Find(Numbered(2));
    ASSERT_NE(refused.flow, nullptr);
    EXPECT_EQ(table.Find(refused.flow->translated.Reversed()).flow, nullptr);
}

TEST(FlowTable, ExpiresInTheOrderOfTheLatestExpiry)
{
    FlowTable table(10);
    table.Insert(MakeFlow(1, START + 1s));
    table.Insert(MakeFlow(2, START + 2s));
    table.Insert(MakeFlow(3, START + 3s));
    table.SetExpiry(*table.Find(Numbered(1)).flow, START + 10s); // later
    table.SetExpiry(*table.Find(Numbered(3)).flow, START + 1s);  // earlier
    EXPECT_EQ(table.NextExpiry(), START + 1s);
    EXPECT_FALSE(table.TakeExpired(START + 999ms));
    EXPECT_EQ(table.TakeExpired(START + 1s)->original, Numbered(3));
    EXPECT_FALSE(table.TakeExpired(START + 1s));
    EXPECT_EQ(table.TakeExpired(START + 20s)->original, Numbered(2));
    EXPECT_LE(table.NextExpiry(), START + 10s); // early, never late
    EXPECT_EQ(table.TakeExpired(START + 20s)->original, Numbered(1));
    EXPECT_FALSE(table.TakeExpired(START + 20s));
    EXPECT_FALSE(table.NextExpiry());
    EXPECT_EQ(table.Size(), 0U);
}

TEST(FlowTable, AgreesWithAModelUnderRandomUse)
{
    classify::Noise noise(2);
    FlowTable table(40);
    std::map<uint32_t, TimePoint> model;
    TimePoint now = START;
    for (int step = 0; step < 100'000; ++step)
    {
        now += Duration(noise.Below(50));
        while (const auto gone = table.TakeExpired(now))
        {
            const uint32_t number = (gone->original.source - 0x0a000000) * 7 +
                                    (gone->original.destination - 0xc0000200);
            ASSERT_EQ(model.at(number), gone->expiry);
            ASSERT_LE(gone->expiry, now);
            model.erase(number);
        }
        for (const auto& [number, expiry] : model)
        {
            ASSERT_GT(expiry, now) << number;
        }
        const auto number = static_cast<uint32_t>(noise.Below(60));
        const TimePoint expiry = now + Duration(1 + noise.Below(2000));
        if (const auto found = table.Find(Numbered(number)); found.flow != nullptr)
        {
            table.SetExpiry(*found.flow, expiry);
        }
        else if (!table.IsFull())
        {
            table.Insert(MakeFlow(number, expiry));
        }
        else
        {
            continue;
        }
        model[number] = expiry;
        ASSERT_LE(*table.NextExpiry(), expiry);
        ASSERT_EQ(table.Size(), model.size());
    }
}

TEST(FlowTable, TakesTheFlowNearestToItsExpiry)
{
    FlowTable table(3);
    table.Insert(MakeFlow(1, START + 1s));
    table.Insert(MakeFlow(2, START + 2s));
    table.Insert(MakeFlow(3, START + 3s));
    EXPECT_TRUE(table.IsFull());
    table.SetExpiry(*table.Find(Numbered(1)).flow, START + 9s);
    EXPECT_EQ(table.TakeNearestToExpiry().original, Numbered(2));
    EXPECT_FALSE(table.IsFull());
    const Flow& fourth = table.Insert(MakeFlow(4, START + 4s));
    EXPECT_EQ(table.DetailsOf(fourth).id, 4U); // ids are never used twice
    EXPECT_EQ(table.TakeNearestToExpiry().original, Numbered(3));
    EXPECT_EQ(table.InsertedCount(), 4U);
}

TEST(FlowTable, HasRoomForOneAtLeast)
{
    FlowTable table(0);
    EXPECT_FALSE(table.IsFull());
    table.Insert(MakeFlow(1, START));
    EXPECT_TRUE(table.IsFull());
}

} // namespace

} // namespace imsfw::engine
