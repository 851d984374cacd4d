// SPDX-License-Identifier: GPL-2.0-only
#include "calibration.h"

#include "base/random.h"
#include "ims-tls-library.h"
#include "ims-tls-openssl.h"

#include <openssl/core_names.h>

namespace imsfw::calibrate
{

namespace
{

using tls::PkeyPtr;

using PkeyContextPtr = std::unique_ptr<EVP_PKEY_CTX, tls::Freer<EVP_PKEY_CTX_free>>;

struct Group
{
    const char* name;      ///< IANA's
    const char* algorithm; ///< OpenSSL's
    const char* groupName; ///< OpenSSL's; empty where the algorithm says it all
};

constexpr Group GROUPS[] = {
    {"x25519", "X25519", ""},
    {"secp256r1", "EC", "P-256"},
    {"secp384r1", "EC", "P-384"},
    {"secp521r1", "EC", "P-521"},
    {"x448", "X448", ""},
    {"ffdhe2048", "DH", "ffdhe2048"},
    {"ffdhe3072", "DH", "ffdhe3072"},
    {"ffdhe4096", "DH", "ffdhe4096"},
};

/// As TLS does it: the group by its name, then the key.
PkeyPtr
Generate(const Group& group)
{
    const PkeyContextPtr context(
        EVP_PKEY_CTX_new_from_name(tls::Library(), group.algorithm, nullptr));
    EVP_PKEY* key = nullptr;
    const bool isMade = EVP_PKEY_keygen_init(context.get()) == 1 &&
                        (*group.groupName == '\0' ||
                         EVP_PKEY_CTX_set_group_name(context.get(), group.groupName) == 1) &&
                        EVP_PKEY_keygen(context.get(), &key) == 1;
    Require(isMade, std::string("no key of group ") + group.name);
    return PkeyPtr(key);
}

Bytes
EncodedPublic(const PkeyPtr& key)
{
    unsigned char* encoded = nullptr;
    const std::size_t size = EVP_PKEY_get1_encoded_public_key(key.get(), &encoded);
    Bytes bytes(encoded, encoded + size);
    OPENSSL_free(encoded);
    return bytes;
}

/// As TLS does it: the peer's key from its share, checked, then the secret.
void
Derive(const PkeyPtr& own, const Bytes& share)
{
    const PkeyPtr peer(EVP_PKEY_new());
    Require(EVP_PKEY_copy_parameters(peer.get(), own.get()) == 1 &&
                EVP_PKEY_set1_encoded_public_key(peer.get(), share.data(), share.size()) == 1,
            "a key share cannot be read");
    const PkeyContextPtr context(EVP_PKEY_CTX_new_from_pkey(tls::Library(), own.get(), nullptr));
    std::size_t size = 0;
    Require(EVP_PKEY_derive_init(context.get()) == 1 &&
                EVP_PKEY_derive_set_peer(context.get(), peer.get()) == 1 &&
                EVP_PKEY_derive(context.get(), nullptr, &size) == 1,
            "no shared secret");
    Bytes secret(size);
    Require(EVP_PKEY_derive(context.get(), secret.data(), &size) == 1, "no shared secret");
}

void
Measure(const Group& group, const Effort& effort, Operations& operations)
{
    SeededRandom random(1, 1, group.name);
    const tls::RandomScope scope(random);
    const PkeyPtr own = Generate(group);
    const Bytes share = EncodedPublic(Generate(group));
    operations[std::string("keygen/") + group.name].eachNs =
        WholeNs(MeasureNs(effort, [&] { EncodedPublic(Generate(group)); }));
    operations[std::string("derive/") + group.name].eachNs =
        WholeNs(MeasureNs(effort, [&] { Derive(own, share); }));
}

} // namespace

std::vector<Step>
KeyExchangeSteps()
{
    std::vector<Step> steps;
    for (const auto& group : GROUPS)
    {
        steps.push_back({std::string("key exchange ") + group.name,
                         [&group](const Effort& effort, Operations& operations)
                         { Measure(group, effort, operations); }});
    }
    return steps;
}

} // namespace imsfw::calibrate
