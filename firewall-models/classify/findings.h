// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// What a firewall knows about a flow from its bytes alone: the vocabulary of the recognisers' answers.
#pragma once

#include "classify/application.h"

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

/// What the readable part of a TLS handshake tells.
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
    std::vector<std::string> alpn; ///< protocols that the client offered, at most MAX_ALPN of them
    std::string alpnChosen;        ///< readable up to TLS 1.2 only
    uint32_t clientHelloSize{0};   ///< of the handshake message with its header, in bytes
    bool protectedToServer{false}; ///< records to the server are under the negotiated suite
    bool protectedToClient{false}; ///< and those to the client
    bool malformed{false}; ///< began as TLS, then broke its framing: nothing after that was read

    static constexpr std::size_t MAX_OFFERED = 1024;
    static constexpr std::size_t MAX_ALPN = 32;
};

bool operator==(const TlsFindings& a, const TlsFindings& b);

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
    Answer tunnelTls{Answer::UNDECIDED};  ///< first bytes inside the tunnel
    Answer tunnelHttp{Answer::UNDECIDED}; ///< and whether those are HTTP again
    std::optional<TlsFindings>
        tls;                ///< innermost TLS; replaced when another one begins inside a NULL suite
    ApplicationSet content; ///< recognised in application data that could be read
    bool readable{false}; ///< application data went by in the clear (CONNECT itself does not count)
    bool gaveUp{
        false}; ///< a limit was reached or framing broke: part of the flow was not looked at
    uint32_t generation{0}; ///< counts the changes of all the fields above
};

/// Compares everything but the generation.
bool operator==(const Findings& a, const Findings& b);

inline bool
operator!=(const Findings& a, const Findings& b)
{
    return !(a == b);
}

} // namespace imsfw::classify
