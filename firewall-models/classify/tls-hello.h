// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// ClientHello and ServerHello as a firewall reads them: RFC 5246 7.4.1, RFC 8446 4.1, RFC 6066 3, RFC 7301.
///
/// Only what rules and fingerprints ask for is taken out. Extensions that do not concern a firewall are passed over by
/// their lengths; a length that does not fit its surroundings makes the whole message malformed.
#pragma once

#include "base/bytes.h"
#include "classify/tls-findings.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace imsfw::classify
{

/// The lists are in the message's order, GREASE (RFC 8701) included, and cut at the limits of TlsFindings.
struct ClientHelloFacts
{
    uint16_t version{0}; ///< the legacy field
    bool hasSessionId{false};
    bool hasTicket{false}; ///< RFC 5077 3.2: a session ticket that is not empty
    std::string sni;
    std::vector<uint16_t> suites;
    std::vector<std::string> alpn;
    std::vector<uint16_t> supportedVersions;
    std::vector<uint16_t> extensions;
    std::vector<uint16_t> groups;
    std::vector<uint8_t> pointFormats;
    std::vector<uint16_t> signatureAlgorithms;
};

struct ServerHelloFacts
{
    uint16_t version{0}; ///< supported_versions where it is there, else the legacy field
    uint16_t suite{0};
    bool helloRetry{false};
    bool compressed{false};
    bool truncatedMac{false}; ///< RFC 6066 7: the MAC is cut to 10 bytes
    bool preSharedKey{false}; ///< RFC 8446 4.2.11: one was selected
    std::string alpn;
};

/// @param body the handshake message without its four-byte header
/// @return nothing where the message is malformed.
std::optional<ClientHelloFacts> ReadClientHello(ByteView body);
std::optional<ServerHelloFacts> ReadServerHello(ByteView body);

} // namespace imsfw::classify
