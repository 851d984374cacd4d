// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// ClientHello and ServerHello as a firewall reads them: RFC 5246 7.4.1, RFC 8446 4.1, RFC 6066 3, RFC 7301.
///
/// Only what rules ask for is taken out. Extensions that do not concern a firewall are passed over by their lengths;
/// a length that does not fit its surroundings makes the whole message malformed.
#pragma once

#include "base/bytes.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace imsfw::classify
{

struct ClientHelloFacts
{
    std::string sni;
    std::vector<uint16_t> suites;
    std::vector<std::string> alpn;
};

struct ServerHelloFacts
{
    uint16_t version{0}; ///< supported_versions where it is there, else the legacy field
    uint16_t suite{0};
    bool helloRetry{false};
    bool compressed{false};
    bool truncatedMac{false}; ///< RFC 6066 7: the MAC is cut to 10 bytes
    std::string alpn;
};

/// @param body the handshake message without its four-byte header
/// @return nothing where the message is malformed.
std::optional<ClientHelloFacts> ReadClientHello(ByteView body);
std::optional<ServerHelloFacts> ReadServerHello(ByteView body);

} // namespace imsfw::classify
