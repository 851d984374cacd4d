// SPDX-License-Identifier: GPL-2.0-only
#include "phase-tree.h"

#include "phase-report.h"

#include <gtest/gtest.h>

#include <sstream>

using namespace imsfw;
using namespace imsfw::scenario;

namespace
{

Phase
Of(const char* plane, const char* way, const char* name, int from, int to, bool isLeaf = false)
{
    const auto at = [](int time) { return TimePoint(std::chrono::milliseconds(time)); };
    Phase phase{plane, way, name, at(from), at(to)};
    phase.isLeaf = isLeaf;
    return phase;
}

/// @return names in order, each with as many dots before it as its depth.
std::string
Told(const std::vector<Phase>& phases)
{
    std::string text;
    for (const auto& phase : phases)
    {
        text += (text.empty() ? "" : " ") + std::string(phase.depth, '.') + phase.name;
    }
    return text;
}

} // namespace

TEST(PhaseTreeTest, PhasesLieInThoseThatHoldThem)
{
    struct Row
    {
        const char* what;
        std::vector<Phase> phases;
        const char* told;
    };

    const Row rows[] = {
        {"nothing", {}, ""},
        {"an attempt, told from inside out",
         {Of("c", "w", "tls", 6, 9),
          Of("c", "w", "tcp", 0, 5),
          Of("c", "w", "connect", 0, 9),
          Of("c", "w", "register", 9, 20),
          Of("c", "w", "attempt", 0, 20)},
         "attempt .connect ..tcp ..tls .register"},
        {"of two of equal length the first is the outer one",
         {Of("m", "w", "attempt", 0, 5), Of("m", "w", "stun-binding", 0, 5)},
         "attempt .stun-binding"},
        {"a race: each attempt keeps its own together",
         {Of("c", "a", "attempt", 0, 90),
          Of("c", "b", "attempt", 10, 50),
          Of("c", "b", "tcp", 10, 20),
          Of("c", "a", "tcp", 0, 80)},
         "attempt .tcp attempt .tcp"},
        {"planes are apart", {Of("c", "w", "a", 0, 90), Of("m", "w", "b", 10, 50)}, "a b"},
        {"overlapping is not lying in", {Of("c", "w", "a", 0, 9), Of("c", "w", "b", 5, 12)}, "a b"},
        {"leaves hold nothing",
         {Of("m", "w", "up", 0, 9, true), Of("m", "w", "down", 0, 5)},
         "up down"},
    };
    for (const auto& row : rows)
    {
        const auto tree = Nest(row.phases);
        EXPECT_EQ(Told(tree), row.told) << row.what;
        for (std::size_t i = 0; i < tree.size(); ++i)
        {
            if (tree[i].parent)
            {
                ASSERT_LT(*tree[i].parent, i) << row.what;
                EXPECT_EQ(tree[*tree[i].parent].depth + 1, tree[i].depth) << row.what;
            }
        }
    }
}

TEST(PhaseTreeTest, TheWaterfallShowsDepthTimesAndBytes)
{
    auto phases = Nest({Of("control", "w", "attempt", 0, 20), Of("control", "w", "tcp", 0, 10)});
    std::ostringstream bare;
    PrintWaterfall(bare, phases);
    PrintLayers(bare, phases);
    EXPECT_EQ(bare.str().find("round trips"), std::string::npos);
    EXPECT_EQ(bare.str().find("Bytes on the wire"), std::string::npos);
    phases[1].traffic.emplace();
    phases[1].traffic->roundTrips = 1;
    phases[1].traffic->sent[Layer::TCP] = 36;
    std::ostringstream full;
    PrintWaterfall(full, phases);
    PrintLayers(full, phases);
    EXPECT_NE(full.str().find("  control/attempt"), std::string::npos);
    EXPECT_NE(full.str().find("    tcp "), std::string::npos);
    EXPECT_NE(full.str().find("      10.000           1       36        0  ################"),
              std::string::npos)
        << full.str();
    EXPECT_NE(full.str().find("     tcp\n"), std::string::npos) << "the one layer's column";
    std::ostringstream none;
    PrintWaterfall(none, {});
    PrintLayers(none, {});
    EXPECT_EQ(none.str(), "");
}
