// SPDX-License-Identifier: GPL-2.0-only
#include "base/markup.h"

#include <gtest/gtest.h>

namespace imsfw
{
namespace
{

TEST(MarkupTest, WhatMeansSomethingBecomesAnEntityAndNothingElseChanges)
{
    struct
    {
        std::string_view text;
        std::string_view escaped;
    } const rows[] = {
        {"", ""},
        {"sips:a@b.example", "sips:a@b.example"},
        {"<script>", "&lt;script&gt;"},
        {"a\" onload=\"b", "a&quot; onload=&quot;b"},
        {"&lt;", "&amp;lt;"}, // what is escaped already is text like any other
        {"\xC3\xA4", "\xC3\xA4"},
    };

    for (const auto& row : rows)
    {
        EXPECT_EQ(EscapeMarkup(row.text), row.escaped);
    }
}

} // namespace
} // namespace imsfw
