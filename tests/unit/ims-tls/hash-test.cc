// SPDX-License-Identifier: GPL-2.0-only
// Published vectors: RFC 1321 A.5, FIPS 180 examples, RFC 2202, RFC 4231.
#include "ims-tls-hash.h"

#include "base/text.h"

#include <gtest/gtest.h>

namespace imsfw::tls
{
namespace
{

ByteView
View(std::string_view text)
{
    return ByteView(text);
}

struct DigestRow
{
    std::string text;
    std::string md5;
    std::string sha1;
    std::string sha256;
};

TEST(HashTest, Digests)
{
    const DigestRow rows[] = {
        {"",
         "d41d8cd98f00b204e9800998ecf8427e",
         "da39a3ee5e6b4b0d3255bfef95601890afd80709",
         "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
        {"abc",
         "900150983cd24fb0d6963f7d28e17f72",
         "a9993e364706816aba3e25717850c26c9cd0d89d",
         "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
        {"message digest",
         "f96b697d7cb7938d525a2f31aaf161d0",
         "c12252ceda8be8994d5fa0290a47231c1d16aae3",
         "f7846f55cf23e14eebeab5b4e1550cad5b509e3348fbc4efa3a1413d393cb650"},
    };
    for (const auto& row : rows)
    {
        EXPECT_EQ(ToHex(Md5(View(row.text))), row.md5) << row.text;
        EXPECT_EQ(ToHex(Sha1(View(row.text))), row.sha1) << row.text;
        EXPECT_EQ(ToHex(Sha256(View(row.text))), row.sha256) << row.text;
    }
}

struct HmacRow
{
    Bytes key;
    std::string text;
    std::string sha1;
    std::string sha256;
};

TEST(HashTest, Hmacs)
{
    const HmacRow rows[] = {
        {Bytes(20, 0x0b),
         "Hi There",
         "b617318655057264e28bc0b6fb378c8ef146be00",
         "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"},
        {View("Jefe").ToBytes(),
         "what do ya want for nothing?",
         "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79",
         "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
        // Empty key and message: the key of the row before may not be used again.
        {{},
         "",
         "fbdb1d1b18aa6c08324b7d64b71fb76370690e1d",
         "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad"},
        {Bytes(131, 0xaa),
         "Test Using Larger Than Block-Size Key - Hash Key First",
         "90d0dace1c1bdc957339307803160335bde6df2b",
         "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"},
    };
    for (const auto& row : rows)
    {
        EXPECT_EQ(ToHex(HmacSha1(row.key, View(row.text))), row.sha1) << row.text;
        EXPECT_EQ(ToHex(HmacSha256(row.key, View(row.text))), row.sha256) << row.text;
    }
}

TEST(HashTest, EqualComparesContentAndLength)
{
    EXPECT_TRUE(Equal({}, {}));
    EXPECT_TRUE(Equal(View("abc"), View("abc")));
    EXPECT_FALSE(Equal(View("abc"), View("abd")));
    EXPECT_FALSE(Equal(View("abc"), View("ab")));
    EXPECT_FALSE(Equal({}, View("a")));
}

} // namespace
} // namespace imsfw::tls
