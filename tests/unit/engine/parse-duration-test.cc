// SPDX-License-Identifier: GPL-2.0-only
#include "engine/config/parse-duration.h"

#include <gtest/gtest.h>
#include <regex>

namespace imsfw::config
{

namespace
{

using namespace std::chrono_literals;

struct GoodRow
{
    const char* text;
    Duration duration;
    const char* shortest;
};

const GoodRow GOOD[] = {
    {"0s", 0ns, "0s"},
    {"1ns", 1ns, "1ns"},
    {"200us", 200us, "200us"},
    {"200ms", 200ms, "200ms"},
    {"30s", 30s, "30s"},
    {"60s", 1min, "1min"},
    {"5min", 5min, "5min"},
    {"2h", 2h, "2h"},
    {"1.5h", 90min, "90min"},
    {"0.25s", 250ms, "250ms"},
    {"7440s", 124min, "124min"},
    {"1d", 24h, "1d"},
    {"0.0000000019s", 1ns, "1ns"}, // finer than a nanosecond is cut
};

TEST(ParseDuration, ReadsNumberAndUnit)
{
    for (const auto& row : GOOD)
    {
        SCOPED_TRACE(row.text);
        const auto parsed = ParseDuration(row.text);
        ASSERT_TRUE(parsed) << parsed.Error();
        EXPECT_EQ(*parsed, row.duration);
        EXPECT_EQ(FormatDuration(*parsed), row.shortest);
        EXPECT_EQ(*ParseDuration(FormatDuration(*parsed)), row.duration);
    }
}

const char* BAD[] = {"",
                     "30",
                     "s",
                     "-1s",
                     "30 s",
                     "30sec",
                     "1..5s",
                     "1.s",
                     ".5s",
                     "1.5.5s",
                     "1e3s",
                     "30S",
                     "inf",
                     "300y",
                     "0x10s",
                     " 30s",
                     "30s ",
                     "1,5s",
                     "99999999999999999999s",
                     "10000000000s",
                     "106752d"};

TEST(ParseDuration, RefusesTheRestInWords)
{
    for (const char* text : BAD)
    {
        SCOPED_TRACE(text);
        const auto parsed = ParseDuration(text);
        ASSERT_FALSE(parsed);
        EXPECT_NE(parsed.Error().find(std::string("\"") + text + "\" is not a duration"),
                  std::string::npos);
    }
}

TEST(ParseDuration, PatternForSchemasAgrees)
{
    const std::regex pattern{std::string(DURATION_PATTERN)};
    for (const auto& row : GOOD)
    {
        EXPECT_TRUE(std::regex_search(row.text, pattern)) << row.text;
    }
    for (const std::string text : BAD)
    {
        const bool tooLong =
            text.size() >= 7 && text.find_first_not_of("0123456789sd") == std::string::npos;
        EXPECT_EQ(std::regex_search(text, pattern), tooLong) << text;
    }
}

} // namespace

} // namespace imsfw::config
