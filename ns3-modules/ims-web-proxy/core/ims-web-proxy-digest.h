// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Digest access authentication, as HTTP proxies and SIP use it: RFC 7616 (MD5 and SHA-256, qop "auth"), and without
/// qop as RFC 2069 had it and RFC 3261 22.4 still allows.
///
/// Left out: qop "auth-int", the "-sess" algorithms, SHA-512-256, userhash and username*. A challenge that allows
/// nothing of what is here does not parse, so that a client looks for another one.
#pragma once

#include "base/bytes.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace imsfw::http
{

/// What a server asks for: the value of WWW-Authenticate or Proxy-Authenticate.
struct DigestChallenge
{
    std::string realm;
    std::string nonce;
    std::string opaque;           ///< empty: not sent
    std::string algorithm{"MD5"}; ///< "MD5" or "SHA-256"
    std::string qop;              ///< "auth", or empty: the form without qop
    bool stale{false};            ///< the credentials were right, the nonce was too old

    /// @return the header's value, with the scheme: `Digest realm="a", ...`
    std::string ToHeader() const;

    /// @return nothing where @p header is no Digest challenge, is malformed, or wants what is not supported here.
    static std::optional<DigestChallenge> Parse(std::string_view header);
};

/// What a client answers: the value of Authorization or Proxy-Authorization.
struct DigestResponse
{
    std::string username;
    std::string realm;
    std::string nonce;
    std::string uri;
    std::string response;         ///< hexadecimal, lower case
    std::string algorithm{"MD5"}; ///< "MD5" or "SHA-256"
    std::string cnonce;
    std::string opaque;
    std::string qop; ///< "auth", or empty: the form without qop
    uint32_t nc{0};  ///< nonce count; meaningless without qop

    std::string ToHeader() const;

    /// @return nothing where @p header is no Digest response, is malformed, or uses what is not supported here.
    static std::optional<DigestResponse> Parse(std::string_view header);
};

/// Answer @p challenge. Without qop in the challenge, @p cnonce and @p nc are not used.
DigestResponse AnswerChallenge(const DigestChallenge& challenge,
                               const std::string& username,
                               const std::string& password,
                               const std::string& method,
                               const std::string& uri,
                               const std::string& cnonce,
                               uint32_t nc);

/// @return whether @p response was computed with @p password for @p method and the URI that it names. Whether nonce,
/// realm, URI and count are the ones that the server expects is for the caller to check.
bool VerifyResponse(const DigestResponse& response,
                    const std::string& method,
                    const std::string& password);

} // namespace imsfw::http
