// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The E-model against values worked out from the Recommendations' formulas, and against those that others publish.
#include "ims-media-e-model.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace imsfw::rtp
{
namespace
{

TEST(EModel, DefaultsGiveThePublishedRating)
{
    // G.107 7.8: "the default values ... R = 93.2"; MOS 4.41 by Annex B.
    EXPECT_NEAR(RateNarrowband({}), 93.2, 0.05);
    EXPECT_NEAR(MosNarrowband(RateNarrowband({})), 4.41, 0.005);
    EXPECT_DOUBLE_EQ(RateWideband({}), 129); // G.107.1
}

TEST(EModel, DelayImpairmentTable)
{
    struct Row
    {
        double ta;
        double idd;
    };

    // G.107 (7-27), (7-28).
    for (const Row row : {Row{0, 0},
                          {100, 0},
                          {150, 0.16},
                          {200, 3.04},
                          {250, 8.92},
                          {300, 14.76},
                          {400, 24.07},
                          {500, 30.64}})
    {
        EXPECT_NEAR(DelayImpairment(row.ta), row.idd, 0.005) << row.ta;
    }
}

/// One connection, whose MOS follows from the formula named.
struct MosRow
{
    const char* formula;
    double ta;
    double bpl;
    double ppl;
    double mos;
};

TEST(EModel, NarrowbandMosTable)
{
    const std::vector<MosRow> rows = {
        {"(7-28), Annex B: delay", 200, 25.1, 0, 4.343},
        {"(7-28), Annex B: delay", 300, 25.1, 0, 3.964},
        {"(7-28), Annex B: delay", 400, 25.1, 0, 3.556},
        {"(7-29), Annex B: loss, G.711 with concealment", 0, 25.1, 1, 4.328},
        {"(7-29), Annex B: loss, G.711 with concealment", 0, 25.1, 2, 4.235},
        {"(7-29), Annex B: loss, G.711 with concealment", 0, 25.1, 5, 3.923},
        {"(7-29), Annex B: loss, G.711 without", 0, 4.3, 1, 3.834},
        {"(7-29), Annex B: loss, G.711 without", 0, 4.3, 2, 3.256},
    };
    for (const MosRow& row : rows)
    {
        EModelParameters parameters;
        parameters.ta = row.ta;
        parameters.bpl = row.bpl;
        parameters.ppl = row.ppl;
        EXPECT_NEAR(MosNarrowband(RateNarrowband(parameters)), row.mos, 0.001)
            << row.formula << " " << row.ta << " ms, " << row.ppl << " %";
    }
}

/// G.107.1 (7-1), (7-15), A-1 and A-2.
struct WidebandRow
{
    double ie;
    double bpl;
    double ppl;
    double mos;
};

TEST(EModel, WidebandMosTable)
{
    const std::vector<WidebandRow> rows = {
        {20, 4.3, 0, 4.182}, // AMR-WB 12.65, diotic
        {20, 4.3, 1, 3.758},
        {20, 4.3, 2, 3.4062}, // published with an independent implementation
        {20, 4.3, 5, 2.746},
        {13, 4.3, 0, 4.3371}, // AMR-WB 12.65, 23.85 and 6.60, monotic; the same
        {8, 4.3, 0, 4.4206},
        {41, 4.3, 0, 3.5123},
    };
    for (const WidebandRow& row : rows)
    {
        WidebandParameters parameters;
        parameters.ie = row.ie;
        parameters.bpl = row.bpl;
        parameters.ppl = row.ppl;
        EXPECT_NEAR(MosWideband(RateWideband(parameters)), row.mos, 0.001)
            << row.ie << ", " << row.ppl << " %";
    }
}

TEST(EModel, BurstsHurtMoreThanRandomLoss)
{
    EXPECT_DOUBLE_EQ(EffectiveEquipmentImpairment(0, 25.1, 5, 1), 95 * 5 / (5 + 25.1));
    EXPECT_DOUBLE_EQ(EffectiveEquipmentImpairment(0, 25.1, 5, 2), 95 * 5 / (2.5 + 25.1));
    EXPECT_DOUBLE_EQ(EffectiveEquipmentImpairment(11, 19, 0, 1), 11);
}

TEST(EModel, EchoMattersOnlyWithAnEchoPath)
{
    const auto rate = [](double ms, bool hasEcho, double telr)
    {
        EModelParameters parameters;
        parameters.ta = ms;
        parameters.telr = telr;
        parameters.t = hasEcho ? ms : 0;
        parameters.tr = hasEcho ? 2 * ms : 0;
        return RateNarrowband(parameters);
    };
    EXPECT_DOUBLE_EQ(rate(50, false, 65), rate(0, false, 65));
    // G.107's own figure: with TELR 65 the rating stays above 90 up to about 100 ms, with 45 it does not.
    EXPECT_GT(rate(100, true, 65), 89);
    EXPECT_LT(rate(100, true, 45), 75);
    EXPECT_GT(rate(100, true, 45), rate(200, true, 45));
}

TEST(EModel, EachParameterMovesTheRatingTheRightWay)
{
    struct Row
    {
        const char* name;
        double EModelParameters::*member;
        double worse;
    };

    const std::vector<Row> rows = {
        {"quiet sending telephone", &EModelParameters::slr, 20},
        {"loud sidetone", &EModelParameters::stmr, 0},
        {"circuit noise", &EModelParameters::nc, -50},
        {"room noise there", &EModelParameters::ps, 65},
        {"room noise here", &EModelParameters::pr, 65},
        {"quantisation", &EModelParameters::qdu, 14},
        {"equipment", &EModelParameters::ie, 11},
        {"loss", &EModelParameters::ppl, 3},
        {"delay", &EModelParameters::ta, 300},
        {"advantage taken away", &EModelParameters::advantage, -5},
    };
    for (const Row& row : rows)
    {
        EModelParameters parameters;
        parameters.*row.member = row.worse;
        EXPECT_LT(RateNarrowband(parameters), RateNarrowband({}) - 1) << row.name;
    }
}

TEST(EModel, MosStaysWithinItsScale)
{
    EXPECT_DOUBLE_EQ(MosNarrowband(-10), 1);
    EXPECT_DOUBLE_EQ(MosNarrowband(0), 1);
    EXPECT_DOUBLE_EQ(MosNarrowband(3), 1); // the cubic would say 0.95
    EXPECT_DOUBLE_EQ(MosNarrowband(100), 4.5);
    EXPECT_DOUBLE_EQ(MosNarrowband(129), 4.5);
    EXPECT_DOUBLE_EQ(MosNarrowband(50), 2.575);
    double before = 1;
    for (double rating = 0; rating <= 110; rating += 0.5)
    {
        const double mos = MosNarrowband(rating);
        EXPECT_GE(mos, before - 1e-12) << rating;
        before = mos;
    }
}

TEST(EModel, CodecsWithoutPublishedFiguresHaveNone)
{
    EXPECT_EQ(FindCodecImpairment("evs-13.2"), nullptr);
    EXPECT_EQ(FindCodecImpairment("opus-25"), nullptr);
    ASSERT_NE(FindCodecImpairment("amr-wb-12.65"), nullptr);
    EXPECT_DOUBLE_EQ(FindCodecImpairment("amr-wb-12.65")->ie, 20);
    EXPECT_DOUBLE_EQ(FindCodecImpairment("pcma")->bpl, 25.1);
}

} // namespace
} // namespace imsfw::rtp
