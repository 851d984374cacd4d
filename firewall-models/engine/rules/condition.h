// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// What a rule can ask of a flow, one by one: the names of the obstacles that keep a rule from matching.
#pragma once

#include <cstdint>

namespace imsfw::engine
{

/// In the order in which a rule's conditions are looked at; the first that does not hold is the obstacle.
enum class Condition : uint8_t
{
    NONE, ///< nothing stands in the way: the rule matches
    FROM,
    TO,
    PROTOCOL,
    PORTS,
    ADDRESSES,
    SOURCE_PORTS,
    SOURCE_ADDRESSES,
    DECRYPTED, ///< asks for what has been decrypted, or for what has not
    SCHEDULE,
    TAGGED,
    FIRST_BYTES,
    NULL_SUITE,
    CLIENT_HELLO, ///< asks about a hello that has not been seen
    SERVER_HELLO,
    TLS_VERSION,
    TLS_SUITE,
    TLS_OFFERS,
    TLS_SNI,
    TLS_ALPN,
    HELLO_SIZE,
    HELLO_RECORDS,
    HELLO_SEGMENTS,
    JA3,
    JA4,
    CERTIFICATE, ///< asks about a certificate that has not been seen
    CERTIFICATE_SUBJECT,
    HTTP_REQUEST, ///< asks about a request that has not been seen
    HTTP_METHOD,
    CONNECT_TARGET,
    STATE,
    VOLUME,
    AGE,
    RATE,
    PAYLOAD,
    RECOGNISED,
    CONTENT,
};

} // namespace imsfw::engine
