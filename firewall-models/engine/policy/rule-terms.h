// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// What a rule can ask of a flow beyond its addresses, as plain values.
#pragma once

#include "base/bytes.h"
#include "base/time.h"
#include "engine/policy/byte-regex.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace imsfw::engine
{

/// One of several values, or none of them; nothing is asked where there are no values.
template <typename T>
struct OneOf
{
    std::vector<T> values;
    bool negated{false};

    bool
    IsAsked() const
    {
        return !values.empty();
    }
};

/// Holds or fails once the hello that tells has been seen. Names are patterns: `*` stands for any characters.
struct TlsCondition
{
    OneOf<uint16_t> version; ///< negotiated, such as 0x0303
    OneOf<uint16_t> suite;   ///< negotiated
    OneOf<uint16_t> offers;  ///< any suite of the ClientHello
    OneOf<std::string> sni;  ///< the name that the client asks for, empty where it names none
    OneOf<std::string> alpn; ///< any protocol that the client offers
    OneOf<std::string>
        certificate;        ///< the subject that the server's certificate names; up to TLS 1.2
    OneOf<std::string> ja3; ///< of the ClientHello: 32 hexadecimal digits
    OneOf<std::string> ja4; ///< of the ClientHello, such as "t13d1516h2_8daaf6152771_e5627efa2ab1"
    std::optional<uint32_t> helloAbove;    ///< the ClientHello has more bytes than this
    std::optional<uint32_t> recordsAbove;  ///< it is spread over more TLS records than this
    std::optional<uint32_t> segmentsAbove; ///< and over more TCP segments than this

    /// @return whether something is asked that the ServerHello tells.
    bool
    AsksServer() const
    {
        return version.IsAsked() || suite.IsAsked();
    }

    bool
    IsAsked() const
    {
        return AsksServer() || offers.IsAsked() || sni.IsAsked() || alpn.IsAsked() ||
               certificate.IsAsked() || ja3.IsAsked() || ja4.IsAsked() || helloAbove ||
               recordsAbove || segmentsAbove;
    }
};

/// Holds or fails once the first request of a connection has been seen.
struct HttpCondition
{
    OneOf<std::string> method;
    OneOf<std::string>
        connectTarget; ///< patterns for "host:port"; fails for requests other than CONNECT

    bool
    IsAsked() const
    {
        return method.IsAsked() || connectTarget.IsAsked();
    }
};

/// Bytes, or what a regular expression matches, anywhere in the first PREFIX bytes of a direction's stream, or of any
/// datagram.
struct PayloadPattern
{
    static constexpr std::size_t PREFIX = 256;

    Bytes bytes;
    bool toServer{true};
    bool toClient{true};
    ByteRegex regex{}; ///< in place of `bytes`, where it is asked for

    bool IsIn(ByteView text) const;
};

/// What a connection-tracking firewall calls the state of a connection (Linux: ct state).
enum class FlowState : uint8_t
{
    NEW,         ///< nothing has come back yet
    ESTABLISHED, ///< something has; the packet that is the first to do so belongs here
};

/// @return "new" or "established"
std::string ToString(FlowState state);

/// Holds once a flow has become larger or older than this, while it is faster, or while it is in this state.
struct MeterCondition
{
    std::optional<FlowState> state;
    std::optional<uint64_t> bytesAbove; ///< of whole packets, both directions
    std::optional<Duration> ageAbove;   ///< noticed at the next packet
    std::optional<uint64_t> rateAbove;  ///< bits per second, both directions, over the last second

    bool
    IsAsked() const
    {
        return state || IsMeasured();
    }

    /// @return whether something is asked that any packet may change.
    bool
    IsMeasured() const
    {
        return bytesAbove || ageAbove || rateAbove;
    }
};

/// Which end of a TCP connection is told that it was refused.
enum class ResetSide : uint8_t
{
    BOTH,
    CLIENT,
    SERVER,
};

std::string ToString(ResetSide side);

/// @return whether @p text is one that @p pattern stands for, where `*` is any characters; case of letters is ignored.
bool MatchesPattern(const std::string& pattern, const std::string& text);

} // namespace imsfw::engine
