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
SupportedAlgorithm(const AuthParams& params)
{
    // RFC 7616 3.3: "If this is not present, it is assumed to be "MD5"."
    const std::string name = params.Has("algorithm") ? params.Get("algorithm") : "MD5";
    for (const char* supported : {"MD5", "SHA-256"})
    {
        if (EqualsIgnoringCase(name, supported))
        {
            return supported;
        }
    }
    return std::nullopt;
}

/// @return "auth" where the list offers it, "" where there is no list; nothing where it offers only other things.
std::optional<std::string>
SupportedQop(const AuthParams& params)
{
    if (!params.Has("qop"))
    {
        return "";
    }
    const std::string list = params.Get("qop");
    for (const std::string_view option : Split(list, ','))
    {
        if (EqualsIgnoringCase(Trim(option), "auth"))
        {
            return "auth";
        }
    }
    return std::nullopt;
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
ComputeResponse(const DigestResponse& r, const std::string& method, const std::string& password)
{
    const std::string ha1 = HashHex(r.algorithm, r.username + ":" + r.realm + ":" + password);
    const std::string ha2 = HashHex(r.algorithm, method + ":" + r.uri);
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
DigestChallenge::Parse(std::string_view header)
{
    const auto params = AuthParams::Parse(header, "Digest");
    if (!params || !params->Has("realm") || !params->Has("nonce"))
    {
        return std::nullopt;
    }
    const auto algorithm = SupportedAlgorithm(*params);
    const auto qop = SupportedQop(*params);
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
    return header;
}

std::optional<DigestResponse>
DigestResponse::Parse(std::string_view header)
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
    const auto algorithm = SupportedAlgorithm(*params);
    const std::string qop = params->Get("qop");
    const bool isPlain = !params->Has("qop");
    if (!algorithm || (!isPlain && !EqualsIgnoringCase(qop, "auth")) ||
        !IsHex(params->Get("response")))
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
    if (isPlain)
    {
        return response;
    }
    const auto nc = ParseNonceCount(params->Get("nc"));
    if (!nc || !params->Has("cnonce"))
    {
        return std::nullopt;
    }
    response.qop = qop;
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
                uint32_t nc)
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
        response.qop = "auth";
        response.cnonce = cnonce;
        response.nc = nc;
    }
    response.response = ComputeResponse(response, method, password);
    return response;
}

bool
VerifyResponse(const DigestResponse& response,
               const std::string& method,
               const std::string& password)
{
    return EqualsInConstantTime(ComputeResponse(response, method, password), response.response);
}

} // namespace imsfw::http
