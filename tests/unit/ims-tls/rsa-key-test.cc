// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// RSA keys of our own making, as OpenSSL judges them.
#include "ims-tls-library.h"
#include "ims-tls-rsa-key.h"

#include <gtest/gtest.h>

#include <openssl/core_names.h>

namespace imsfw::tls
{
namespace
{

PkeyPtr
KeyFrom(const std::string& stream, int bits)
{
    SeededRandom random(1, 1, stream);
    const RandomScope scope(random);
    return MakeRsaKey(bits);
}

BignumPtr
Number(const PkeyPtr& key, const char* name)
{
    BIGNUM* number = nullptr;
    EVP_PKEY_get_bn_param(key.get(), name, &number);
    return BignumPtr(number);
}

TEST(RsaKey, IsOneByOpenSslsOwnChecks)
{
    for (const int bits : {2048, 3072})
    {
        const PkeyPtr key = KeyFrom("a", bits);
        ASSERT_TRUE(key);
        EXPECT_EQ(EVP_PKEY_get_bits(key.get()), bits);
        EXPECT_EQ(BN_get_word(Number(key, OSSL_PKEY_PARAM_RSA_E).get()), 65537U);
        SeededRandom random(1, 1, "check");
        const RandomScope scope(random);
        const std::unique_ptr<EVP_PKEY_CTX, Freer<EVP_PKEY_CTX_free>> context(
            EVP_PKEY_CTX_new_from_pkey(Library(), key.get(), nullptr));
        // That the factors are prime, that n is their product, that d inverts e: as rsa_check_key has it.
        EXPECT_EQ(EVP_PKEY_check(context.get()), 1) << TakeErrors();
    }
}

TEST(RsaKey, FollowsFromTheRandomSourceAlone)
{
    const PkeyPtr key = KeyFrom("a", 2048);
    EXPECT_EQ(ToDer(key.get(), i2d_PrivateKey), ToDer(KeyFrom("a", 2048).get(), i2d_PrivateKey));
    EXPECT_NE(ToDer(key.get(), i2d_PrivateKey), ToDer(KeyFrom("b", 2048).get(), i2d_PrivateKey));
}

TEST(RsaKey, HasTwoDifferentFactors)
{
    const PkeyPtr key = KeyFrom("a", 2048);
    const BignumPtr p = Number(key, OSSL_PKEY_PARAM_RSA_FACTOR1);
    const BignumPtr q = Number(key, OSSL_PKEY_PARAM_RSA_FACTOR2);
    EXPECT_NE(BN_cmp(p.get(), q.get()), 0);
    EXPECT_EQ(BN_num_bits(p.get()), 1024);
    EXPECT_EQ(BN_num_bits(q.get()), 1024);
}

} // namespace
} // namespace imsfw::tls
