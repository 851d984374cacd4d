// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// DNS messages as far as a stub resolver and its server need them (RFC 1035 4): one question, addresses as answers.
///
/// Read by the C library's parser of messages (ns_initparse), which knows no network. Left out: EDNS, TCP, DNSSEC; records
/// of other types than A are skipped.
#pragma once

#include "base/address.h"
#include "base/bytes.h"
#include "base/result.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace imsfw::dns
{

/// RFC 1035 4.1.1, RCODE.
enum class ResponseCode : uint8_t
{
    NO_ERROR = 0,
    FORMAT_ERROR = 1,
    SERVER_FAILURE = 2,
    NAME_ERROR = 3,
    NOT_IMPLEMENTED = 4,
    REFUSED = 5,
};

inline constexpr uint16_t TYPE_A = 1; // RFC 1035 3.2.2

struct Message
{
    uint16_t id{0};
    bool isResponse{false};
    ResponseCode code{ResponseCode::NO_ERROR};
    std::string name; ///< asked for; lower case, without the last dot
    uint16_t type{TYPE_A};
    std::vector<IpAddress> addresses; ///< IPv4
    uint32_t ttlS{0};                 ///< of the addresses; read: the least of them

    /// @return the message as it goes over UDP. @pre IsName(name); few enough addresses for 512 bytes (RFC 1035 4.2.1)
    Bytes Write() const;
};

enum class MessageError
{
    MALFORMED,
    TRUNCATED,        ///< TC is set: the rest would come over TCP
    NOT_ONE_QUESTION, ///< and class IN, with a name that IsName takes
};

/// @return "malformed", ... as in traces.
std::string_view ToString(MessageError error);

Result<Message, MessageError> Parse(ByteView bytes);

/// @return whether @p name can be asked for: labels of letters, digits and hyphens (RFC 1123 2.1), 253 characters at most.
bool IsName(std::string_view name);

} // namespace imsfw::dns
