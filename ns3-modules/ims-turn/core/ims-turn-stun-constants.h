// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The numbers of STUN and TURN: methods, classes, attribute types, error codes.
///
/// RFC 8489 5, 14, 18; RFC 8656 17-19; RFC 6062 6; RFC 8445 16 (ICE attributes, so that ICE messages parse).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace imsfw
{
namespace stun
{

constexpr uint32_t MAGIC_COOKIE = 0x2112A442;
constexpr std::size_t HEADER_SIZE = 20;
constexpr std::size_t MAX_MESSAGE_SIZE = HEADER_SIZE + 0xFFFC;
constexpr uint32_t FINGERPRINT_XOR = 0x5354554E;

/// A 12-bit method; a value read off the wire may be any other.
enum class Method : uint16_t
{
    BINDING = 0x001,
    ALLOCATE = 0x003,
    REFRESH = 0x004,
    SEND = 0x006,
    DATA = 0x007,
    CREATE_PERMISSION = 0x008,
    CHANNEL_BIND = 0x009,
    CONNECT = 0x00A,            ///< RFC 6062
    CONNECTION_BIND = 0x00B,    ///< RFC 6062
    CONNECTION_ATTEMPT = 0x00C, ///< RFC 6062
};

enum class MessageClass : uint8_t
{
    REQUEST = 0,
    INDICATION = 1,
    SUCCESS = 2,
    ERROR = 3,
};

/// Attribute types; below 0x8000 a receiver must know them (comprehension-required).
namespace attribute
{
constexpr uint16_t MAPPED_ADDRESS = 0x0001;
constexpr uint16_t USERNAME = 0x0006;
constexpr uint16_t MESSAGE_INTEGRITY = 0x0008;
constexpr uint16_t ERROR_CODE = 0x0009;
constexpr uint16_t UNKNOWN_ATTRIBUTES = 0x000A;
constexpr uint16_t CHANNEL_NUMBER = 0x000C;
constexpr uint16_t LIFETIME = 0x000D;
constexpr uint16_t XOR_PEER_ADDRESS = 0x0012;
constexpr uint16_t DATA = 0x0013;
constexpr uint16_t REALM = 0x0014;
constexpr uint16_t NONCE = 0x0015;
constexpr uint16_t XOR_RELAYED_ADDRESS = 0x0016;
constexpr uint16_t REQUESTED_ADDRESS_FAMILY = 0x0017;
constexpr uint16_t EVEN_PORT = 0x0018;
constexpr uint16_t REQUESTED_TRANSPORT = 0x0019;
constexpr uint16_t DONT_FRAGMENT = 0x001A;
constexpr uint16_t MESSAGE_INTEGRITY_SHA256 = 0x001C;
constexpr uint16_t PASSWORD_ALGORITHM = 0x001D;
constexpr uint16_t USERHASH = 0x001E;
constexpr uint16_t XOR_MAPPED_ADDRESS = 0x0020;
constexpr uint16_t RESERVATION_TOKEN = 0x0022;
constexpr uint16_t PRIORITY = 0x0024;
constexpr uint16_t USE_CANDIDATE = 0x0025;
constexpr uint16_t CONNECTION_ID = 0x002A;
constexpr uint16_t ADDITIONAL_ADDRESS_FAMILY = 0x8000;
constexpr uint16_t ADDRESS_ERROR_CODE = 0x8001;
constexpr uint16_t SOFTWARE = 0x8022;
constexpr uint16_t ALTERNATE_SERVER = 0x8023;
constexpr uint16_t FINGERPRINT = 0x8028;
constexpr uint16_t ICE_CONTROLLED = 0x8029;
constexpr uint16_t ICE_CONTROLLING = 0x802A;
} // namespace attribute

/// ERROR-CODE values.
namespace error
{
constexpr uint16_t TRY_ALTERNATE = 300;
constexpr uint16_t BAD_REQUEST = 400;
constexpr uint16_t UNAUTHORIZED = 401;
constexpr uint16_t FORBIDDEN = 403;
constexpr uint16_t UNKNOWN_ATTRIBUTE = 420;
constexpr uint16_t ALLOCATION_MISMATCH = 437;
constexpr uint16_t STALE_NONCE = 438;
constexpr uint16_t ADDRESS_FAMILY_NOT_SUPPORTED = 440;
constexpr uint16_t WRONG_CREDENTIALS = 441;
constexpr uint16_t UNSUPPORTED_TRANSPORT = 442;
constexpr uint16_t PEER_ADDRESS_FAMILY_MISMATCH = 443;
constexpr uint16_t CONNECTION_ALREADY_EXISTS = 446;     ///< RFC 6062
constexpr uint16_t CONNECTION_TIMEOUT_OR_FAILURE = 447; ///< RFC 6062
constexpr uint16_t ALLOCATION_QUOTA_REACHED = 486;
constexpr uint16_t ROLE_CONFLICT = 487; ///< RFC 8445
constexpr uint16_t INSUFFICIENT_CAPACITY = 508;
} // namespace error

/// @return the reason phrase that goes with @p code; "Error" for a code without one here.
std::string_view ReasonPhrase(uint16_t code);

/// @return @p code's phrase as a failure's reason: "allocation-mismatch", ...; "refused" for a code without one here.
std::string ReasonName(uint16_t code);

/// @return "binding", "allocate", ... as in traces; the number for a method without a name here.
std::string ToString(Method method);

} // namespace stun
} // namespace imsfw
