// SPDX-License-Identifier: GPL-2.0-only
#include "tls-settings.h"

#include "base/address.h"

#include "ims-tls-profile.h"
#include "ims-tls-suites.h"
#include <algorithm>

namespace imsfw::scenario
{

namespace
{

using Problem = std::pair<std::string, std::string>;

const tls::Profile*
ProfileOf(const Experiment& e)
{
    return e.tls.profile.empty() ? nullptr : tls::FindProfile(e.tls.profile);
}

/// Those of the profile that versions set by hand leave.
std::vector<std::string>
SuitesOf(const tls::Profile& profile, const Experiment& e)
{
    std::vector<std::string> suites;
    for (const auto& name : profile.suites)
    {
        const auto suite = tls::FindSuite(name);
        if (suite && !(suite->isTls13 && e.tls.maxVersion == "1.2") &&
            !(!suite->isTls13 && e.tls.minVersion == "1.3"))
        {
            suites.push_back(name);
        }
    }
    return suites;
}

tls::Resumption
ResumptionOf(const Experiment& e)
{
    switch (e.tls.resumption)
    {
    case TlsResumption::NONE:
        return tls::Resumption::NONE;
    case TlsResumption::TICKETS:
        return tls::Resumption::TICKETS;
    case TlsResumption::IDS:
        return tls::Resumption::IDS;
    }
    return tls::Resumption::NONE;
}

tls::Options
OptionsOf(const Experiment& e)
{
    const tls::Profile* profile = ProfileOf(e);
    tls::Options options;
    options.groups = profile != nullptr ? profile->groups : std::vector<std::string>();
    options.alpn = e.tls.alpn;
    options.encryptThenMac = e.tls.encryptThenMac == EncryptThenMac::BY_PROFILE
                                 ? profile == nullptr || profile->encryptThenMac
                                 : e.tls.encryptThenMac == EncryptThenMac::OFFERED;
    options.recordSize = e.tls.recordSize;
    options.resumption = ResumptionOf(e);
    options.sessionLifetime = e.tls.sessionLifetime;
    return options;
}

std::optional<Problem>
FindSuiteProblem(const Experiment& e, const tls::ClientConfig& client)
{
    for (const auto& suite : e.tls.suites)
    {
        if (const auto found = tls::FindSuite(suite); !found)
        {
            return Problem("suites", found.Error());
        }
    }
    if (client.suites.empty() && !e.tls.profile.empty())
    {
        return Problem("profile",
                       "\"" + e.tls.profile + "\" has no suite of the versions that are offered");
    }
    if (const auto problem = tls::CheckSuites(client.suites, client.minVersion, client.maxVersion))
    {
        return Problem("suites", *problem);
    }
    if (const auto problem = tls::CheckCertificate(KeyKindOf(e), client.suites);
        problem && e.servers.certificate.empty())
    {
        return Problem("certificate", *problem);
    }
    return std::nullopt;
}

/// What TLS may do and DTLS 1.2, the only version there is, cannot.
std::optional<Problem>
FindDtlsProblem(const Experiment& e, const tls::ClientConfig& client)
{
    const auto ways = e.Ways();
    if (std::none_of(ways.begin(),
                     ways.end(),
                     [](const Way& way) { return way.RelaysOver(MediaTransport::DTLS); }))
    {
        return std::nullopt;
    }
    if (client.minVersion == "1.3")
    {
        return Problem("min_version", "media by DTLS is DTLS 1.2; set it to \"1.2\"");
    }
    const bool isAny12 = std::any_of(client.suites.begin(),
                                     client.suites.end(),
                                     [](const std::string& name)
                                     {
                                         const auto suite = tls::FindSuite(name);
                                         return suite && !suite->isTls13;
                                     });
    if (!client.suites.empty() && !isAny12)
    {
        return Problem("suites", "media by DTLS is DTLS 1.2; add a suite of TLS 1.2");
    }
    return std::nullopt;
}

} // namespace

tls::KeyKind
KeyKindOf(const Experiment& e)
{
    switch (e.tls.certificate)
    {
    case CertificateKind::RSA_2048:
        return tls::KeyKind::RSA_2048;
    case CertificateKind::RSA_3072:
        return tls::KeyKind::RSA_3072;
    case CertificateKind::ECDSA_P256:
        return tls::KeyKind::EC_P256;
    case CertificateKind::ED25519:
        return tls::KeyKind::ED25519;
    }
    return tls::KeyKind::RSA_2048;
}

tls::ClientConfig
ClientTlsOf(const Experiment& e)
{
    tls::ClientConfig config;
    config.suites = e.tls.suites;
    config.minVersion = e.tls.minVersion;
    config.maxVersion = e.tls.maxVersion;
    if (const tls::Profile* profile = ProfileOf(e); profile != nullptr && config.suites.empty())
    {
        config.suites = SuitesOf(*profile, e);
    }
    config.options = OptionsOf(e);
    if (!e.tls.groups.empty())
    {
        config.options.groups = e.tls.groups;
    }
    config.sni = e.tls.sni;
    config.helloSize = e.tls.helloSize;
    return config;
}

tls::ServerConfig
ServerTlsOf(const Experiment& e)
{
    tls::ServerConfig config;
    if (const tls::Profile* profile = ProfileOf(e))
    {
        config.suites = profile->suites;
        config.minVersion = profile->minVersion;
        config.maxVersion = profile->maxVersion;
    }
    config.options = OptionsOf(e);
    return config;
}

std::optional<Problem>
FindTlsProblem(const Experiment& e)
{
    const tls::ClientConfig client = ClientTlsOf(e);
    if (const auto problem = FindSuiteProblem(e, client))
    {
        return problem;
    }
    if (const auto problem = FindDtlsProblem(e, client))
    {
        return problem;
    }
    if (e.tls.knownServers && e.tls.resumption == TlsResumption::NONE)
    {
        return Problem("known_servers",
                       "helps nobody without resumption: set tls.resumption to tickets or ids");
    }
    if (const auto problem = tls::CheckGroups(e.tls.groups))
    {
        return Problem("groups", *problem);
    }
    if (const auto problem = tls::CheckAlpn(e.tls.alpn))
    {
        return Problem("alpn", *problem);
    }
    if (IpAddress::Parse(e.tls.sni))
    {
        // RFC 6066 3: "Literal IPv4 and IPv6 addresses are not permitted in "HostName"."
        return Problem("sni", "\"" + e.tls.sni + "\" is an address; SNI holds a DNS name only");
    }
    return std::nullopt;
}

std::vector<std::string>
ProfileNotes(const Experiment& e)
{
    std::vector<std::string> notes;
    const tls::Profile* profile = ProfileOf(e);
    for (const auto& suite :
         profile != nullptr && e.UsesTls() ? e.tls.suites : std::vector<std::string>())
    {
        if (const auto why = tls::WhyForbidden(*profile, suite))
        {
            notes.push_back(*why + "; the servers do not accept it");
        }
    }
    return notes;
}

} // namespace imsfw::scenario
