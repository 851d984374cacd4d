// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Reading MSRP messages.
#include "base/text.h"
#include "ims-media-msrp-grammar.h"
#include "ims-media-msrp-message.h"

#include <algorithm>

namespace imsfw::msrp
{

namespace
{

constexpr std::string_view CRLF = "\r\n";
using Failed = std::optional<MessageError>; ///< nothing: understood

/// @return the text up to the next CRLF, which is taken too; nothing where there is none.
std::optional<std::string_view>
TakeLine(std::string_view& rest)
{
    const std::size_t end = rest.find(CRLF);
    if (end == std::string_view::npos)
    {
        return std::nullopt;
    }
    const std::string_view line = rest.substr(0, end);
    rest.remove_prefix(end + CRLF.size());
    return line;
}

std::optional<uint16_t>
ParseCode(std::string_view text)
{
    const auto code = text.size() == 3 ? ParseNumber(text, 0, 999) : std::nullopt;
    return code ? std::optional(static_cast<uint16_t>(*code)) : std::nullopt;
}

/// Reads `code [SP comment]` into @p code and @p comment.
bool
ReadCode(std::string_view text, uint16_t& code, std::string& comment)
{
    const auto parsed = ParseCode(text.substr(0, 3));
    if (!parsed || (text.size() > 3 && text[3] != ' ') || !IsText(text))
    {
        return false;
    }
    code = *parsed;
    comment = text.size() > 4 ? text.substr(4) : std::string_view();
    return true;
}

bool
ReadStartLine(std::string_view line, Message& message)
{
    constexpr std::string_view PROTOCOL = "MSRP ";
    if (line.substr(0, PROTOCOL.size()) != PROTOCOL)
    {
        return false;
    }
    line.remove_prefix(PROTOCOL.size());
    const std::size_t space = line.find(' ');
    if (space == std::string_view::npos || !IsIdent(line.substr(0, space)))
    {
        return false;
    }
    message.transactionId = line.substr(0, space);
    const std::string_view what = line.substr(space + 1);
    const bool isMethod =
        !what.empty() &&
        std::all_of(what.begin(), what.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
    if (isMethod)
    {
        message.method = what;
        return true;
    }
    return ReadCode(what, message.code, message.comment) && message.code > 0;
}

bool
ReadStatus(std::string_view value, Message& message)
{
    // RFC 4975 9: a namespace of three digits; only 000 is defined.
    Status status;
    if (value.substr(0, 4) != "000 " || !ReadCode(value.substr(4), status.code, status.comment))
    {
        return false;
    }
    message.status = status;
    return true;
}

bool
ReadFailureReport(std::string_view value, Message& message)
{
    if (EqualsIgnoringCase(value, "yes"))
    {
        message.failureReport = FailureReport::YES;
        return true;
    }
    if (EqualsIgnoringCase(value, "no"))
    {
        message.failureReport = FailureReport::NO;
        return true;
    }
    message.failureReport = FailureReport::PARTIAL;
    return EqualsIgnoringCase(value, "partial");
}

bool
IsMediaType(std::string_view value)
{
    const std::string_view type = value.substr(0, value.find(';'));
    const std::size_t slash = type.find('/');
    return slash != std::string_view::npos && IsToken(type.substr(0, slash)) &&
           IsToken(Trim(type.substr(slash + 1))) && IsText(value);
}

bool
ReadHeader(std::string_view name, std::string_view value, Message& message)
{
    if (EqualsIgnoringCase(name, "Message-ID"))
    {
        message.messageId = value;
        return IsIdent(value);
    }
    if (EqualsIgnoringCase(name, "Byte-Range"))
    {
        message.byteRange = ParseByteRange(value);
        return message.byteRange.has_value();
    }
    if (EqualsIgnoringCase(name, "Success-Report"))
    {
        message.successReport = EqualsIgnoringCase(value, "yes");
        return message.successReport || EqualsIgnoringCase(value, "no");
    }
    if (EqualsIgnoringCase(name, "Failure-Report"))
    {
        return ReadFailureReport(value, message);
    }
    if (EqualsIgnoringCase(name, "Status"))
    {
        return ReadStatus(value, message);
    }
    if (EqualsIgnoringCase(name, "Content-Type"))
    {
        message.contentType = value;
        return IsMediaType(value);
    }
    message.otherHeaders.emplace_back(name, value);
    return IsText(value);
}

/// Splits `Name: value`. @return false where @p line is none.
bool
SplitHeader(std::string_view line, std::string_view& name, std::string_view& value)
{
    const std::size_t colon = line.find(": ");
    if (colon == std::string_view::npos || !IsToken(line.substr(0, colon)))
    {
        return false;
    }
    name = line.substr(0, colon);
    value = line.substr(colon + 2);
    return true;
}

Failed
ReadPath(std::string_view& rest, std::string_view wanted, MsrpPath& path)
{
    const auto line = TakeLine(rest);
    std::string_view name;
    std::string_view value;
    if (!line || !SplitHeader(*line, name, value) || !EqualsIgnoringCase(name, wanted))
    {
        return MessageError::BAD_PATH;
    }
    auto parsed = ParsePath(value);
    if (!parsed)
    {
        return MessageError::BAD_PATH;
    }
    path = std::move(*parsed);
    return std::nullopt;
}

/// Reads the headers behind the paths, up to the end of @p rest or to an empty line, which leaves the body in it.
Failed
ReadHeaders(std::string_view& rest, Message& message, bool& hasBody)
{
    std::vector<std::string> seen{"to-path", "from-path"};
    while (!rest.empty())
    {
        const auto line = TakeLine(rest);
        if (line && line->empty())
        {
            hasBody = true;
            return std::nullopt;
        }
        std::string_view name;
        std::string_view value;
        if (!line || !SplitHeader(*line, name, value))
        {
            return MessageError::BAD_HEADER;
        }
        if (std::find(seen.begin(), seen.end(), ToLower(name)) != seen.end())
        {
            return MessageError::DUPLICATE_HEADER;
        }
        seen.push_back(ToLower(name));
        if (!ReadHeader(name, value, message))
        {
            return MessageError::BAD_HEADER;
        }
    }
    return std::nullopt;
}

/// Takes the end-line off @p rest. What is left ends with the CRLF of the last header, or with that after the body.
Failed
TakeEndLine(std::string_view& rest, Message& message)
{
    const std::size_t size = 7 + message.transactionId.size() + 1 + CRLF.size();
    if (rest.size() < size)
    {
        return MessageError::BAD_END_LINE;
    }
    const std::string_view line = rest.substr(rest.size() - size);
    rest.remove_suffix(size);
    const char flag = line[size - CRLF.size() - 1];
    const bool isFlag = flag == '$' || flag == '+' || flag == '#';
    // What stands before it ends with a CRLF: that of the start line, already taken, where there is nothing else.
    const bool isAtLineStart = rest.empty() || (rest.size() >= CRLF.size() &&
                                                rest.substr(rest.size() - CRLF.size()) == CRLF);
    if (!isFlag || line.substr(0, size - 3) != "-------" + message.transactionId ||
        line.substr(size - CRLF.size()) != CRLF || !isAtLineStart)
    {
        return MessageError::BAD_END_LINE;
    }
    message.flag = static_cast<Flag>(flag);
    return std::nullopt;
}

Failed
TakeBody(std::string_view rest, bool hasBody, Message& message)
{
    const bool isResponse = !message.IsRequest();
    if (hasBody == message.contentType.empty() || (isResponse && hasBody))
    {
        return MessageError::BAD_BODY;
    }
    if (hasBody)
    {
        if (rest.size() < CRLF.size())
        {
            return MessageError::
                BAD_BODY; // the empty line's CRLF is not also the one after the body
        }
        rest.remove_suffix(CRLF.size());
        message.body = ByteView(rest).ToBytes();
    }
    return std::nullopt;
}

} // namespace

std::optional<ByteRange>
ParseByteRange(std::string_view text)
{
    constexpr uint64_t MOST = uint64_t{1} << 62; // far from overflow in every sum
    const std::size_t dash = text.find('-');
    const std::size_t slash = text.find('/');
    if (dash == std::string_view::npos || slash == std::string_view::npos || slash < dash)
    {
        return std::nullopt;
    }
    const std::string_view end = text.substr(dash + 1, slash - dash - 1);
    const std::string_view total = text.substr(slash + 1);
    const auto start = ParseNumber(text.substr(0, dash), 1, MOST);
    ByteRange range{start.value_or(0), ParseNumber(end, 0, MOST), ParseNumber(total, 0, MOST)};
    const bool isNumberOrStar = (range.end || end == "*") && (range.total || total == "*");
    // An empty message has the range 1-0/0.
    const bool isOrdered = !range.end || *range.end + 1 >= range.start;
    const bool isWithin = !range.end || !range.total || *range.end <= *range.total;
    return start && isNumberOrStar && isOrdered && isWithin ? std::optional(range) : std::nullopt;
}

const char*
ToString(MessageError error)
{
    switch (error)
    {
    case MessageError::BAD_START_LINE:
        return "bad-start-line";
    case MessageError::BAD_PATH:
        return "bad-path";
    case MessageError::BAD_HEADER:
        return "bad-header";
    case MessageError::DUPLICATE_HEADER:
        return "duplicate-header";
    case MessageError::BAD_BODY:
        return "bad-body";
    case MessageError::BAD_END_LINE:
        return "bad-end-line";
    }
    return "";
}

Result<Message, MessageError>
ParseMessage(ByteView frame)
{
    Message message;
    std::string_view rest = frame.AsText();
    const auto line = TakeLine(rest);
    if (!line || !ReadStartLine(*line, message))
    {
        return Failure{MessageError::BAD_START_LINE};
    }
    Failed failed = TakeEndLine(rest, message);
    bool hasBody = false;
    failed = failed ? failed : ReadPath(rest, "To-Path", message.toPath);
    failed = failed ? failed : ReadPath(rest, "From-Path", message.fromPath);
    failed = failed ? failed : ReadHeaders(rest, message, hasBody);
    failed = failed ? failed : TakeBody(rest, hasBody, message);
    if (failed)
    {
        return Failure{*failed};
    }
    return message;
}

} // namespace imsfw::msrp
