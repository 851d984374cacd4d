// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// What an endpoint of either side may be told beside suites and versions: groups, ALPN, record size, encrypt-then-MAC,
/// resumption.
#pragma once

#include "base/result.h"
#include "base/time.h"

#include <openssl/types.h>

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace imsfw::tls
{

/// How a second connection may be shorter than the first.
enum class Resumption
{
    NONE,    ///< servers send tickets as OpenSSL does, clients use none
    TICKETS, ///< the server's state travels in the ticket: RFC 5077, and PSKs of RFC 8446 2.2
    IDS, ///< the server remembers: session IDs (RFC 5246 F.1.4), and PSKs that are names of what it remembers
};

inline constexpr std::size_t MIN_RECORD_SIZE = 512;   // OpenSSL's lower limit, and RFC 6066 4's
inline constexpr std::size_t MAX_RECORD_SIZE = 16384; // RFC 8446 5.1: "MUST NOT exceed 2^14 bytes"

struct Options
{
    std::vector<std::string> groups; ///< IANA's names, most wanted first; empty: OpenSSL's own list
    /// Client: offered, most wanted first. Server: what it speaks; empty: it ignores the extension.
    std::vector<std::string> alpn;
    bool encryptThenMac{true}; ///< RFC 7366; counts for CBC suites of TLS 1.2 only
    /// The longest plaintext of a record sent, MIN_RECORD_SIZE to MAX_RECORD_SIZE. A client asks the server for the same
    /// where the size is one that RFC 6066 4 has a code for (512, 1024, 2048, 4096).
    std::size_t recordSize{MAX_RECORD_SIZE};
    Resumption resumption{Resumption::NONE};
    Duration sessionLifetime{std::chrono::hours(2)}; ///< of simulated time, on both sides
};

/// @return the groups that the OpenSSL at hand can be told to use, by IANA's names.
const std::vector<std::string>& AllGroups();

/// @return what is wrong with the list, with the nearest name; nothing where it can be used.
std::optional<std::string> CheckGroups(const std::vector<std::string>& groups);

/// @return what is wrong with protocol names for ALPN (RFC 7301 3.1: 1 to 255 bytes each); nothing where they can be used.
std::optional<std::string> CheckAlpn(const std::vector<std::string>& protocols);

/// @return IANA's name of the group that @p ssl agreed on; empty where there was no (EC)DHE.
std::string GroupOf(SSL* ssl);

/// @return the protocol that @p ssl agreed on by ALPN; empty without.
std::string AlpnOf(const SSL* ssl);

/// @param options outlives @p context. @return an error in words; empty where all is set.
std::string Apply(SSL_CTX* context, const Options& options, bool isServer);

} // namespace imsfw::tls
