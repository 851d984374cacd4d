// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// A SIP request or response as a value: start line, header lines in order, body (RFC 3261 7).
///
/// Parse is strict and whole-message: libosip2 checks the grammar, and what every machine here relies on (one Via at
/// least, From, To, Call-ID, CSeq, a Content-Length that fits) is present or there is no message. Header lines keep
/// their order and their spelling, so that a proxy forwards what it got; compact names become long ones and a list
/// header with commas becomes one line for each entry. Left out: multipart bodies, S/MIME, RFC 2543 without branch.
#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "ims-sip-elements.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace imsfw::sip
{

/// No message larger than this is read or kept: about six times the largest of a registration.
constexpr std::size_t MAX_SIP_MESSAGE = 8000;

enum class SipError
{
    TOO_LARGE,
    INCOMPLETE,     ///< no empty line, or fewer bytes of body than announced
    MALFORMED,      ///< not SIP by its grammar
    MISSING_HEADER, ///< one of Via, From, To, Call-ID, CSeq; or more than one of those that stand alone
    BAD_HEADER,     ///< there, but not to be understood
    TRAILING_BYTES,  ///< bytes after the announced body
    METHOD_MISMATCH, ///< CSeq names another method than the request line
};

/// @return kebab-case, for logs and results.
std::string_view ToString(SipError error);

struct SipParseError
{
    SipError error;
    std::string detail; ///< the header or the limit, for people
};

struct SipHeader
{
    std::string name;
    std::string value;
};

class SipMessage
{
  public:
    /// Parse one whole message: nothing missing, nothing after it.
    static Result<SipMessage, SipParseError> Parse(ByteView bytes);
    /// The same for a datagram, in which bytes after the body are left (RFC 3261 18.3: "they MUST be discarded").
    static Result<SipMessage, SipParseError> ParseDatagram(ByteView bytes);

    /// A request without any header yet.
    static SipMessage Request(std::string method, std::string requestUri);
    /// The response to @p request with the headers that RFC 3261 8.2.6.2 copies; @p toTag is added to a To without one.
    static SipMessage Response(const SipMessage& request, int status, std::string_view toTag = {});

    bool
    IsRequest() const
    {
        return m_status == 0;
    }

    /// @return the request's method; of a response, that in its CSeq.
    std::string Method() const;

    const std::string&
    RequestUri() const
    {
        return m_requestUri;
    }

    void
    SetRequestUri(std::string uri)
    {
        m_requestUri = std::move(uri);
    }

    int
    Status() const
    {
        return m_status;
    }

    const std::string&
    Reason() const
    {
        return m_reason;
    }

    const std::vector<SipHeader>&
    AllHeaders() const
    {
        return m_headers;
    }

    /// @return the first line of that name, or nothing. Names compare without case.
    std::optional<std::string> Header(std::string_view name) const;
    std::vector<std::string> Headers(std::string_view name) const;
    /// @return whether a comma list such as Supported holds @p token.
    bool HasToken(std::string_view name, std::string_view token) const;
    /// @return the number that stands in the header, within [0, 2**32-1].
    std::optional<uint32_t> Number(std::string_view name) const;

    void Add(std::string_view name, std::string_view value);
    /// Put a line before the first of that name, or before everything.
    void Prepend(std::string_view name, std::string_view value);
    /// Replace all lines of that name by one, in the place of the first.
    void Set(std::string_view name, std::string_view value);
    void Remove(std::string_view name);
    void RemoveFirst(std::string_view name);

    /// The headers every message has; empty values where a message under construction lacks them still.
    SipVia TopVia() const;
    void SetTopVia(const SipVia& via);
    SipNameAddr From() const;
    SipNameAddr To() const;
    std::string CallId() const;
    SipCSeq CSeq() const;
    /// @return nothing where there is no Contact, or one that is no address ("*").
    std::optional<SipNameAddr> Contact() const;
    /// @return the addresses of a Route, Record-Route, Path, Service-Route or P-Associated-URI set, in order.
    std::vector<SipNameAddr> Addresses(std::string_view name) const;

    const std::string&
    Body() const
    {
        return m_body;
    }

    /// Set body and Content-Type; an empty body removes both.
    void SetBody(std::string_view contentType, std::string body);

    /// @return the wire form; Content-Length is written here, last, and always (RFC 3261 18.3 needs it on streams).
    Bytes Serialize() const;
    /// @return the first line, for people: "REGISTER sip:ims.test SIP/2.0".
    std::string StartLine() const;

  private:
    SipMessage() = default;
    std::optional<SipParseError> TakeStartLine(std::string_view line);
    std::optional<SipParseError> TakeHeaders(std::string_view block);
    std::optional<SipParseError> CheckMandatory() const;
    std::optional<SipParseError> TakeBody(std::string_view rest, bool mayHaveMore);
    static Result<SipMessage, SipParseError> ParseFrom(ByteView bytes, bool mayHaveMore);

    std::string m_method;
    std::string m_requestUri;
    int m_status{0};
    std::string m_reason;
    std::vector<SipHeader> m_headers;
    std::string m_body;
};

/// @return the usual phrase for @p status: 404 "Not Found".
std::string_view ReasonPhrase(int status);

} // namespace imsfw::sip
