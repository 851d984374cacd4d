// SPDX-License-Identifier: GPL-2.0-only
#include "ims-dns-message.h"

#include "base/text.h"

#include <gtest/gtest.h>

namespace imsfw::dns
{
namespace
{

Message
Query(const std::string& name)
{
    Message message;
    message.id = 0x1234;
    message.name = name;
    return message;
}

std::string
ErrorOf(const Bytes& bytes)
{
    const auto parsed = Parse(bytes);
    return parsed ? "" : std::string(ToString(parsed.Error()));
}

/// An answer as servers in the field write it: through an alias, with compression.
Bytes
AliasedAnswer()
{
    ByteWriter writer;
    writer.U16(0x1234);
    writer.U16(0x8180);
    writer.U16(1);
    writer.U16(2);
    writer.U32(0);
    const std::string_view question("\3www\4test\0", 10);
    writer.Put(ByteView(question));
    writer.U16(1);
    writer.U16(1);
    const std::string_view alias("\xc0\x0c\0\5\0\1\0\0\1\0\0\4\1a\xc0\x10",
                                 16); // www.test CNAME a.test
    writer.Put(ByteView(alias));
    const std::string_view address("\xc0\x26\0\1\0\1\0\0\0\x3c\0\4\xc0\0\2\7", 16);
    writer.Put(ByteView(address));
    return writer.Finish();
}

TEST(DnsMessageTest, AQueryIsAsRfc1035WritesIt)
{
    EXPECT_EQ(ToHex(Query("ims.test").Write()),
              "1234"
              "0100"
              "0001"
              "0000"
              "0000"
              "0000"
              "03696d73"
              "0474657374"
              "00"
              "0001"
              "0001");
}

TEST(DnsMessageTest, WhatIsWrittenIsReadBack)
{
    Message answer = Query("p-cscf.ims.test");
    answer.isResponse = true;
    answer.addresses = {*IpAddress::Parse("192.0.2.2"), *IpAddress::Parse("192.0.2.6")};
    answer.ttlS = 300;
    const auto read = Parse(answer.Write());
    ASSERT_TRUE(read);
    EXPECT_EQ(read->id, answer.id);
    EXPECT_TRUE(read->isResponse);
    EXPECT_EQ(read->code, ResponseCode::NO_ERROR);
    EXPECT_EQ(read->name, answer.name);
    EXPECT_EQ(read->addresses, answer.addresses);
    EXPECT_EQ(read->ttlS, 300U);
    answer.addresses.clear();
    answer.code = ResponseCode::NAME_ERROR;
    EXPECT_EQ(Parse(answer.Write())->code, ResponseCode::NAME_ERROR);
}

TEST(DnsMessageTest, AliasesAndCompressionAreFollowed)
{
    const auto read = Parse(AliasedAnswer());
    ASSERT_TRUE(read) << ErrorOf(AliasedAnswer());
    EXPECT_EQ(read->name, "www.test");
    EXPECT_EQ(read->addresses, std::vector<IpAddress>{*IpAddress::Parse("192.0.2.7")});
    EXPECT_EQ(read->ttlS, 60U);
}

TEST(DnsMessageTest, NamesAreComparedInLowerCase)
{
    Message query = Query("P-CSCF.Ims.Test");
    EXPECT_EQ(Parse(query.Write())->name, "p-cscf.ims.test");
}

TEST(DnsMessageTest, CutAtEveryByteItIsRefused)
{
    Message answer = Query("p-cscf.ims.test");
    answer.isResponse = true;
    answer.addresses = {*IpAddress::Parse("192.0.2.2")};
    for (const Bytes& whole : {answer.Write(), AliasedAnswer()})
    {
        for (std::size_t size = 0; size < whole.size(); ++size)
        {
            EXPECT_FALSE(Parse(ByteView(whole).Sub(0, size))) << size;
        }
        for (std::size_t at = 0; at < whole.size(); ++at)
        {
            for (const uint8_t change : {0x01, 0x80, 0xff})
            {
                Bytes bent = whole;
                bent[at] ^= change;
                const auto read =
                    Parse(bent); // it fails by name, or holds a name that can be asked for
                EXPECT_TRUE(!read || IsName(read->name)) << at;
            }
        }
    }
}

TEST(DnsMessageTest, BadOnesFailByName)
{
    Bytes truncated = Query("ims.test").Write();
    truncated[2] |= 0x02; // TC
    EXPECT_EQ(ErrorOf(truncated), "truncated");
    Bytes notify = Query("ims.test").Write();
    notify[2] |= 0x20; // OPCODE 4
    EXPECT_EQ(ErrorOf(notify), "not-one-question");
    Bytes two = Query("ims.test").Write();
    two[5] = 2;
    EXPECT_EQ(ErrorOf(two), "malformed");
    Bytes chaos = Query("ims.test").Write();
    chaos[chaos.size() - 1] = 3; // CH
    EXPECT_EQ(ErrorOf(chaos), "not-one-question");
    Bytes loop = Query("ims.test").Write();
    loop[12] = 0xc0;
    loop[13] = 0x0c; // a name that leads to itself
    EXPECT_NE(ErrorOf(loop), "");
    EXPECT_EQ(ErrorOf({}), "malformed");
}

TEST(DnsMessageTest, NamesTable)
{
    const std::string label(63, 'a');
    for (const std::string& good :
         {std::string("a"), std::string("p-cscf.ims.test"), label + "." + label})
    {
        EXPECT_TRUE(IsName(good)) << good;
    }
    for (const std::string& bad : {std::string(),
                                   std::string("."),
                                   std::string("a."),
                                   std::string(".a"),
                                   std::string("a..b"),
                                   std::string("-a"),
                                   std::string("a-"),
                                   std::string("a_b"),
                                   std::string("a b"),
                                   label + "a",
                                   label + "." + label + "." + label + "." + label})
    {
        EXPECT_FALSE(IsName(bad)) << bad;
    }
}

} // namespace
} // namespace imsfw::dns
