// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// MSRP's status codes (RFC 4975 10).
#pragma once

#include <cstdint>

namespace imsfw::msrp
{

constexpr uint16_t CODE_OK = 200;
constexpr uint16_t CODE_BAD_REQUEST = 400;
constexpr uint16_t CODE_TIMEOUT = 408;
constexpr uint16_t CODE_STOP_SENDING = 413;
constexpr uint16_t CODE_UNSUPPORTED_TYPE = 415;
constexpr uint16_t CODE_NO_SESSION = 481;
constexpr uint16_t CODE_UNKNOWN_METHOD = 501;

/// @return the comment that goes with @p code; empty for others than those above.
const char* CommentOf(uint16_t code);

} // namespace imsfw::msrp
