// SPDX-License-Identifier: GPL-2.0-only
#include "base/text.h"

#include <gtest/gtest.h>

using namespace imsfw;

TEST(TextTest, ParseNumberTakesWholeNumbersInRangeOnly)
{
    EXPECT_EQ(ParseNumber("443", 1, 65535), 443U);
    for (const char* bad : {"", "-1", "+1", " 1", "1 ", "1x", "65536", "0", "99999999999999999999"})
    {
        EXPECT_FALSE(ParseNumber(bad, 1, 65535)) << bad;
    }
}

TEST(TextTest, Base64AfterRfc4648Section10)
{
    const std::pair<const char*, const char*> rows[] = {
        {"", ""},
        {"f", "Zg=="},
        {"fo", "Zm8="},
        {"foo", "Zm9v"},
        {"foob", "Zm9vYg=="},
        {"fooba", "Zm9vYmE="},
        {"foobar", "Zm9vYmFy"},
    };
    for (const auto& [plain, encoded] : rows)
    {
        EXPECT_EQ(ToBase64(ByteView(std::string_view(plain))), encoded);
        ASSERT_TRUE(FromBase64(encoded)) << encoded;
        EXPECT_EQ(ByteView(*FromBase64(encoded)).AsText(), plain);
    }
    for (const char* bad : {"Z", "Zg=", "Zg", "Z===", "Zm9*", "===="})
    {
        EXPECT_FALSE(FromBase64(bad)) << bad;
    }
}

TEST(TextTest, HexBothWays)
{
    EXPECT_EQ(ToHex(Bytes{0x00, 0xff, 0x1a}), "00ff1a");
    EXPECT_EQ(FromHex("00FF1a"), (Bytes{0x00, 0xff, 0x1a}));
    EXPECT_FALSE(FromHex("0"));
    EXPECT_FALSE(FromHex("0g"));
}

TEST(TextTest, NearestNamesFindWhatWasMeant)
{
    const std::vector<std::string> suites{
        "AES128-SHA", "NULL-SHA", "NULL-SHA256", "TLS_AES_128_GCM_SHA256"};
    EXPECT_EQ(NearestNames("NUL-SHA", suites).front(), "NULL-SHA");
    EXPECT_EQ(NearestNames("aes128-sha", suites).front(), "AES128-SHA");
    EXPECT_TRUE(NearestNames("something-else-entirely", suites).empty());
    EXPECT_EQ(DidYouMean("NULL-SHA25", suites).substr(0, 15), "; did you mean ");
    EXPECT_EQ(DidYouMean("zzzzzz", suites), "");
    EXPECT_EQ(DidYouMean("matrx", {"matrix"}), "; did you mean \"matrix\"?");
}

TEST(TextTest, SplitAndJoinKeepEmptyParts)
{
    EXPECT_EQ(Split("a,,b", ',').size(), 3U);
    EXPECT_EQ(Split("", ',').size(), 1U);
    EXPECT_EQ(Join({"", "a", ""}, ","), ",a,");
    EXPECT_EQ(Trim(" \r\n a b\t"), "a b");
    EXPECT_EQ(Trim("  "), "");
}
