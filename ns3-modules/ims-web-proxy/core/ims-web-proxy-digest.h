// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Digest access authentication, as HTTP proxies and SIP use it: RFC 7616 (MD5 and SHA-256, qop "auth" and "auth-int"),
/// without qop as RFC 2069 had it and RFC 3261 22.4 still allows, and RFC 3310 (AKAv1-MD5) for SIP.
///
/// Left out: the "-sess" algorithms, SHA-512-256, userhash and username*. A challenge that allows nothing of what is
/// here, or nothing of what the caller wants, does not parse, so that a client looks for another one.
#pragma once

#include "base/bytes.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace imsfw::http
{

/// Which forms a user of Digest takes part in.
struct DigestOptions
{
    enum class Qop
    {
        AUTH,            ///< "auth" and the form without qop
        AUTH_OR_INT,     ///< "auth-int" as well, where "auth" is not offered
        INT_RATHER_THAN, ///< "auth-int" where it is offered
    };

    Qop qop{Qop::AUTH};
    bool aka{false}; ///< the algorithm "AKAv1-MD5" and nothing else
};

/// What a server asks for: the value of WWW-Authenticate or Proxy-Authenticate.
struct DigestChallenge
{
    std::string realm;
    std::string nonce;
    std::string opaque;           ///< empty: not sent
    std::string algorithm{"MD5"}; ///< "MD5", "SHA-256" or "AKAv1-MD5"
    std::string
        qop; ///< what a server offers ("auth,auth-int"), what a client takes of it; empty: the form without qop
    bool stale{false}; ///< the credentials were right, the nonce was too old

    /// @return the header's value, with the scheme: `Digest realm="a", ...`
    std::string ToHeader() const;

    /// @return nothing where @p header is no Digest challenge, is malformed, or wants what is not supported here.
    static std::optional<DigestChallenge> Parse(std::string_view header,
                                                const DigestOptions& options = {});
};

/// What a client answers: the value of Authorization or Proxy-Authorization.
struct DigestResponse
{
    std::string username;
    std::string realm;
    std::string nonce;
    std::string uri;
    std::string response;         ///< hexadecimal, lower case
    std::string algorithm{"MD5"}; ///< "MD5", "SHA-256" or "AKAv1-MD5"
    std::string cnonce;
    std::string opaque;
    std::string qop; ///< "auth", "auth-int", or empty: the form without qop
    uint32_t nc{0};  ///< nonce count; meaningless without qop
    std::string
        auts; ///< RFC 3310 3.4: base64, where sequence numbers have to be synchronised; else empty

    std::string ToHeader() const;

    /// @return nothing where @p header is no Digest response, is malformed, or uses what is not supported here.
    static std::optional<DigestResponse> Parse(std::string_view header,
                                               const DigestOptions& options = {});
};

/// Answer @p challenge. Without qop in the challenge, @p cnonce and @p nc are not used; with "auth-int", @p body counts.
DigestResponse AnswerChallenge(const DigestChallenge& challenge,
                               const std::string& username,
                               const std::string& password,
                               const std::string& method,
                               const std::string& uri,
                               const std::string& cnonce,
                               uint32_t nc,
                               const std::string& body = {});

/// @return whether @p response was computed with @p password for @p method and the URI that it names. Whether nonce,
/// realm, URI and count are the ones that the server expects is for the caller to check.
bool VerifyResponse(const DigestResponse& response,
                    const std::string& method,
                    const std::string& password,
                    const std::string& body = {});

/// @return the `rspauth` with which a server shows that it knows the password as well (RFC 7616 3.5), for the credentials
/// that it has accepted and the body of its own message.
std::string ServerResponse(const DigestResponse& accepted,
                           const std::string& password,
                           const std::string& body = {});

} // namespace imsfw::http
