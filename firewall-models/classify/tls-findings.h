// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// What the readable part of a TLS handshake tells: RFC 5246, RFC 8446. Fingerprints are made of it in fingerprint.h.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace imsfw::classify
{

/// What broke the framing of a TLS connection, after which nothing is read.
enum class TlsDefect : uint8_t
{
    NONE,
    BAD_TYPE,         ///< a record of no known content type
    BAD_VERSION,      ///< a record whose major version is not 3
    RECORD_TOO_LONG,  ///< beyond TlsTracker::FRAGMENT_LIMIT
    EMPTY_RECORD,     ///< without content, and of a type that must have some
    RECORD_TOO_SHORT, ///< for the MAC of the NULL suite in force
    HELLO_TOO_LONG,   ///< beyond TlsTracker::HELLO_LIMIT
    HELLO_SYNTAX,     ///< a length in a hello does not fit its surroundings
    MISPLACED_HELLO,  ///< against the direction of the connection
};

/// @return "none", "record-too-long", ...
std::string ToString(TlsDefect defect);

/// The server's own certificate, where it went by in the clear (up to TLS 1.2). Not verified: a firewall that has no
/// opinion about roots reads names only.
struct CertificateFacts
{
    std::string subject; ///< RFC 4514 order and form, such as "CN=pcscf.example,O=Example"
    std::string issuer;
    std::vector<std::string> dnsNames; ///< of subjectAltName, at most MAX_NAMES of them

    static constexpr std::size_t MAX_NAMES = 64;
};

bool operator==(const CertificateFacts& a, const CertificateFacts& b);

struct TlsFindings
{
    bool clientHello{false};
    bool serverHello{false};
    bool helloRetry{false}; ///< a HelloRetryRequest (RFC 8446 4.1.4) was seen
    uint16_t version{0};    ///< negotiated, supported_versions included; 0 before the ServerHello
    std::optional<uint16_t> suite; ///< negotiated; of the latest ServerHello
    bool nullSuite{false};         ///< the negotiated suite does not encrypt
    std::string sni;               ///< host name that the client asked for; empty where none
    std::vector<uint16_t>
        offered; ///< the client's suites, in its order, at most MAX_OFFERED of them
    std::vector<std::string> alpn;  ///< protocols that the client offered, at most MAX_ALPN of them
    std::string alpnChosen;         ///< readable up to TLS 1.2 only
    uint32_t clientHelloSize{0};    ///< of the handshake message with its header, in bytes
    uint32_t clientHelloRecords{0}; ///< TLS records that it was spread over
    uint32_t clientHelloSegments{0}; ///< TCP segments with new bytes up to its end, in this layer
    uint16_t recordVersion{0};       ///< in the header of the client's first record
    uint16_t helloVersion{0};        ///< legacy_version of the ClientHello
    // In the ClientHello's order, GREASE (RFC 8701) included, each at most MAX_LISTED.
    std::vector<uint16_t> supportedVersions;
    std::vector<uint16_t> extensions;
    std::vector<uint16_t> groups;
    std::vector<uint8_t> pointFormats;
    std::vector<uint16_t> signatureAlgorithms;
    bool resumptionOffered{false}; ///< by session id (before TLS 1.3), ticket or pre-shared key
    bool resumed{false}; ///< the server took it up; an external PSK of TLS 1.3 looks the same
    std::optional<CertificateFacts> certificate; ///< of the server
    uint32_t handshakes{0}; ///< ServerHellos seen; more than one where renegotiated in the clear
    bool protectedToServer{false}; ///< records to the server are under the negotiated suite
    bool protectedToClient{false}; ///< and those to the client
    bool malformed{false}; ///< began as TLS, then broke its framing: nothing after that was read
    TlsDefect defect{TlsDefect::NONE}; ///< how

    static constexpr std::size_t MAX_OFFERED = 1024;
    static constexpr std::size_t MAX_ALPN = 32;
    static constexpr std::size_t MAX_LISTED = 256;
};

/// Compares everything but the number of segments.
bool operator==(const TlsFindings& a, const TlsFindings& b);

} // namespace imsfw::classify
