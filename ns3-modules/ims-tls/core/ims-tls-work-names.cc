// SPDX-License-Identifier: GPL-2.0-only
#include "ims-tls-work-meter.h"

#include "base/text.h"

#include <openssl/evp.h>
#include <openssl/objects.h>

#include <map>

namespace imsfw::tls
{

std::string
GroupName(uint16_t id)
{
    // IANA, "TLS Supported Groups".
    static const std::map<uint16_t, std::string> NAMES{
        {22, "secp256k1"},
        {23, "secp256r1"},
        {24, "secp384r1"},
        {25, "secp521r1"},
        {26, "brainpoolP256r1"},
        {27, "brainpoolP384r1"},
        {28, "brainpoolP512r1"},
        {29, "x25519"},
        {30, "x448"},
        {256, "ffdhe2048"},
        {257, "ffdhe3072"},
        {258, "ffdhe4096"},
        {259, "ffdhe6144"},
        {260, "ffdhe8192"},
    };
    const auto found = NAMES.find(id);
    return found == NAMES.end() ? "group-" + std::to_string(id) : found->second;
}

std::string
KeyName(const EVP_PKEY* key)
{
    if (key == nullptr)
    {
        return "unknown";
    }
    if (EVP_PKEY_is_a(key, "RSA") == 1 || EVP_PKEY_is_a(key, "RSA-PSS") == 1)
    {
        return "rsa-" + std::to_string(EVP_PKEY_get_bits(key));
    }
    char group[80] = {};
    if (EVP_PKEY_is_a(key, "EC") == 1 &&
        EVP_PKEY_get_group_name(key, group, sizeof(group), nullptr) == 1)
    {
        // OpenSSL's name of one curve is ANSI's (X9.62), not that of SEC 2.
        return std::string(group) == SN_X9_62_prime256v1 ? "secp256r1" : group;
    }
    const char* type = EVP_PKEY_get0_type_name(key);
    return type == nullptr ? "unknown" : ToLower(type);
}

std::string
CipherOf(const std::string& suite)
{
    constexpr std::string_view WITH = "_WITH_";
    constexpr std::string_view TLS13 = "TLS_";
    const auto with = suite.find(WITH);
    if (with != std::string::npos)
    {
        return suite.substr(with + WITH.size());
    }
    return suite.rfind(TLS13, 0) == 0 ? suite.substr(TLS13.size()) : suite;
}

} // namespace imsfw::tls
