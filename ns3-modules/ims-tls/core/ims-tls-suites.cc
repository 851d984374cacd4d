// SPDX-License-Identifier: GPL-2.0-only
#include "ims-tls-suites.h"

#include "ims-tls-library.h"

#include "base/text.h"

#include <openssl/crypto.h>
#include <openssl/objects.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <memory>

namespace imsfw::tls
{

namespace
{

Suite
ToSuite(const SSL_CIPHER* cipher)
{
    return {
        SSL_CIPHER_get_protocol_id(cipher),
        SSL_CIPHER_get_name(cipher),
        SSL_CIPHER_standard_name(cipher),
        std::string(SSL_CIPHER_get_version(cipher)) == "TLSv1.3",
        SSL_CIPHER_get_cipher_nid(cipher) == NID_undef,
    };
}

/// A simulated server has a certificate, no pre-shared keys and no DH parameters.
bool
CanBeServed(const SSL_CIPHER* cipher)
{
    const int exchange = SSL_CIPHER_get_kx_nid(cipher);
    const int authentication = SSL_CIPHER_get_auth_nid(cipher);
    const bool isExchange =
        exchange == NID_kx_rsa || exchange == NID_kx_ecdhe || exchange == NID_kx_any;
    return isExchange && (authentication == NID_auth_rsa || authentication == NID_auth_ecdsa ||
                          authentication == NID_auth_any);
}

std::vector<Suite>
ReadSuites()
{
    SeededRandom random(
        1, 1, "suite-list"); // a context draws its ticket keys, although none is used
    const RandomScope scope(random);
    const std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context(
        SSL_CTX_new_ex(Library(), nullptr, TLS_method()), SSL_CTX_free);
    SSL_CTX_set_cipher_list(context.get(), "ALL:COMPLEMENTOFALL:@SECLEVEL=0");
    std::vector<Suite> suites;
    const STACK_OF(SSL_CIPHER)* ciphers = SSL_CTX_get_ciphers(context.get());
    for (int i = 0; i < sk_SSL_CIPHER_num(ciphers); ++i)
    {
        const SSL_CIPHER* cipher = sk_SSL_CIPHER_value(ciphers, i);
        if (CanBeServed(cipher))
        {
            suites.push_back(ToSuite(cipher));
        }
    }
    std::sort(
        suites.begin(), suites.end(), [](const Suite& a, const Suite& b) { return a.id < b.id; });
    return suites;
}

/// RFC 9150: suites of TLS 1.3 that protect integrity alone. OpenSSL has them from 3.4 on, where it is built with them.
constexpr const char* INTEGRITY_ONLY[] = {"TLS_SHA256_SHA256", "TLS_SHA384_SHA384"};

bool
IsEcdsa(const Suite& suite)
{
    return suite.ianaName.find("_ECDSA_") != std::string::npos;
}

} // namespace

const std::vector<Suite>&
AllSuites()
{
    static const std::vector<Suite> SUITES = ReadSuites();
    return SUITES;
}

Result<Suite, std::string>
FindSuite(const std::string& name)
{
    std::vector<std::string> names;
    for (const auto& suite : AllSuites())
    {
        if (EqualsIgnoringCase(suite.ianaName, name) || EqualsIgnoringCase(suite.openSslName, name))
        {
            return suite;
        }
        names.push_back(suite.ianaName);
        names.push_back(suite.openSslName);
    }
    for (const char* known : INTEGRITY_ONLY)
    {
        if (EqualsIgnoringCase(name, known))
        {
            return Failure{std::string(known) + " (RFC 9150) is not in the OpenSSL at hand, " +
                           OpenSSL_version(OPENSSL_VERSION_STRING) +
                           "; OpenSSL 3.4 has it. For integrity alone use a NULL suite of TLS 1.2, "
                           "for example TLS_RSA_WITH_NULL_SHA256"};
        }
    }
    return Failure{"unknown cipher suite \"" + name + "\"" + DidYouMean(name, names)};
}

std::optional<std::string>
CheckCertificate(KeyKind kind, const std::vector<std::string>& suites)
{
    const bool isRsa = kind == KeyKind::RSA_2048 || kind == KeyKind::RSA_3072;
    for (const auto& name : suites)
    {
        const auto suite = FindSuite(name);
        if (!suite || suite->isTls13 || IsEcdsa(*suite) != isRsa)
        {
            return std::nullopt;
        }
    }
    if (suites.empty())
    {
        return std::nullopt;
    }
    return std::string(isRsa ? "a certificate with an RSA key fits none of the suites, which all "
                               "want an ECDSA or Ed25519 key"
                             : "a certificate with an ECDSA or Ed25519 key fits none of the "
                               "suites, which all want an RSA key");
}

std::optional<std::string>
CheckSuites(const std::vector<std::string>& suites,
            const std::string& minVersion,
            const std::string& maxVersion)
{
    for (const auto& version : {minVersion, maxVersion})
    {
        if (!version.empty() && version != "1.2" && version != "1.3")
        {
            return "\"" + version +
                   "\" is no version of TLS that is simulated; there are \"1.2\" and \"1.3\"";
        }
    }
    if (!minVersion.empty() && !maxVersion.empty() && minVersion > maxVersion)
    {
        return "TLS " + minVersion + " to " + maxVersion + " is no range of versions";
    }
    for (const auto& name : suites)
    {
        const auto suite = FindSuite(name);
        if (suite && suite->isTls13 && maxVersion == "1.2")
        {
            return suite->ianaName +
                   " is a suite of TLS 1.3, but the highest version offered is TLS 1.2";
        }
        if (suite && !suite->isTls13 && minVersion == "1.3")
        {
            return suite->ianaName +
                   " is a suite of TLS 1.2, but the lowest version offered is TLS 1.3";
        }
    }
    const auto offers = [&](bool tls13)
    {
        return suites.empty() || std::any_of(suites.begin(),
                                             suites.end(),
                                             [&](const auto& name)
                                             {
                                                 const auto suite = FindSuite(name);
                                                 return suite && suite->isTls13 == tls13;
                                             });
    };
    if (minVersion == "1.2" && !offers(false))
    {
        return std::string("the lowest version is TLS 1.2, but no suite of TLS 1.2 is offered");
    }
    if (maxVersion == "1.3" && !offers(true))
    {
        return std::string("the highest version is TLS 1.3, but no suite of TLS 1.3 is offered");
    }
    return std::nullopt;
}

} // namespace imsfw::tls
