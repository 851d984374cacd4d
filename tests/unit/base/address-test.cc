// SPDX-License-Identifier: GPL-2.0-only
#include "base/address.h"

#include <gtest/gtest.h>
#include <unordered_set>

using namespace imsfw;

TEST(IpAddressTest, ParsesAndPrints)
{
    for (const char* text : {"10.1.0.2", "0.0.0.0", "255.255.255.255", "2001:db8::1", "::"})
    {
        ASSERT_TRUE(IpAddress::Parse(text)) << text;
        EXPECT_EQ(IpAddress::Parse(text)->ToString(), text);
    }
    for (const char* bad : {"", "10.1.0", "10.1.0.256", "localhost", "1.2.3.4 ", "2001:db8:::1"})
    {
        EXPECT_FALSE(IpAddress::Parse(bad)) << bad;
    }
    EXPECT_EQ(IpAddress::V4(0x0a010002), *IpAddress::Parse("10.1.0.2"));
    EXPECT_EQ(IpAddress::Parse("10.1.0.2")->ToV4(), 0x0a010002U);
    EXPECT_NE(*IpAddress::Parse("0.0.0.0"), *IpAddress::Parse("::"));
}

TEST(EndpointTest, ParsesAndPrints)
{
    for (const char* text : {"10.1.0.2:443", "[2001:db8::1]:5060"})
    {
        ASSERT_TRUE(Endpoint::Parse(text)) << text;
        EXPECT_EQ(Endpoint::Parse(text)->ToString(), text);
    }
    for (const char* bad :
         {"10.1.0.2", "10.1.0.2:", "10.1.0.2:65536", "2001:db8::1:443", "[10.1.0.2]:1"})
    {
        EXPECT_FALSE(Endpoint::Parse(bad)) << bad;
    }
}

TEST(IpPrefixTest, ContainsByWholeBitsAndParts)
{
    struct Row
    {
        const char* prefix;
        const char* address;
        bool contained;
    };

    const Row rows[] = {
        {"10.0.0.0/8", "10.255.0.1", true},
        {"10.0.0.0/8", "11.0.0.0", false},
        {"192.0.2.128/25", "192.0.2.127", false},
        {"192.0.2.128/25", "192.0.2.129", true},
        {"0.0.0.0/0", "203.0.113.9", true},
        {"0.0.0.0/0", "2001:db8::1", false},
        {"2001:db8::/33", "2001:db8:8000::1", false},
        {"2001:db8::/33", "2001:db8:7fff::1", true},
        {"192.0.2.1", "192.0.2.1", true},
        {"192.0.2.1", "192.0.2.2", false},
    };
    for (const Row& row : rows)
    {
        EXPECT_EQ(IpPrefix::Parse(row.prefix)->Contains(*IpAddress::Parse(row.address)),
                  row.contained)
            << row.prefix << " " << row.address;
    }
    EXPECT_FALSE(IpPrefix::Parse("10.0.0.0/33"));
    EXPECT_FALSE(IpPrefix::Parse("10.0.0.0/"));
}

TEST(FiveTupleTest, ReversesAndHashes)
{
    const FiveTuple tuple{
        IpProtocol::TCP, *Endpoint::Parse("10.0.0.1:1"), *Endpoint::Parse("192.0.2.1:443")};
    EXPECT_EQ(tuple.Reversed().Reversed(), tuple);
    EXPECT_NE(tuple.Reversed(), tuple);
    EXPECT_EQ(tuple.ToString(), "tcp 10.0.0.1:1 > 192.0.2.1:443");
    std::unordered_set<FiveTuple> set{tuple, tuple.Reversed(), tuple};
    EXPECT_EQ(set.size(), 2U);
}
