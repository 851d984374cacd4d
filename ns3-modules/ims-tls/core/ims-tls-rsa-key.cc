// SPDX-License-Identifier: GPL-2.0-only
#include "ims-tls-rsa-key.h"

#include <openssl/core_names.h>
#include <openssl/param_build.h>

namespace imsfw::tls
{

namespace
{

using BnContextPtr = std::unique_ptr<BN_CTX, Freer<BN_CTX_free>>;
using BuilderPtr = std::unique_ptr<OSSL_PARAM_BLD, Freer<OSSL_PARAM_BLD_free>>;
using ParamsPtr = std::unique_ptr<OSSL_PARAM, Freer<OSSL_PARAM_free>>;
using PkeyContextPtr = std::unique_ptr<EVP_PKEY_CTX, Freer<EVP_PKEY_CTX_free>>;

constexpr BN_ULONG EXPONENT = 65537;

/// RFC 8017 3.1 and 3.2, the second representation.
struct Numbers
{
    BignumPtr n{BN_new()};
    BignumPtr e{BN_new()};
    BignumPtr d{BN_new()};
    BignumPtr p{BN_new()};
    BignumPtr q{BN_new()};
    BignumPtr dP{BN_new()};
    BignumPtr dQ{BN_new()};
    BignumPtr qInv{BN_new()};
};

/// A prime with its two highest bits set, so that the product of two has all its bits, and with no factor of the exponent
/// below it, so that the exponent has an inverse.
bool
MakePrime(BIGNUM* prime, int bits, BN_CTX* context)
{
    do
    {
        if (BN_generate_prime_ex2(prime, bits, 0, nullptr, nullptr, nullptr, context) != 1)
        {
            return false;
        }
    } while (BN_mod_word(prime, EXPONENT) == 1);
    return true;
}

/// @p exponent = @p e to the power of -1 modulo @p prime - 1.
bool
Invert(BIGNUM* exponent, const BIGNUM* e, const BIGNUM* prime, BN_CTX* context)
{
    const BignumPtr below(BN_dup(prime));
    return BN_sub_word(below.get(), 1) == 1 &&
           BN_mod_inverse(exponent, e, below.get(), context) != nullptr;
}

/// @p d = @p e to the power of -1 modulo (p - 1)(q - 1).
bool
InvertAll(Numbers& numbers, BN_CTX* context)
{
    const BignumPtr below(BN_dup(numbers.p.get()));
    const BignumPtr other(BN_dup(numbers.q.get()));
    const BignumPtr product(BN_new());
    return BN_sub_word(below.get(), 1) == 1 && BN_sub_word(other.get(), 1) == 1 &&
           BN_mul(product.get(), below.get(), other.get(), context) == 1 &&
           BN_mod_inverse(numbers.d.get(), numbers.e.get(), product.get(), context) != nullptr;
}

bool
Fill(Numbers& numbers, int bits, BN_CTX* context)
{
    Numbers& x = numbers;
    return BN_set_word(x.e.get(), EXPONENT) == 1 && MakePrime(x.p.get(), bits / 2, context) &&
           MakePrime(x.q.get(), bits / 2, context) &&
           BN_mul(x.n.get(), x.p.get(), x.q.get(), context) == 1 && InvertAll(x, context) &&
           Invert(x.dP.get(), x.e.get(), x.p.get(), context) &&
           Invert(x.dQ.get(), x.e.get(), x.q.get(), context) &&
           BN_mod_inverse(x.qInv.get(), x.q.get(), x.p.get(), context) != nullptr;
}

ParamsPtr
ToParams(const Numbers& numbers)
{
    const BuilderPtr builder(OSSL_PARAM_BLD_new());
    const std::pair<const char*, const BIGNUM*> entries[] = {
        {OSSL_PKEY_PARAM_RSA_N, numbers.n.get()},
        {OSSL_PKEY_PARAM_RSA_E, numbers.e.get()},
        {OSSL_PKEY_PARAM_RSA_D, numbers.d.get()},
        {OSSL_PKEY_PARAM_RSA_FACTOR1, numbers.p.get()},
        {OSSL_PKEY_PARAM_RSA_FACTOR2, numbers.q.get()},
        {OSSL_PKEY_PARAM_RSA_EXPONENT1, numbers.dP.get()},
        {OSSL_PKEY_PARAM_RSA_EXPONENT2, numbers.dQ.get()},
        {OSSL_PKEY_PARAM_RSA_COEFFICIENT1, numbers.qInv.get()}};
    for (const auto& [name, value] : entries)
    {
        OSSL_PARAM_BLD_push_BN(builder.get(), name, value);
    }
    return ParamsPtr(OSSL_PARAM_BLD_to_param(builder.get()));
}

} // namespace

PkeyPtr
MakeRsaKey(int bits)
{
    const BnContextPtr context(BN_CTX_new_ex(Library()));
    Numbers numbers;
    if (!Fill(numbers, bits, context.get()))
    {
        return nullptr;
    }
    const ParamsPtr params = ToParams(numbers);
    const PkeyContextPtr maker(EVP_PKEY_CTX_new_from_name(Library(), "RSA", nullptr));
    EVP_PKEY* key = nullptr;
    EVP_PKEY_fromdata_init(maker.get());
    EVP_PKEY_fromdata(maker.get(), &key, EVP_PKEY_KEYPAIR, params.get());
    return PkeyPtr(key);
}

} // namespace imsfw::tls
