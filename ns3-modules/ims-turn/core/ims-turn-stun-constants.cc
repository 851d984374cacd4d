// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Names of the numbers in ims-turn-stun-constants.h.
#include "ims-turn-stun-constants.h"

#include "base/text.h"

#include <algorithm>

namespace imsfw
{
namespace stun
{

std::string_view
ReasonPhrase(uint16_t code)
{
    switch (code)
    {
    case error::TRY_ALTERNATE:
        return "Try Alternate";
    case error::BAD_REQUEST:
        return "Bad Request";
    case error::UNAUTHORIZED:
        // RFC 8489 says "Unauthenticated"; deployed servers keep RFC 5389's word, and so do captures.
        return "Unauthorized";
    case error::FORBIDDEN:
        return "Forbidden";
    case error::UNKNOWN_ATTRIBUTE:
        return "Unknown Attribute";
    case error::ALLOCATION_MISMATCH:
        return "Allocation Mismatch";
    case error::STALE_NONCE:
        return "Stale Nonce";
    case error::ADDRESS_FAMILY_NOT_SUPPORTED:
        return "Address Family not Supported";
    case error::WRONG_CREDENTIALS:
        return "Wrong Credentials";
    case error::UNSUPPORTED_TRANSPORT:
        return "Unsupported Transport Protocol";
    case error::PEER_ADDRESS_FAMILY_MISMATCH:
        return "Peer Address Family Mismatch";
    case error::CONNECTION_ALREADY_EXISTS:
        return "Connection Already Exists";
    case error::CONNECTION_TIMEOUT_OR_FAILURE:
        return "Connection Timeout or Failure";
    case error::ALLOCATION_QUOTA_REACHED:
        return "Allocation Quota Reached";
    case error::ROLE_CONFLICT:
        return "Role Conflict";
    case error::INSUFFICIENT_CAPACITY:
        return "Insufficient Capacity";
    }
    return "Error";
}

std::string
ReasonName(uint16_t code)
{
    std::string name = ToLower(ReasonPhrase(code));
    std::replace(name.begin(), name.end(), ' ', '-');
    return name == "error" ? "refused" : name;
}

std::string
ToString(Method method)
{
    switch (method)
    {
    case Method::BINDING:
        return "binding";
    case Method::ALLOCATE:
        return "allocate";
    case Method::REFRESH:
        return "refresh";
    case Method::SEND:
        return "send";
    case Method::DATA:
        return "data";
    case Method::CREATE_PERMISSION:
        return "create-permission";
    case Method::CHANNEL_BIND:
        return "channel-bind";
    case Method::CONNECT:
        return "connect";
    case Method::CONNECTION_BIND:
        return "connection-bind";
    case Method::CONNECTION_ATTEMPT:
        return "connection-attempt";
    }
    return std::to_string(static_cast<unsigned>(method));
}

} // namespace stun
} // namespace imsfw
