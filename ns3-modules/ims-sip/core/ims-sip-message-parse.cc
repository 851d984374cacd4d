// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Parsing SIP messages: our own pass over the header lines, libosip2 for the grammar, then what must be there.
#include "ims-sip-message.h"

#include "base/text.h"
#include "ims-sip-osip.h"

#include <algorithm>
#include <array>
#include <utility>

namespace imsfw::sip
{

namespace
{

using OsipMessage = OsipOwned<osip_message_t, osip_message_free>;
using Pair = std::pair<std::string_view, std::string_view>;

/// RFC 3261 7.3.3 and 20: the compact names.
constexpr std::array<Pair, 10> COMPACT_NAMES{{{"i", "Call-ID"},
                                              {"m", "Contact"},
                                              {"e", "Content-Encoding"},
                                              {"l", "Content-Length"},
                                              {"c", "Content-Type"},
                                              {"f", "From"},
                                              {"s", "Subject"},
                                              {"k", "Supported"},
                                              {"t", "To"},
                                              {"v", "Via"}}};

/// Headers whose entries are separate values, whether on one line or on several (RFC 3261 7.3.1).
constexpr std::array<std::string_view, 10> LIST_NAMES{"Via",
                                                      "Contact",
                                                      "Route",
                                                      "Record-Route",
                                                      "Path",
                                                      "Service-Route",
                                                      "P-Associated-URI",
                                                      "Security-Client",
                                                      "Security-Server",
                                                      "Security-Verify"};

constexpr std::array<std::string_view, 4> SINGLE_NAMES{"From", "To", "Call-ID", "CSeq"};

std::string_view
LongName(std::string_view name)
{
    for (const auto& [compact, full] : COMPACT_NAMES)
    {
        if (EqualsIgnoringCase(name, compact))
        {
            return full;
        }
    }
    return name;
}

bool
IsListName(std::string_view name)
{
    return std::any_of(LIST_NAMES.begin(),
                       LIST_NAMES.end(),
                       [&](std::string_view list) { return EqualsIgnoringCase(list, name); });
}

/// @return the entries of a list header: split at commas outside quotes and angle brackets.
std::vector<std::string_view>
SplitList(std::string_view value)
{
    std::vector<std::string_view> entries;
    std::size_t start = 0;
    bool isQuoted = false;
    int depth = 0;
    for (std::size_t i = 0; i < value.size(); ++i)
    {
        const char c = value[i];
        if (isQuoted)
        {
            i += c == '\\' ? 1 : 0;
            isQuoted = c != '"';
        }
        else if (c == '"')
        {
            isQuoted = true;
        }
        else if (c == '<' || c == '>')
        {
            depth += c == '<' ? 1 : -1;
        }
        else if (c == ',' && depth == 0)
        {
            entries.push_back(Trim(value.substr(start, i - start)));
            start = i + 1;
        }
    }
    entries.push_back(Trim(value.substr(start)));
    return entries;
}

/// @return whether each line ends in CR LF and no other control byte stands in the header section.
bool
IsCleanText(std::string_view block)
{
    for (std::size_t i = 0; i < block.size(); ++i)
    {
        const auto byte = static_cast<unsigned char>(block[i]);
        const bool isLineEnd = (byte == '\r' && i + 1 < block.size() && block[i + 1] == '\n') ||
                               (byte == '\n' && i > 0 && block[i - 1] == '\r');
        if ((byte < 0x20 && byte != '\t' && !isLineEnd) || byte == 0x7f)
        {
            return false;
        }
    }
    return true;
}

SipParseError
Bad(SipError error, std::string_view detail)
{
    return {error, std::string(detail)};
}

} // namespace

Result<SipMessage, SipParseError>
SipMessage::Parse(ByteView bytes)
{
    return ParseFrom(bytes, false);
}

Result<SipMessage, SipParseError>
SipMessage::ParseDatagram(ByteView bytes)
{
    return ParseFrom(bytes, true);
}

Result<SipMessage, SipParseError>
SipMessage::ParseFrom(ByteView bytes, bool mayHaveMore)
{
    if (bytes.Size() > MAX_SIP_MESSAGE)
    {
        return Failure{Bad(SipError::TOO_LARGE, "more than 8000 bytes")};
    }
    const std::string_view text = bytes.AsText();
    const std::size_t end = text.find("\r\n\r\n");
    if (end == std::string_view::npos)
    {
        return Failure{Bad(SipError::INCOMPLETE, "no empty line")};
    }
    const std::string_view head = text.substr(0, end + 4);
    if (!IsCleanText(head))
    {
        return Failure{Bad(SipError::MALFORMED, "control characters")};
    }
    SipMessage message;
    const std::size_t lineEnd = head.find("\r\n");
    if (auto error = message.TakeHeaders(head.substr(lineEnd + 2, end - lineEnd)))
    {
        return Failure{*error};
    }
    if (auto error = message.TakeStartLine(head.substr(0, lineEnd)))
    {
        return Failure{*error};
    }
    if (auto error = message.CheckMandatory())
    {
        return Failure{*error};
    }
    if (auto error = message.TakeBody(text.substr(end + 4), mayHaveMore))
    {
        return Failure{*error};
    }
    return message;
}

std::optional<SipParseError>
SipMessage::TakeStartLine(std::string_view line)
{
    // osip reads line and headers; without Content-Length, or it would look for the body, which is ours to check.
    std::string text(line);
    for (const SipHeader& header : m_headers)
    {
        if (!EqualsIgnoringCase(header.name, "Content-Length"))
        {
            text += "\r\n" + header.name + ": " + header.value;
        }
    }
    text += "\r\n\r\n";
    OsipReady();
    osip_message_t* raw = nullptr;
    osip_message_init(&raw);
    const OsipMessage osip(raw);
    if (osip_message_parse(osip.get(), text.data(), text.size()) != 0)
    {
        return Bad(SipError::MALFORMED, "grammar");
    }
    m_status = osip->status_code;
    m_reason = OsipText(osip->reason_phrase);
    m_method = OsipText(osip->sip_method);
    const auto words = Split(line, ' ');
    if (words.size() < 3 || (IsRequest() ? words[2] : words[0]) != "SIP/2.0")
    {
        return Bad(SipError::MALFORMED, "version");
    }
    if (!IsRequest())
    {
        const bool isStatus = words[1].size() == 3 && m_status >= 100 && m_status <= 699;
        return isStatus ? std::nullopt : std::optional(Bad(SipError::MALFORMED, "status"));
    }
    m_requestUri = words[1];
    const auto uri = SipUri::Parse(m_requestUri);
    // RFC 3261 19.1.1, table 1: no headers in a Request-URI.
    if (words.size() != 3 || words[0] != m_method || !uri || uri->hasHeaders)
    {
        return Bad(SipError::MALFORMED, "request line");
    }
    return std::nullopt;
}

std::optional<SipParseError>
SipMessage::TakeHeaders(std::string_view block)
{
    while (!block.empty())
    {
        std::size_t end = block.find("\r\n");
        // RFC 3261 7.3.1: a line that begins with white space continues the one before.
        while (end + 2 < block.size() && (block[end + 2] == ' ' || block[end + 2] == '\t'))
        {
            end = block.find("\r\n", end + 2);
        }
        std::string line(block.substr(0, end));
        block = block.substr(end + 2);
        line.erase(
            std::remove_if(line.begin(), line.end(), [](char c) { return c == '\r' || c == '\n'; }),
            line.end());
        const std::size_t colon = line.find(':');
        const std::string_view name = Trim(std::string_view(line).substr(0, colon));
        if (colon == std::string::npos || name.empty() ||
            name.find_first_of(" \t") != std::string_view::npos)
        {
            return Bad(SipError::MALFORMED, line);
        }
        const std::string_view value = Trim(std::string_view(line).substr(colon + 1));
        const std::string_view full = LongName(name);
        if (!IsListName(full))
        {
            Add(full, value);
            continue;
        }
        for (std::string_view entry : SplitList(value))
        {
            if (entry.empty())
            {
                return Bad(SipError::BAD_HEADER, full);
            }
            Add(full, entry);
        }
    }
    return std::nullopt;
}

std::optional<SipParseError>
SipMessage::CheckMandatory() const
{
    for (std::string_view name : SINGLE_NAMES)
    {
        if (Headers(name).size() != 1)
        {
            return Bad(SipError::MISSING_HEADER, name);
        }
    }
    const auto vias = Headers("Via");
    if (vias.empty())
    {
        return Bad(SipError::MISSING_HEADER, "Via");
    }
    for (const std::string& via : vias)
    {
        if (!SipVia::Parse(via))
        {
            return Bad(SipError::BAD_HEADER, "Via");
        }
    }
    for (std::string_view name : {"From", "To"})
    {
        if (!SipNameAddr::Parse(*Header(name)))
        {
            return Bad(SipError::BAD_HEADER, name);
        }
    }
    for (std::string_view name : {"Route", "Record-Route", "Path", "Service-Route"})
    {
        if (Addresses(name).size() != Headers(name).size())
        {
            return Bad(SipError::BAD_HEADER, name);
        }
    }
    const auto cseq = SipCSeq::Parse(*Header("CSeq"));
    if (!cseq || Header("Call-ID")->empty())
    {
        return Bad(SipError::BAD_HEADER, cseq ? "Call-ID" : "CSeq");
    }
    if (IsRequest() && cseq->method != m_method)
    {
        return Bad(SipError::METHOD_MISMATCH, cseq->method);
    }
    return std::nullopt;
}

std::optional<SipParseError>
SipMessage::TakeBody(std::string_view rest, bool mayHaveMore)
{
    if (!Header("Content-Length"))
    {
        // RFC 3261 18.3: without it, a datagram's body goes to its end.
        m_body = rest;
        return std::nullopt;
    }
    const auto length = Number("Content-Length");
    if (!length || Headers("Content-Length").size() != 1)
    {
        return Bad(SipError::BAD_HEADER, "Content-Length");
    }
    if (rest.size() < *length)
    {
        return Bad(SipError::INCOMPLETE, "body");
    }
    if (rest.size() > *length && !mayHaveMore)
    {
        return Bad(SipError::TRAILING_BYTES, "body");
    }
    m_body = rest.substr(0, *length);
    Remove("Content-Length");
    return std::nullopt;
}

} // namespace imsfw::sip
