// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Basic authentication and the list syntax that all challenges share: RFC 7617, RFC 9110 11.
#include "base/text.h"
#include "ims-web-proxy-auth-params.h"
#include "ims-web-proxy-basic.h"

#include <gtest/gtest.h>

namespace imsfw::http
{
namespace
{

TEST(BasicAuth, ExampleOfRfc7617)
{
    const BasicCredentials aladdin{"Aladdin", "open sesame"};
    EXPECT_EQ(aladdin.ToHeader(), "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
    const auto parsed = BasicCredentials::Parse("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
    ASSERT_TRUE(parsed);
    EXPECT_EQ(parsed->username, "Aladdin");
    EXPECT_EQ(parsed->password, "open sesame");
}

TEST(BasicAuth, ExampleWithUtf8OfRfc7617)
{
    // RFC 7617 2.1: user-id "test", password 123 POUND SIGN
    const BasicCredentials test{"test", "123\xC2\xA3"};
    EXPECT_EQ(test.ToHeader(), "Basic dGVzdDoxMjPCow==");
    EXPECT_EQ(BasicCredentials::Parse(test.ToHeader())->password, "123\xC2\xA3");
}

TEST(BasicAuth, CredentialsTable)
{
    struct Row
    {
        const char* name;
        std::string header;
        std::optional<std::pair<std::string, std::string>> expected;
    };

    const auto encoded = [](std::string_view pair) { return "Basic " + ToBase64(ByteView(pair)); };
    const std::vector<Row> rows = {
        {"plain", encoded("a:b"), {{"a", "b"}}},
        {"scheme without case", "bAsIc " + ToBase64(ByteView("a:b")), {{"a", "b"}}},
        {"space around", "  Basic   " + ToBase64(ByteView("a:b")) + " ", {{"a", "b"}}},
        {"colons belong to the password", encoded("a:b:c"), {{"a", "b:c"}}},
        {"empty user and password", encoded(":"), {{"", ""}}},
        {"no colon", encoded("ab"), {}},
        {"control character", encoded("a:b\r\n"), {}},
        {"NUL", encoded(std::string_view("a:\0b", 4)), {}},
        {"no base64", "Basic a:b", {}},
        {"no padding", "Basic YTpiYw", {}},
        {"scheme alone", "Basic", {}},
        {"scheme and space", "Basic ", {}},
        {"other scheme", "Digest YTpi", {}},
        {"nothing between", "BasicYTpi", {}},
        {"empty", "", {}},
    };
    for (const Row& row : rows)
    {
        SCOPED_TRACE(row.name);
        const auto parsed = BasicCredentials::Parse(row.header);
        ASSERT_EQ(parsed.has_value(), row.expected.has_value());
        if (parsed)
        {
            EXPECT_EQ(parsed->username, row.expected->first);
            EXPECT_EQ(parsed->password, row.expected->second);
        }
    }
}

TEST(BasicAuth, ChallengeTable)
{
    struct Row
    {
        const char* header;
        std::optional<std::string> realm;
    };

    const std::vector<Row> rows = {
        {R"(Basic realm="WallyWorld")", "WallyWorld"},
        {R"(Basic realm="foo", charset="UTF-8")", "foo"},
        {R"(basic REALM = "a \"b\" \\")", R"(a "b" \)"},
        {R"(Basic realm=token)", "token"},
        {R"(Basic realm="")", ""},
        {R"(Basic realm="unfinished)", {}},
        {R"(Basic realm="a" realm="b")", {}},
        {R"(Basic realm="a", realm="b")", {}},
        {R"(Basic charset="UTF-8")", {}},
        {R"(Basic)", {}},
        {R"(Basic realm)", {}},
        {R"(Basic realm=)", {}},
        {R"(Digest realm="a")", {}},
        {R"(Basic,realm="a")", "a"},
    };
    for (const Row& row : rows)
    {
        SCOPED_TRACE(row.header);
        const auto parsed = BasicChallenge::Parse(row.header);
        ASSERT_EQ(parsed.has_value(), row.realm.has_value());
        if (parsed)
        {
            EXPECT_EQ(parsed->realm, *row.realm);
        }
    }
    EXPECT_EQ(BasicChallenge{R"(a "b")"}.ToHeader(), R"(Basic realm="a \"b\"")");
}

TEST(AuthParams, SeveralChallengesInOneField)
{
    struct Row
    {
        const char* value;
        std::vector<std::string> challenges;
    };

    const std::vector<Row> rows = {
        {"", {}},
        {" , ,", {}},
        {R"(Basic realm="a")", {R"(Basic realm="a")"}},
        {R"(Basic realm="a, b", charset="x")", {R"(Basic realm="a, b", charset="x")"}},
        // RFC 9110 11.6.1's example
        {R"(Basic realm="simple", Newauth realm="apps", type=1, title="Login to \"apps\"")",
         {R"(Basic realm="simple")", R"(Newauth realm="apps", type=1, title="Login to \"apps\"")"}},
        {R"(Negotiate, Basic realm="a")", {"Negotiate", R"(Basic realm="a")"}},
        {R"(Negotiate YWJj=, Basic realm="a")", {"Negotiate YWJj=", R"(Basic realm="a")"}},
        {R"(Digest realm="open, Basic realm=)", {R"(Digest realm="open, Basic realm=)"}},
        {R"("quoted", Basic realm="a")", {R"("quoted")", R"(Basic realm="a")"}},
    };
    for (const Row& row : rows)
    {
        SCOPED_TRACE(row.value);
        EXPECT_EQ(SplitChallenges(row.value), row.challenges);
    }
}

} // namespace
} // namespace imsfw::http
