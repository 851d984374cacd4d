// SPDX-License-Identifier: GPL-2.0-only
#include "ims-tls-profile.h"

#include "ims-tls-suites.h"

#include <algorithm>

namespace imsfw::tls
{

namespace
{

/// TLS 1.2 with the suites of RFC 5246, 4492 and 5289 that phones of the time offered, and integrity alone at the end.
Profile
Make2012()
{
    return {"2012",
            "the practice of 2012",
            "1.2",
            "1.2",
            {"TLS_RSA_WITH_AES_128_CBC_SHA",
             "TLS_RSA_WITH_AES_256_CBC_SHA",
             "TLS_RSA_WITH_AES_128_CBC_SHA256",
             "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA",
             "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA",
             "TLS_RSA_WITH_NULL_SHA256",
             "TLS_RSA_WITH_NULL_SHA",
             "TLS_ECDHE_ECDSA_WITH_NULL_SHA"},
            {"secp256r1", "secp384r1"},
            false,
            ""};
}

/// RFC 9325 3.1.1 (versions), 4.2 (suites of TLS 1.2), 4.4 (groups); RFC 8446 9.1 (suites of TLS 1.3).
Profile
MakeCurrent()
{
    return {"current",
            "RFC 9325",
            "1.2",
            "1.3",
            {"TLS_AES_128_GCM_SHA256",
             "TLS_AES_256_GCM_SHA384",
             "TLS_CHACHA20_POLY1305_SHA256",
             "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
             "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
             "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
             "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"},
            {"x25519", "secp256r1"},
            true,
            "4.1: \"Implementations MUST NOT negotiate the cipher suites with NULL encryption\""};
}

} // namespace

const Profile*
FindProfile(const std::string& name)
{
    static const Profile PROFILES[] = {Make2012(), MakeCurrent()};
    const auto found = std::find_if(std::begin(PROFILES),
                                    std::end(PROFILES),
                                    [&](const Profile& profile) { return profile.name == name; });
    return found == std::end(PROFILES) ? nullptr : found;
}

std::optional<std::string>
WhyForbidden(const Profile& profile, const std::string& suite)
{
    const auto known = FindSuite(suite);
    if (!known || std::find(profile.suites.begin(), profile.suites.end(), known->ianaName) !=
                      profile.suites.end())
    {
        return std::nullopt;
    }
    const std::string who = "the TLS profile \"" + profile.name + "\" (" + profile.reference + ")";
    if (known->isNull && !profile.nullClause.empty())
    {
        return who + " forbids " + known->ianaName + ": " + profile.nullClause;
    }
    return who + " does not have " + known->ianaName;
}

} // namespace imsfw::tls
