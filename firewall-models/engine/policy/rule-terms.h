// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// What a rule can ask of a flow beyond its addresses, as plain values.
#pragma once

#include "base/bytes.h"
#include "base/time.h"

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
    std::optional<uint32_t> helloAbove; ///< the ClientHello has more bytes than this

    bool
    IsAsked() const
    {
        return version.IsAsked() || suite.IsAsked() || offers.IsAsked() || sni.IsAsked() ||
               alpn.IsAsked() || helloAbove;
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

/// Bytes anywhere in the first PREFIX bytes of a direction's stream, or of any datagram.
struct PayloadPattern
{
    static constexpr std::size_t PREFIX = 256;

    Bytes bytes;
    bool toServer{true};
    bool toClient{true};
};

/// Holds once a flow has become larger or older than this.
struct MeterCondition
{
    std::optional<uint64_t> bytesAbove; ///< of whole packets, both directions
    std::optional<Duration> ageAbove;   ///< noticed at the next packet

    bool
    IsAsked() const
    {
        return bytesAbove || ageAbove;
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
