// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// What a firewall knows about a flow from its bytes alone: the vocabulary of the recognisers' answers.
#pragma once

#include "classify/application.h"
#include "classify/tls-findings.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace imsfw::classify
{

/// From whoever opened the flow, or to it.
enum class Direction : uint8_t
{
    TO_SERVER,
    TO_CLIENT,
};

constexpr Direction
Reverse(Direction direction)
{
    return direction == Direction::TO_SERVER ? Direction::TO_CLIENT : Direction::TO_SERVER;
}

/// A prefix probe's answer. UNDECIDED: all bytes so far fit, more are needed.
enum class Answer : uint8_t
{
    YES,
    NO,
    UNDECIDED,
};

/// @return "yes", "no" or "undecided"
std::string ToString(Answer answer);
/// @return "to-server" or "to-client"
std::string ToString(Direction direction);

/// Why a part of a flow was not looked at; the first reason stays.
enum class GiveUp : uint8_t
{
    NO,
    REORDER_LIMIT, ///< more was out of order than InspectionLimits allow
    BYTE_LIMIT,    ///< InspectionLimits::bytes were looked at
    PACKET_LIMIT,  ///< InspectionLimits::packets were looked at
    TLS_BROKEN,    ///< see TlsFindings::defect
    HTTP_BROKEN, ///< a head too long, framing that contradicts itself, or too much without an answer
};

/// @return "no", "reorder-limit", "tls-broken", ...
std::string ToString(GiveUp reason);

/// A request line and the name that goes with it; each text is cut at TEXT_LIMIT bytes.
struct HttpRequestFacts
{
    std::string method;
    std::string target; ///< as it stands in the request line; the authority for CONNECT
    std::string host;   ///< of the Host field; empty where there is none

    static constexpr std::size_t TEXT_LIMIT = 8192;
};

bool operator==(const HttpRequestFacts& a, const HttpRequestFacts& b);

/// All that is known of one flow. Nothing is ever taken back, except where a field says so.
struct Findings
{
    /// The outer stream's first bytes towards the server. A datagram flow, and a stream in which the server speaks
    /// first, answers NO to both.
    Answer firstBytesTls{Answer::UNDECIDED};
    Answer firstBytesHttp{Answer::UNDECIDED};
    bool connectRequested{false}; ///< a complete CONNECT request head was seen
    bool connectTunnel{false};    ///< a CONNECT was answered 2xx; what follows is the tunnel's
    std::string connectTarget;    ///< authority of the latest CONNECT, such as "192.0.2.1:443"
    std::optional<HttpRequestFacts>
        httpRequest;                      ///< the first one on the flow, outside of any tunnel
    Answer tunnelTls{Answer::UNDECIDED};  ///< first bytes inside the tunnel
    Answer tunnelHttp{Answer::UNDECIDED}; ///< and whether those are HTTP again
    std::optional<TlsFindings>
        tls; ///< innermost TLS; replaced when another one begins inside a NULL suite
    std::vector<TlsFindings> outerTls; ///< the TLS layers around that one, outermost first
    ApplicationSet content;            ///< recognised in application data that could be read
    bool readable{false}; ///< application data went by in the clear (CONNECT itself does not count)
    bool gaveUp{
        false}; ///< a limit was reached or framing broke: part of the flow was not looked at
    GiveUp giveUp{GiveUp::NO};     ///< why
    bool conflictingCopies{false}; ///< two copies of the same bytes of a TCP stream differed
    uint32_t generation{0};        ///< counts the changes of all the fields above
};

/// Compares everything but the generation and how many segments things were spread over.
bool operator==(const Findings& a, const Findings& b);

inline bool
operator!=(const Findings& a, const Findings& b)
{
    return !(a == b);
}

} // namespace imsfw::classify
