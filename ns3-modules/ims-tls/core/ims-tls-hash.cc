// SPDX-License-Identifier: GPL-2.0-only
#include "ims-tls-hash.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <memory>

namespace imsfw::tls
{

namespace
{

using Digest = std::unique_ptr<EVP_MD, decltype(&EVP_MD_free)>;
using MacContext = std::unique_ptr<EVP_MAC_CTX, decltype(&EVP_MAC_CTX_free)>;

Digest
Fetch(const char* name)
{
    return {EVP_MD_fetch(nullptr, name, nullptr), &EVP_MD_free};
}

Bytes
Hash(const EVP_MD* digest, ByteView data)
{
    Bytes result(static_cast<std::size_t>(EVP_MD_get_size(digest)));
    EVP_Digest(data.Data(), data.Size(), result.data(), nullptr, digest, nullptr);
    return result;
}

/// A context that keeps its digest and takes a new key for each message: looking the digest up costs more than a
/// short message does.
MacContext
MakeHmac(const char* digestName)
{
    EVP_MAC* hmac = EVP_MAC_fetch(nullptr, OSSL_MAC_NAME_HMAC, nullptr);
    MacContext context(EVP_MAC_CTX_new(hmac), &EVP_MAC_CTX_free);
    EVP_MAC_free(hmac); // the context holds it
    // OpenSSL takes the name as char* but only reads it.
    const OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, const_cast<char*>(digestName), 0),
        OSSL_PARAM_construct_end()};
    EVP_MAC_CTX_set_params(context.get(), parameters);
    return context;
}

Bytes
Hmac(EVP_MAC_CTX* context, ByteView key, ByteView data)
{
    // OpenSSL reads a null key as "the key of before"; an empty key needs an address.
    static constexpr uint8_t NO_KEY = 0;
    Bytes result(EVP_MAX_MD_SIZE);
    std::size_t size = 0;
    EVP_MAC_init(context, key.IsEmpty() ? &NO_KEY : key.Data(), key.Size(), nullptr);
    EVP_MAC_update(context, data.Data(), data.Size());
    EVP_MAC_final(context, result.data(), &size, result.size());
    result.resize(size);
    return result;
}

} // namespace

Bytes
Md5(ByteView data)
{
    static const Digest DIGEST = Fetch("MD5");
    return Hash(DIGEST.get(), data);
}

Bytes
Sha1(ByteView data)
{
    static const Digest DIGEST = Fetch("SHA1");
    return Hash(DIGEST.get(), data);
}

Bytes
Sha256(ByteView data)
{
    static const Digest DIGEST = Fetch("SHA256");
    return Hash(DIGEST.get(), data);
}

Bytes
HmacSha1(ByteView key, ByteView data)
{
    thread_local const MacContext context = MakeHmac("SHA1");
    return Hmac(context.get(), key, data);
}

Bytes
HmacSha256(ByteView key, ByteView data)
{
    thread_local const MacContext context = MakeHmac("SHA256");
    return Hmac(context.get(), key, data);
}

bool
Equal(ByteView a, ByteView b)
{
    return a.Size() == b.Size() &&
           (a.IsEmpty() || CRYPTO_memcmp(a.Data(), b.Data(), a.Size()) == 0);
}

} // namespace imsfw::tls
