// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// What TLS and DTLS sessions have in common: whom a client expects, what a handshake agreed on, why it failed.
#pragma once

#include "base/stream-layer.h"
#include "base/time.h"

#include <openssl/types.h>

#include <cstddef>
#include <cstdint>
#include <string>

namespace imsfw::tls
{

/// What a handshake agreed on and cost.
struct SessionInfo
{
    std::string version; ///< "TLSv1.2", "TLSv1.3", "DTLSv1.2"
    uint16_t suiteId{0}; ///< IANA's code point
    std::string suite;   ///< IANA's name
    bool isNull{false};  ///< application data is readable on the wire
    bool isResumed{false};
    std::string group;   ///< IANA's name; empty without (EC)DHE
    std::string alpn;    ///< the protocol agreed on; empty without
    TimePoint started{}; ///< first byte sent (client) or layer started (server)
    TimePoint established{};
    Duration
        computed{}; ///< by this end's CPU for the handshake, without waits; filled in by who has a CPU
    std::size_t handshakeBytesSent{0};
    std::size_t handshakeBytesReceived{0};
};

/// The fatal alerts of a session, by name; empty: none yet.
struct SessionAlerts
{
    std::string received;
    std::string sent;

    /// For SSL_CTX_set_info_callback, with its arguments.
    void Note(int where, int value);
};

/// Fill in what a completed handshake agreed on.
void DescribeAgreement(SSL* ssl, SessionInfo& info);

/// @param errors what OpenSSL's queue said. @return why the session failed; nothing of the session is changed.
StreamFailure DescribeFailure(const SSL* ssl,
                              const SessionAlerts& alerts,
                              const std::string& errors);

/// Client: accept a server of this name or address alone. @param sni sent in its place; empty: the name
void ExpectServer(SSL* ssl, const std::string& name, const std::string& sni);

} // namespace imsfw::tls
