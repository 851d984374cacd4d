// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The words for SIP's status codes (RFC 3261 21) and for what can be wrong with a message.
#include "ims-sip-message.h"

#include <array>
#include <utility>

namespace imsfw::sip
{

std::string_view
ToString(SipError error)
{
    switch (error)
    {
    case SipError::TOO_LARGE:
        return "too-large";
    case SipError::INCOMPLETE:
        return "incomplete";
    case SipError::MALFORMED:
        return "malformed";
    case SipError::MISSING_HEADER:
        return "missing-header";
    case SipError::BAD_HEADER:
        return "bad-header";
    case SipError::TRAILING_BYTES:
        return "trailing-bytes";
    case SipError::METHOD_MISMATCH:
        return "method-mismatch";
    }
    return "unknown";
}

std::string_view
ReasonPhrase(int status)
{
    using Row = std::pair<int, std::string_view>;
    static constexpr std::array<Row, 34> ROWS{{
        {100, "Trying"},
        {180, "Ringing"},
        {183, "Session Progress"},
        {200, "OK"},
        {400, "Bad Request"},
        {401, "Unauthorized"},
        {403, "Forbidden"},
        {404, "Not Found"},
        {405, "Method Not Allowed"},
        {407, "Proxy Authentication Required"},
        {408, "Request Timeout"},
        {415, "Unsupported Media Type"},
        {416, "Unsupported URI Scheme"},
        {420, "Bad Extension"},
        {421, "Extension Required"},
        {423, "Interval Too Brief"},
        {430, "Flow Failed"},                      // RFC 5626 11.6
        {439, "First Hop Lacks Outbound Support"}, // RFC 5626 11.6
        {480, "Temporarily Unavailable"},
        {481, "Call/Transaction Does Not Exist"},
        {482, "Loop Detected"},
        {483, "Too Many Hops"},
        {486, "Busy Here"},
        {487, "Request Terminated"},
        {488, "Not Acceptable Here"},
        {491, "Request Pending"},
        {494, "Security Agreement Required"}, // RFC 3329 2.3
        {500, "Server Internal Error"},
        {501, "Not Implemented"},
        {503, "Service Unavailable"},
        {504, "Server Time-out"},
        {513, "Message Too Large"},
        {600, "Busy Everywhere"},
        {603, "Decline"},
    }};
    for (const auto& [code, phrase] : ROWS)
    {
        if (code == status)
        {
            return phrase;
        }
    }
    return status < 200 ? "Progress" : status < 300 ? "OK" : status < 400 ? "Redirected" : "Failed";
}

} // namespace imsfw::sip
