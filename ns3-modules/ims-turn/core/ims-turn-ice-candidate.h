// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Candidates of ICE: what they are, what they are worth, how they stand in an SDP.
///
/// RFC 8445 5.1, 6.1.2.3; RFC 8839 5.1 (a=candidate); RFC 6544 4, 5 (TCP). Left out: host names (RFC 8839 lets them be
/// ignored), UDP-tunnelled and NAT-assisted TCP candidates.
#pragma once

#include "base/address.h"
#include "base/result.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace imsfw::ice
{

enum class CandidateType
{
    HOST,
    SERVER_REFLEXIVE,
    PEER_REFLEXIVE,
    RELAYED,
};

/// UDP, or TCP with who opens the connection (RFC 6544 4.5, tcptype).
enum class CandidateTransport
{
    UDP,
    TCP_ACTIVE,
    TCP_PASSIVE,
    TCP_SIMULTANEOUS_OPEN,
};

/// @return "host", "srflx", "prflx", "relay"
std::string_view ToString(CandidateType type);
/// @return "udp" or "tcp"
std::string_view ProtocolName(CandidateTransport transport);
bool IsTcp(CandidateTransport transport);
/// @return whether one of the first and one of the second make a pair: RFC 6544 6.2.
bool CanPair(CandidateTransport local, CandidateTransport remote);

/// Why a line is no candidate.
enum class CandidateError
{
    TOO_SHORT,
    BAD_FOUNDATION,
    BAD_COMPONENT,
    BAD_TRANSPORT,
    BAD_PRIORITY,
    BAD_ADDRESS,
    BAD_PORT,
    BAD_TYPE,
    BAD_RELATED, ///< raddr or rport malformed, or not there though the type wants them
    BAD_EXTENSION,
    UNSUPPORTED, ///< well-formed, of a transport, type or address that is to be ignored (RFC 8839 5.1)
};

/// @return "too-short", ... as in traces.
std::string_view ToString(CandidateError error);

struct Candidate
{
    std::string foundation; ///< 1 to 32 of ALPHA, DIGIT, "+", "/"
    unsigned component{1};  ///< 1 to 256
    CandidateTransport transport{CandidateTransport::UDP};
    uint32_t priority{0}; ///< 1 to 2^31 - 1
    Endpoint address;
    CandidateType type{CandidateType::HOST};
    std::optional<Endpoint>
        related; ///< raddr, rport: the base of a reflexive one, the mapped address of a relayed one

    /// @return the value of the a=candidate attribute.
    std::string ToSdp() const;
    static Result<Candidate, CandidateError> Parse(std::string_view value);

    friend bool operator==(const Candidate& a, const Candidate& b);
};

/// RFC 8445 5.1.2.2, from 0 to 126. TCP stands below UDP of its type, since RTP is wanted over UDP (RFC 6544 4.2 leaves
/// that to the application; the values are those of deployed WebRTC stacks).
struct TypePreferences
{
    uint8_t host{126};
    uint8_t peerReflexive{110};
    uint8_t serverReflexive{100};
    uint8_t relayed{0};
    uint8_t tcpHost{90};
    uint8_t tcpPeerReflexive{80};
    uint8_t tcpServerReflexive{85};

    uint8_t Of(CandidateType type, CandidateTransport transport) const;
};

/// RFC 8445 5.1.2.1.
uint32_t ComputePriority(uint8_t typePreference, uint16_t localPreference, unsigned component);
/// RFC 6544 4.2: the direction preference over @p other, which has 13 bits.
uint16_t TcpLocalPreference(CandidateTransport transport, CandidateType type, uint16_t other);
/// RFC 8445 6.1.2.3. @param controlling, controlled the priorities of the candidates of those agents.
uint64_t PairPriority(uint32_t controlling, uint32_t controlled);

/// RFC 8839 5.1: ALPHA / DIGIT / "+" / "/", @p least to @p most of them.
bool IsIceText(std::string_view text, std::size_t least, std::size_t most);

} // namespace imsfw::ice
