// SPDX-License-Identifier: GPL-2.0-only
#include "ims-tls-suites.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace imsfw::tls
{
namespace
{

struct SuiteRow
{
    uint16_t id; // IANA's registry "TLS Cipher Suites"
    std::string ianaName;
    std::string openSslName;
    bool isTls13;
    bool isNull;
};

const SuiteRow ROWS[] = {
    {0x0002, "TLS_RSA_WITH_NULL_SHA", "NULL-SHA", false, true},
    {0x003b, "TLS_RSA_WITH_NULL_SHA256", "NULL-SHA256", false, true},
    {0xc010, "TLS_ECDHE_RSA_WITH_NULL_SHA", "ECDHE-RSA-NULL-SHA", false, true},
    {0xc006, "TLS_ECDHE_ECDSA_WITH_NULL_SHA", "ECDHE-ECDSA-NULL-SHA", false, true},
    {0x002f, "TLS_RSA_WITH_AES_128_CBC_SHA", "AES128-SHA", false, false},
    {0x0035, "TLS_RSA_WITH_AES_256_CBC_SHA", "AES256-SHA", false, false},
    {0x003c, "TLS_RSA_WITH_AES_128_CBC_SHA256", "AES128-SHA256", false, false},
    {0x009c, "TLS_RSA_WITH_AES_128_GCM_SHA256", "AES128-GCM-SHA256", false, false},
    {0x009d, "TLS_RSA_WITH_AES_256_GCM_SHA384", "AES256-GCM-SHA384", false, false},
    {0xc013, "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA", "ECDHE-RSA-AES128-SHA", false, false},
    {0xc02f, "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "ECDHE-RSA-AES128-GCM-SHA256", false, false},
    {0xc030, "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", "ECDHE-RSA-AES256-GCM-SHA384", false, false},
    {0xc02b,
     "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
     "ECDHE-ECDSA-AES128-GCM-SHA256",
     false,
     false},
    {0xcca8,
     "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
     "ECDHE-RSA-CHACHA20-POLY1305",
     false,
     false},
    {0x1301, "TLS_AES_128_GCM_SHA256", "TLS_AES_128_GCM_SHA256", true, false},
    {0x1302, "TLS_AES_256_GCM_SHA384", "TLS_AES_256_GCM_SHA384", true, false},
    {0x1303, "TLS_CHACHA20_POLY1305_SHA256", "TLS_CHACHA20_POLY1305_SHA256", true, false},
};

TEST(SuitesTest, FoundByEitherNameInAnyCase)
{
    for (const auto& row : ROWS)
    {
        for (const std::string& name : {row.ianaName, row.openSslName})
        {
            const auto suite = FindSuite(name);
            ASSERT_TRUE(suite) << name;
            EXPECT_EQ(suite->id, row.id) << name;
            EXPECT_EQ(suite->ianaName, row.ianaName);
            EXPECT_EQ(suite->openSslName, row.openSslName);
            EXPECT_EQ(suite->isTls13, row.isTls13) << name;
            EXPECT_EQ(suite->isNull, row.isNull) << name;
        }
    }
    EXPECT_TRUE(FindSuite("tls_rsa_with_null_sha"));
    EXPECT_TRUE(FindSuite("null-sha"));
}

TEST(SuitesTest, TheTableHasOnlyWhatASimulatedServerCanNegotiate)
{
    EXPECT_GE(AllSuites().size(), std::size(ROWS));
    uint16_t before = 0;
    for (const auto& suite : AllSuites())
    {
        EXPECT_LT(before, suite.id) << "in the order of code points, none twice";
        before = suite.id;
        for (const char* part : {"PSK", "SRP", "anon", "_DHE_", "KRB5"})
        {
            EXPECT_EQ(suite.ianaName.find(part), std::string::npos) << suite.ianaName;
        }
        EXPECT_EQ(suite.isNull, suite.ianaName.find("_NULL_") != std::string::npos)
            << suite.ianaName;
    }
}

TEST(SuitesTest, AnUnknownNameComesWithTheNearest)
{
    struct Row
    {
        std::string name;
        std::string meant;
    };

    const Row rows[] = {
        {"TLS_RSA_WITH_NUL_SHA", "TLS_RSA_WITH_NULL_SHA"},
        {"TLS_RSA_WITH_AES128_CBC_SHA", "TLS_RSA_WITH_AES_128_CBC_SHA"},
        {"ECDHE-RSA-AES128-GCM-SHA", "ECDHE-RSA-AES128-GCM-SHA256"},
        {"TLS_AES_128_GCM", "TLS_AES_128_GCM_SHA256"},
    };
    for (const auto& row : rows)
    {
        const auto suite = FindSuite(row.name);
        ASSERT_FALSE(suite) << row.name;
        EXPECT_THAT(suite.Error(), testing::HasSubstr("\"" + row.name + "\""));
        EXPECT_THAT(suite.Error(), testing::HasSubstr("\"" + row.meant + "\""));
    }
    EXPECT_FALSE(FindSuite(""));
    EXPECT_FALSE(FindSuite("TLS_PSK_WITH_NULL_SHA")) << "nobody has a pre-shared key here";
}

struct CheckRow
{
    std::vector<std::string> suites;
    std::string min;
    std::string max;
    std::string error; // empty: fine
};

TEST(SuitesTest, ImpossibleCombinationsAreSaid)
{
    const CheckRow rows[] = {
        {{}, "", "", ""},
        {{}, "1.2", "1.3", ""},
        {{}, "1.3", "1.3", ""},
        {{"NULL-SHA"}, "", "", ""},
        {{"NULL-SHA"}, "1.2", "1.2", ""},
        {{"TLS_AES_128_GCM_SHA256"}, "1.3", "1.3", ""},
        {{"NULL-SHA", "TLS_AES_128_GCM_SHA256"}, "1.2", "1.3", ""},
        {{"NULL-SHA"}, "1.3", "1.3", "TLS_RSA_WITH_NULL_SHA is a suite of TLS 1.2"},
        {{"NULL-SHA"}, "1.3", "", "TLS_RSA_WITH_NULL_SHA is a suite of TLS 1.2"},
        {{"TLS_AES_128_GCM_SHA256"}, "1.2", "1.2", "TLS_AES_128_GCM_SHA256 is a suite of TLS 1.3"},
        {{"TLS_AES_128_GCM_SHA256"}, "", "1.2", "TLS_AES_128_GCM_SHA256 is a suite of TLS 1.3"},
        {{"NULL-SHA"}, "1.2", "1.3", "no suite of TLS 1.3 is offered"},
        {{"TLS_AES_128_GCM_SHA256"}, "1.2", "1.3", "no suite of TLS 1.2 is offered"},
        {{}, "1.3", "1.2", "is no range"},
        {{}, "1.1", "", "\"1.1\""},
        {{}, "", "TLS 1.4", "\"TLS 1.4\""},
    };
    for (const auto& row : rows)
    {
        const auto error = CheckSuites(row.suites, row.min, row.max);
        const std::string where =
            testing::PrintToString(row.suites) + " " + row.min + "-" + row.max;
        if (row.error.empty())
        {
            EXPECT_EQ(error, std::nullopt) << where;
        }
        else
        {
            ASSERT_TRUE(error) << where;
            EXPECT_THAT(*error, testing::HasSubstr(row.error)) << where;
        }
    }
}

} // namespace
} // namespace imsfw::tls
