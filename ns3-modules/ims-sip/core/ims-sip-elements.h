// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The structured header values of SIP as plain values: URI, name-addr, Via, CSeq.
///
/// RFC 3261 19.1 (URIs), 20.10, 20.20, 20.39 (name-addr with parameters), 20.42 (Via), 20.16 (CSeq), 25.1 (grammar).
/// The grammar is libosip2's; here its results become values that own themselves. Left out: URI headers ("?a=b"),
/// passwords in URIs, and comments, none of which IMS uses.
#pragma once

#include "base/address.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace imsfw::sip
{

/// A parameter after a semicolon; one without "=" has no value.
struct SipParam
{
    std::string name;
    std::optional<std::string> value;
};

/// Parameters in their order on the wire; names compare without case.
class SipParams
{
  public:
    bool Has(std::string_view name) const;
    /// @return the value of @p name; nothing where it is absent or has none.
    std::optional<std::string> Value(std::string_view name) const;
    /// Replace @p name, or add it at the end.
    void Set(std::string_view name, std::optional<std::string> value);
    void Remove(std::string_view name);
    /// @return ";a=b;c" or nothing at all.
    std::string ToString() const;
    /// Read header parameters, ";a=b;c" with white space around the separators or nothing at all.
    /// @return nothing where something else stands there.
    static std::optional<SipParams> Parse(std::string_view text);

    std::vector<SipParam> list;
};

/// A sip: or sips: URI; of any other scheme (tel:) only the scheme and the rest are kept.
struct SipUri
{
    std::string scheme{"sip"};
    std::string user;
    std::string host;
    std::optional<uint16_t> port;
    SipParams params;
    bool hasHeaders{false}; ///< "?a=b" stood there; they are left away
    std::string opaque;     ///< what stands after the scheme where that is neither sip nor sips

    std::string ToString() const;
    /// @return nothing where @p text is no URI.
    static std::optional<SipUri> Parse(std::string_view text);
    /// @return "user@host", the part that names whose address it is.
    std::string AddressOfRecord() const;
    /// @return where the URI points, if its host is an address; port 5060 where it names none.
    std::optional<Endpoint> Numeric() const;
};

/// The value of From, To, Contact, Route, Record-Route, Path, Service-Route, P-Associated-URI.
struct SipNameAddr
{
    std::string displayName; ///< without quotes
    SipUri uri;
    SipParams params;

    /// @return `"name" <uri>;params`, always with angle brackets.
    std::string ToString() const;
    static std::optional<SipNameAddr> Parse(std::string_view text);

    /// @return the tag, empty where there is none.
    std::string Tag() const;
};

struct SipVia
{
    std::string transport; ///< "UDP", "TCP", "TLS"
    std::string host;
    std::optional<uint16_t> port;
    SipParams params;

    std::string ToString() const;
    static std::optional<SipVia> Parse(std::string_view text);

    std::string Branch() const;
    /// @return "host:port", with 5060 (5061 for TLS) where there is no port (RFC 3261 18.1.1).
    std::string SentBy() const;
};

struct SipCSeq
{
    uint32_t number{0};
    std::string method;

    std::string ToString() const;
    /// @return nothing for a number of 2**31 or more (RFC 3261 8.1.1.5).
    static std::optional<SipCSeq> Parse(std::string_view text);
};

} // namespace imsfw::sip
