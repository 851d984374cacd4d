// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Cipher suites by both of their names, as the OpenSSL at hand has them.
#pragma once

#include "base/result.h"
#include "ims-tls-pki.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace imsfw::tls
{

struct Suite
{
    uint16_t id;             ///< IANA's code point
    std::string openSslName; ///< "NULL-SHA"
    std::string ianaName;    ///< "TLS_RSA_WITH_NULL_SHA"
    bool isTls13;            ///< of TLS 1.3; all others are used with TLS 1.2 here
    bool isNull;             ///< integrity only: what it carries is readable on the wire
};

/// @return every suite that the OpenSSL at hand can negotiate in TLS 1.2 or 1.3 at security level 0, by code point.
const std::vector<Suite>& AllSuites();

/// @param name IANA's or OpenSSL's, in any case
/// @return the suite, or a sentence with the nearest names.
Result<Suite, std::string> FindSuite(const std::string& name);

/// @param minVersion "1.2", "1.3" or empty; @param maxVersion likewise
/// @return why these cannot be offered together; nothing where they can. Unknown suites are FindSuite's business.
std::optional<std::string> CheckSuites(const std::vector<std::string>& suites,
                                       const std::string& minVersion,
                                       const std::string& maxVersion);

/// @return why a server with a certificate of @p kind can negotiate none of @p suites; nothing where it can.
std::optional<std::string> CheckCertificate(KeyKind kind, const std::vector<std::string>& suites);

} // namespace imsfw::tls
