// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// OpenSSL's objects as values that free themselves. Internal to this module's core.
#pragma once

#include "ims-tls-library.h"

#include "base/bytes.h"

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <memory>

namespace imsfw::tls
{

template <auto Free>
struct Freer
{
    template <typename T>
    void
    operator()(T* object) const
    {
        Free(object);
    }
};

using BignumPtr = std::unique_ptr<BIGNUM, Freer<BN_free>>;
using BioPtr = std::unique_ptr<BIO, Freer<BIO_free>>;
using PkeyPtr = std::unique_ptr<EVP_PKEY, Freer<EVP_PKEY_free>>;
using SslContextPtr = std::unique_ptr<SSL_CTX, Freer<SSL_CTX_free>>;
using SslPtr = std::unique_ptr<SSL, Freer<SSL_free>>;
using X509Ptr = std::unique_ptr<X509, Freer<X509_free>>;

/// @return @p object as @p encode (an i2d function) writes it.
template <typename T, typename Encode>
Bytes
ToDer(T* object, Encode encode)
{
    const int size = encode(object, nullptr);
    Bytes der(size > 0 ? size : 0);
    unsigned char* next = der.data();
    encode(object, &next);
    return der;
}

inline X509Ptr
CertificateFromDer(const Bytes& der)
{
    X509* certificate = X509_new_ex(Library(), nullptr);
    const unsigned char* next = der.data();
    if (d2i_X509(&certificate, &next, static_cast<long>(der.size())) == nullptr)
    {
        return nullptr; // d2i freed it
    }
    return X509Ptr(certificate);
}

inline PkeyPtr
PrivateKeyFromDer(const Bytes& der)
{
    const unsigned char* next = der.data();
    return PkeyPtr(
        d2i_AutoPrivateKey_ex(nullptr, &next, static_cast<long>(der.size()), Library(), nullptr));
}

} // namespace imsfw::tls
