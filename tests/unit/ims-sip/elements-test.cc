// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// URIs, name-addrs, Vias and CSeqs: what is understood, what is refused, what comes out again.
#include "ims-sip-elements.h"

#include <gtest/gtest.h>

namespace imsfw::sip::test
{

TEST(SipUri, RoundTrips)
{
    for (const char* text : {"sip:ims.test",
                             "sip:alice@ims.test",
                             "sip:alice@10.0.0.2:5060",
                             "sips:alice@ims.test",
                             "sip:alice@10.0.0.2:50001;transport=tls",
                             "sip:token@203.0.113.5:5060;lr",
                             "sip:alice@[2001:db8::1]:5060;lr",
                             "tel:+15551234"})
    {
        const auto uri = SipUri::Parse(text);
        ASSERT_TRUE(uri) << text;
        EXPECT_EQ(uri->ToString(), text);
    }
}

TEST(SipUri, RefusesWhatIsNone)
{
    for (const char* text : {"",
                             "alice",
                             "sip:",
                             "sip:alice@",
                             "sip:a@h:0",
                             "sip:a@h:65536",
                             "sip:a@h:x",
                             "sip:a b@c",
                             "<sip:a@b>",
                             "sip:a@b\r\nX: y",
                             "\"sip:a@b\""})
    {
        EXPECT_FALSE(SipUri::Parse(text)) << text;
    }
}

TEST(SipUri, PointsSomewhere)
{
    EXPECT_EQ(SipUri::Parse("sip:a@10.0.0.2")->Numeric()->ToString(), "10.0.0.2:5060");
    EXPECT_EQ(SipUri::Parse("sips:a@10.0.0.2")->Numeric()->ToString(), "10.0.0.2:5061");
    EXPECT_EQ(SipUri::Parse("sip:a@10.0.0.2:7000")->Numeric()->ToString(), "10.0.0.2:7000");
    EXPECT_FALSE(SipUri::Parse("sip:a@ims.test")->Numeric());
    EXPECT_EQ(SipUri::Parse("sip:a@IMS.Test;x=y")->AddressOfRecord(), "a@ims.test");
    EXPECT_EQ(SipUri::Parse("tel:+15551234")->AddressOfRecord(), "+15551234");
}

TEST(SipNameAddr, ReadsEveryForm)
{
    struct Row
    {
        const char* text;
        const char* name;
        const char* uri;
        const char* tag;
    };

    for (const Row& row : {Row{"<sip:a@b>", "", "sip:a@b", ""},
                           Row{"sip:a@b", "", "sip:a@b", ""},
                           Row{"sip:a@b;tag=1", "", "sip:a@b", "1"},
                           Row{"<sip:a@b;lr>;tag=1", "", "sip:a@b;lr", "1"},
                           Row{"Alice <sip:a@b>;tag=1", "Alice", "sip:a@b", "1"},
                           Row{"\"A; <B>\" <sip:a@b>;tag=1", "A; <B>", "sip:a@b", "1"}})
    {
        const auto address = SipNameAddr::Parse(row.text);
        ASSERT_TRUE(address) << row.text;
        EXPECT_EQ(address->displayName, row.name) << row.text;
        EXPECT_EQ(address->uri.ToString(), row.uri) << row.text;
        EXPECT_EQ(address->Tag(), row.tag) << row.text;
        const auto again = SipNameAddr::Parse(address->ToString());
        ASSERT_TRUE(again) << address->ToString();
        EXPECT_EQ(again->ToString(), address->ToString());
    }
    for (const char* text : {"", " ", "<sip:a@b", "<>", "<sip:a@b:99999>", "<sip:a@b>\r\nX: y"})
    {
        EXPECT_FALSE(SipNameAddr::Parse(text)) << text;
    }
}

TEST(SipUri, KeepsEscapesAndLetsNoControlCharacterIn)
{
    for (const char* text :
         {"sip:al%20ice@h.test", "sip:a%40b@h.test;p=%3b", "sip:a@h.test;x%3dy=1"})
    {
        ASSERT_TRUE(SipUri::Parse(text)) << text;
        EXPECT_EQ(SipUri::Parse(text)->ToString(), text);
    }
    EXPECT_EQ(SipUri::Parse("sip:%61lice@h.test")->ToString(),
              "sip:alice@h.test"); // RFC 3261 19.1.4
    for (const char* text : {"sip:a%0d%0aX@h.test",
                             "sip:a@h.test;p=%00",
                             "sip:a@h.test;p=%7f",
                             "sip:a%@h.test",
                             "sip:a%4@h.test"})
    {
        EXPECT_FALSE(SipUri::Parse(text)) << text;
        EXPECT_FALSE(SipNameAddr::Parse("<" + std::string(text) + ">")) << text;
    }
}

TEST(SipNameAddr, RefusesParametersThatAreNone)
{
    for (const char* text : {"<sip:a@b>;",
                             "<sip:a@b>;=1",
                             "<sip:a@b>;tag=",
                             "<sip:a@b>;x=\"y",
                             "<sip:a@b>;x=\"y\"z",
                             "<sip:a@b>tag=1",
                             "<sip:a@b>;a b=1",
                             "\"A <sip:a@b>",
                             "A\"B <sip:a@b>"})
    {
        EXPECT_FALSE(SipNameAddr::Parse(text)) << text;
    }
    EXPECT_EQ(SipNameAddr::Parse("<sip:a@b> ; tag = 1 ; x=\";\"")->ToString(),
              "<sip:a@b>;tag=1;x=\";\"");
    EXPECT_EQ(SipNameAddr::Parse("\"a\\\"<b\" <sip:a>")->displayName, "a\\\"<b");
}

TEST(SipVia, RoundTripsAndKnowsItsPeer)
{
    for (const char* text :
         {"SIP/2.0/UDP 10.0.0.2:5060;branch=z9hG4bK1;rport",
          "SIP/2.0/TLS pcscf.ims.test;branch=z9hG4bK1;received=1.2.3.4;rport=77"})
    {
        const auto via = SipVia::Parse(text);
        ASSERT_TRUE(via) << text;
        EXPECT_EQ(via->ToString(), text);
        EXPECT_EQ(via->Branch(), "z9hG4bK1");
    }
    EXPECT_EQ(SipVia::Parse("SIP/2.0/UDP H;branch=a")->SentBy(), "h:5060");
    EXPECT_EQ(SipVia::Parse("SIP/2.0/TLS h;branch=a")->SentBy(), "h:5061");
    for (const char* text :
         {"", "SIP/2.0/UDP", "SIP/3.0/UDP h", "UDP h", "SIP/2.0/UDP h:0", "SIP/2.0/UDP h:70000"})
    {
        EXPECT_FALSE(SipVia::Parse(text)) << text;
    }
}

TEST(SipCSeq, KnowsItsRange)
{
    EXPECT_EQ(SipCSeq::Parse("4711 INVITE")->ToString(), "4711 INVITE");
    EXPECT_EQ(SipCSeq::Parse("2147483647 BYE")->number, 2147483647U);
    for (const char* text : {"", "1", "INVITE", "x INVITE", "-1 INVITE", "2147483648 INVITE", "1 "})
    {
        EXPECT_FALSE(SipCSeq::Parse(text)) << text;
    }
}

TEST(SipParams, AreFoundWithoutCase)
{
    SipParams params;
    params.Set("a", "1");
    params.Set("b", std::nullopt);
    EXPECT_EQ(params.ToString(), ";a=1;b");
    EXPECT_EQ(params.Value("A"), "1");
    EXPECT_TRUE(params.Has("B"));
    EXPECT_FALSE(params.Value("B"));
    params.Set("A", "2");
    params.Remove("b");
    EXPECT_EQ(params.ToString(), ";a=2");
}

} // namespace imsfw::sip::test
