// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Where a text stops being UTF-8: RFC 3629's examples and limits, and what a file that is not is told.
#include "engine/config/checked-yaml.h"
#include "engine/config/utf8.h"

#include <gtest/gtest.h>

namespace imsfw::config
{

namespace
{

struct Row
{
    std::string_view text;
    std::optional<std::size_t> bad{};
};

class Utf8 : public testing::TestWithParam<Row>
{
};

TEST_P(Utf8, IsToldFromWhatIsNot)
{
    EXPECT_EQ(FindBadUtf8(GetParam().text), GetParam().bad);
}

INSTANTIATE_TEST_SUITE_P(Table,
                         Utf8,
                         testing::Values(Row{""},
                                         Row{"plain"},
                                         Row{"A\xE2\x89\xA2\xCE\x91."}, // RFC 3629 7
                                         Row{"\xED\x95\x9C\xEA\xB5\xAD\xEC\x96\xB4"},
                                         Row{"\xEF\xBB\xBF\xF0\xA3\x8E\xB4"},
                                         Row{"\xF4\x8F\xBF\xBF"},
                                         Row{"a\xB1", 1},            // a continuation byte alone
                                         Row{"ab\xC0\x80", 2},       // overlong: U+0000
                                         Row{"\xE0\x9F\xBF", 0},     // overlong: U+07FF
                                         Row{"\xED\xA1\x8C", 0},     // a surrogate
                                         Row{"\xF4\x90\x80\x80", 0}, // beyond U+10FFFF
                                         Row{"\xFF", 0},
                                         Row{"ok \xE2\x89", 3}, // cut
                                         Row{"ok \xE2\x89 x", 3}));

TEST(CheckedYaml, RefusesWhatIsNotUtf8)
{
    const auto document = LoadText("x.yaml", "name: x\ntitle: a\xB1\n", R"({"type": "object"})");
    ASSERT_FALSE(document);
    EXPECT_EQ(ToString(document.Error()), "x.yaml:2:9: this byte is not UTF-8: 0xb1\n");
    EXPECT_TRUE(LoadText("x.yaml", "name: \xC3\xA4\n", R"({"type": "object"})"));
}

} // namespace

} // namespace imsfw::config
