// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Keys and certificates of every kind, to be measured. In nobody's chain of trust.
#pragma once

#include "base/bytes.h"
#include "ims-tls-openssl.h"

namespace imsfw::calibrate
{

struct KeyType
{
    const char* name;      ///< as operations have it: "rsa-2048"
    const char* algorithm; ///< OpenSSL's
    const char* groupName; ///< of a curve; empty for others
    unsigned bits;         ///< of RSA; 0 for others
    const char* digest;    ///< what signatures are made over; empty where the algorithm has its own
    bool isRsa;
};

inline constexpr KeyType KEY_TYPES[] = {
    {"rsa-2048", "RSA", "", 2048, "SHA256", true},
    {"rsa-3072", "RSA", "", 3072, "SHA256", true},
    {"rsa-4096", "RSA", "", 4096, "SHA256", true},
    {"secp256r1", "EC", "P-256", 0, "SHA256", false},
    {"secp384r1", "EC", "P-384", 0, "SHA384", false},
    {"secp521r1", "EC", "P-521", 0, "SHA512", false},
    {"ed25519", "ED25519", "", 0, "", false},
    {"ed448", "ED448", "", 0, "", false},
};

tls::PkeyPtr MakeKey(const KeyType& type);

/// A certificate and the one trusted that signed it, both of one key.
struct TestChain
{
    Bytes leaf; ///< DER
    tls::X509Ptr anchor;
};

TestChain MakeChain(const KeyType& type, EVP_PKEY* key);

/// Read the certificate and verify it, as a TLS client does.
bool VerifyChain(const TestChain& chain);

} // namespace imsfw::calibrate
