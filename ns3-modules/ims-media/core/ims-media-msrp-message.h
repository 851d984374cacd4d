// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// MSRP requests and responses (RFC 4975 9): SEND, REPORT and those of other methods; read whole, and written.
///
///     MSRP transact-id SEND
///     To-Path: ...
///     From-Path: ...
///     other headers
///                                 (an empty line, where there is a body)
///     body
///     -------transact-id$         ($ last chunk, + more follow, # given up)
#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "ims-media-msrp-uri.h"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace imsfw::msrp
{

/// The end-line's flag (RFC 4975 5.1).
enum class Flag : char
{
    LAST = '$',
    MORE = '+',
    ABORTED = '#',
};

/// RFC 4975 7.1.1; positions count from 1.
struct ByteRange
{
    uint64_t start{1};
    std::optional<uint64_t> end;   ///< "*": unknown when the chunk began
    std::optional<uint64_t> total; ///< "*": unknown
    std::string ToString() const;
};

std::optional<ByteRange> ParseByteRange(std::string_view text);

/// Which failures the sender wants to hear of (RFC 4975 7.1.2).
enum class FailureReport
{
    YES,     ///< the default: of every failure, silence among them
    NO,      ///< of none
    PARTIAL, ///< of errors, not of silence
};

/// The Status header of a REPORT (RFC 4975 7.1.2); its namespace is always 000.
struct Status
{
    uint16_t code{200};
    std::string comment;
};

struct Message
{
    std::string transactionId;
    std::string method; ///< "SEND", "REPORT", another one; empty in a response
    uint16_t code{0};   ///< a response's status code; 0 in a request
    std::string comment;
    MsrpPath toPath;
    MsrpPath fromPath;
    std::string messageId; ///< empty where there is none
    std::optional<ByteRange> byteRange;
    bool successReport{false};
    FailureReport failureReport{FailureReport::YES};
    std::optional<Status> status;
    std::vector<std::pair<std::string, std::string>> otherHeaders; ///< those of MIME among them
    std::string contentType;                                       ///< empty where there is no body
    Bytes body;
    Flag flag{Flag::LAST};

    bool
    IsRequest() const
    {
        return !method.empty();
    }
};

/// What is wrong with a frame.
enum class MessageError
{
    BAD_START_LINE,
    BAD_PATH,   ///< To-Path and From-Path are not the first two headers, or have no URIs
    BAD_HEADER, ///< not `Name: value`, or a known one with a bad value
    DUPLICATE_HEADER,
    BAD_BODY, ///< a body without a Content-Type, or the other way round, or in a response
    BAD_END_LINE,
};

const char* ToString(MessageError error);

/// @param frame a whole message, as the Framer gives it: from "MSRP" to the end-line's CRLF
Result<Message, MessageError> ParseMessage(ByteView frame);

/// @pre the identifiers are idents, the body does not contain the end-line
Bytes WriteMessage(const Message& message);

/// @return the answer to @p request with @p code: its first From-Path URI is where the answer goes (RFC 4975 7.2).
Message MakeResponse(const Message& request, uint16_t code, const std::string& comment);

} // namespace imsfw::msrp
