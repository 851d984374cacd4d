// SPDX-License-Identifier: GPL-2.0-only
#include "ndpi/ndpi-names.h"

#include "base/text.h"

#include <algorithm>
#include <array>
#include <ndpi_api.h>

namespace imsfw::ndpi
{

namespace
{

/// After the constants of ndpi_risk_enum, in its order.
constexpr std::array<std::string_view, NDPI_MAX_RISK> RISKS{
    "",
    "url-possible-xss",
    "url-possible-sql-injection",
    "url-possible-rce-injection",
    "binary-application-transfer",
    "known-protocol-on-non-standard-port",
    "tls-selfsigned-certificate",
    "tls-obsolete-version",
    "tls-weak-cipher",
    "tls-certificate-expired",
    "tls-certificate-mismatch",
    "http-suspicious-user-agent",
    "http-numeric-ip-host",
    "http-suspicious-url",
    "http-suspicious-header",
    "tls-not-carrying-https",
    "suspicious-dga-domain",
    "malformed-packet",
    "ssh-obsolete-client-version-or-cipher",
    "ssh-obsolete-server-version-or-cipher",
    "smb-insecure-version",
    "tls-suspicious-esni-usage",
    "unsafe-protocol",
    "dns-suspicious-traffic",
    "tls-missing-sni",
    "http-suspicious-content",
    "risky-asn",
    "risky-domain",
    "malicious-ja3",
    "malicious-sha1-certificate",
    "desktop-or-file-sharing-session",
    "tls-uncommon-alpn",
    "tls-cert-validity-too-long",
    "tls-suspicious-extension",
    "tls-fatal-alert",
    "suspicious-entropy",
    "clear-text-credentials",
    "dns-large-packet",
    "dns-fragmented",
    "invalid-characters",
    "possible-exploit",
    "tls-certificate-about-to-expire",
};
static_assert(NDPI_TLS_WEAK_CIPHER == 8 && NDPI_TLS_NOT_CARRYING_HTTPS == 15 &&
                  NDPI_TLS_MISSING_SNI == 24 && NDPI_TLS_CERTIFICATE_ABOUT_TO_EXPIRE == 41,
              "the table above is for nDPI 4.2");

} // namespace

std::string
PolicyName(std::string_view name)
{
    std::string text = ToLower(name);
    for (char& c : text)
    {
        const bool isPlain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        c = isPlain ? c : '-';
    }
    return text;
}

std::string_view
RiskName(unsigned risk)
{
    return risk < RISKS.size() ? RISKS[risk] : std::string_view();
}

std::vector<std::string>
RiskNames(unsigned long long mask)
{
    std::vector<std::string> names;
    for (unsigned risk = 1; risk < RISKS.size(); ++risk)
    {
        if ((mask >> risk & 1) != 0)
        {
            names.emplace_back(RISKS[risk]);
        }
    }
    std::sort(names.begin(), names.end());
    return names;
}

std::vector<std::string>
AllRiskNames()
{
    return RiskNames(~0ULL);
}

} // namespace imsfw::ndpi
