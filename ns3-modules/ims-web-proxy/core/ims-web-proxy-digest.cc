// SPDX-License-Identifier: GPL-2.0-only
#include "ims-web-proxy-digest.h"

#include "base/text.h"
#include "ims-tls-hash.h"
#include "ims-web-proxy-auth-params.h"

#include <algorithm>

namespace imsfw::http
{

namespace
{

/// @return the algorithm's name as this file writes it; nothing for one that is not supported.
std::optional<std::string>
SupportedAlgorithm(const AuthParams& params, const DigestOptions& options)
{
    // RFC 7616 3.3: "If this is not present, it is assumed to be "MD5"."
    const std::string name = params.Has("algorithm") ? params.Get("algorithm") : "MD5";
    if (options.aka)
    {
        return EqualsIgnoringCase(name, "AKAv1-MD5") ? std::optional<std::string>("AKAv1-MD5")
                                                     : std::nullopt;
    }
    for (const char* supported : {"MD5", "SHA-256"})
    {
        if (EqualsIgnoringCase(name, supported))
        {
            return supported;
        }
    }
    return std::nullopt;
}

bool
Offers(const std::string& list, std::string_view wanted)
{
    const auto options = Split(list, ',');
    return std::any_of(options.begin(),
                       options.end(),
                       [&](std::string_view option)
                       { return EqualsIgnoringCase(Trim(option), wanted); });
}

/// @return what to take of the list, "" where there is no list; nothing where it offers only other things.
std::optional<std::string>
SupportedQop(const AuthParams& params, DigestOptions::Qop wanted)
{
    if (!params.Has("qop"))
    {
        return "";
    }
    const std::string list = params.Get("qop");
    const bool offersAuth = Offers(list, "auth");
    const bool mayTakeInt = wanted == DigestOptions::Qop::INT_RATHER_THAN ||
                            (wanted == DigestOptions::Qop::AUTH_OR_INT && !offersAuth);
    if (mayTakeInt && Offers(list, "auth-int"))
    {
        return "auth-int";
    }
    return offersAuth ? std::optional<std::string>("auth") : std::nullopt;
}

std::string
HashHex(const std::string& algorithm, const std::string& text)
{
    const ByteView bytes{std::string_view(text)};
    return ToHex(algorithm == "SHA-256" ? tls::Sha256(bytes) : tls::Md5(bytes));
}

std::string
NonceCountText(uint32_t nc)
{
    // RFC 7616 3.4: nc is 8 hexadecimal digits
    ByteWriter writer;
    writer.U32(nc);
    return ToHex(writer.Written());
}

std::optional<uint32_t>
ParseNonceCount(const std::string& text)
{
    const auto bytes = FromHex(text);
    if (!bytes || bytes->size() != 4)
    {
        return std::nullopt;
    }
    return ByteReader(*bytes).U32();
}

/// RFC 7616 3.4.1 to 3.4.3; without qop, the form of RFC 2069 2.1.2.
std::string
ComputeResponse(const DigestResponse& r,
                const std::string& method,
                const std::string& password,
                const std::string& body)
{
    const std::string ha1 = HashHex(r.algorithm, r.username + ":" + r.realm + ":" + password);
    // 3.4.3: "A2 = Method ":" request-uri ":" H(entity-body)" for auth-int.
    const std::string integrity =
        EqualsIgnoringCase(r.qop, "auth-int") ? ":" + HashHex(r.algorithm, body) : "";
    const std::string ha2 = HashHex(r.algorithm, method + ":" + r.uri + integrity);
    const std::string middle =
        r.qop.empty() ? "" : ":" + NonceCountText(r.nc) + ":" + r.cnonce + ":" + r.qop;
    return HashHex(r.algorithm, ha1 + ":" + r.nonce + middle + ":" + ha2);
}

bool
IsHex(const std::string& text)
{
    return FromHex(text).has_value();
}

/// Compares in a time that does not depend on where the first difference is.
bool
EqualsInConstantTime(const std::string& a, const std::string& b)
{
    if (a.size() != b.size())
    {
        return false;
    }
    unsigned char difference = 0;
    for (std::size_t i = 0; i < a.size(); ++i)
    {
        difference |= static_cast<unsigned char>(a[i] ^ b[i]);
    }
    return difference == 0;
}

} // namespace

std::string
DigestChallenge::ToHeader() const
{
    // RFC 7616 3.3: realm, nonce, opaque and qop MUST be quoted; stale and algorithm MUST NOT.
    std::string header = "Digest realm=" + Quote(realm);
    if (!qop.empty())
    {
        header += ", qop=" + Quote(qop);
    }
    header += ", algorithm=" + algorithm + ", nonce=" + Quote(nonce);
    if (!opaque.empty())
    {
        header += ", opaque=" + Quote(opaque);
    }
    return stale ? header + ", stale=true" : header;
}

std::optional<DigestChallenge>
DigestChallenge::Parse(std::string_view header, const DigestOptions& options)
{
    const auto params = AuthParams::Parse(header, "Digest");
    if (!params || !params->Has("realm") || !params->Has("nonce"))
    {
        return std::nullopt;
    }
    const auto algorithm = SupportedAlgorithm(*params, options);
    const auto qop = SupportedQop(*params, options.qop);
    if (!algorithm || !qop)
    {
        return std::nullopt;
    }
    DigestChallenge challenge;
    challenge.realm = params->Get("realm");
    challenge.nonce = params->Get("nonce");
    challenge.opaque = params->Get("opaque");
    challenge.algorithm = *algorithm;
    challenge.qop = *qop;
    // RFC 7616 3.3: "If stale is false, or anything other than true", the credentials were wrong.
    challenge.stale = EqualsIgnoringCase(params->Get("stale"), "true");
    return challenge;
}

std::string
DigestResponse::ToHeader() const
{
    // RFC 7616 3.4: algorithm, qop and nc MUST NOT be quoted, all others MUST be.
    std::string header = "Digest username=" + Quote(username) + ", realm=" + Quote(realm) +
                         ", nonce=" + Quote(nonce) + ", uri=" + Quote(uri) +
                         ", algorithm=" + algorithm + ", response=" + Quote(response);
    if (!opaque.empty())
    {
        header += ", opaque=" + Quote(opaque);
    }
    if (!qop.empty())
    {
        header += ", qop=" + qop + ", nc=" + NonceCountText(nc) + ", cnonce=" + Quote(cnonce);
    }
    return auts.empty() ? header : header + ", auts=" + Quote(auts);
}

std::optional<DigestResponse>
DigestResponse::Parse(std::string_view header, const DigestOptions& options)
{
    const auto params = AuthParams::Parse(header, "Digest");
    if (!params)
    {
        return std::nullopt;
    }
    for (const char* required : {"username", "realm", "nonce", "uri", "response"})
    {
        if (!params->Has(required))
        {
            return std::nullopt;
        }
    }
    const auto algorithm = SupportedAlgorithm(*params, options);
    const auto qop = SupportedQop(*params, options.qop);
    const bool isList =
        params->Get("qop").find(',') != std::string::npos; // only a challenge has one
    if (!algorithm || !qop || isList || !IsHex(params->Get("response")))
    {
        return std::nullopt;
    }
    DigestResponse response;
    response.username = params->Get("username");
    response.realm = params->Get("realm");
    response.nonce = params->Get("nonce");
    response.uri = params->Get("uri");
    response.response = ToLower(params->Get("response"));
    response.algorithm = *algorithm;
    response.opaque = params->Get("opaque");
    response.auts = options.aka ? params->Get("auts") : "";
    if (qop->empty())
    {
        return response;
    }
    const auto nc = ParseNonceCount(params->Get("nc"));
    if (!nc || !params->Has("cnonce"))
    {
        return std::nullopt;
    }
    response.qop = *qop;
    response.nc = *nc;
    response.cnonce = params->Get("cnonce");
    return response;
}

DigestResponse
AnswerChallenge(const DigestChallenge& challenge,
                const std::string& username,
                const std::string& password,
                const std::string& method,
                const std::string& uri,
                const std::string& cnonce,
                uint32_t nc,
                const std::string& body)
{
    DigestResponse response;
    response.username = username;
    response.realm = challenge.realm;
    response.nonce = challenge.nonce;
    response.uri = uri;
    response.algorithm = challenge.algorithm;
    response.opaque = challenge.opaque;
    if (!challenge.qop.empty())
    {
        response.qop = challenge.qop;
        response.cnonce = cnonce;
        response.nc = nc;
    }
    response.response = ComputeResponse(response, method, password, body);
    return response;
}

bool
VerifyResponse(const DigestResponse& response,
               const std::string& method,
               const std::string& password,
               const std::string& body)
{
    return EqualsInConstantTime(ComputeResponse(response, method, password, body),
                                response.response);
}

std::string
ServerResponse(const DigestResponse& accepted, const std::string& password, const std::string& body)
{
    // RFC 7616 3.5: as the client's response, with 'A2 = ":" request-uri'.
    return ComputeResponse(accepted, "", password, body);
}

} // namespace imsfw::http
