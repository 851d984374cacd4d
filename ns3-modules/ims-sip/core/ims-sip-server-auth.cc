// SPDX-License-Identifier: GPL-2.0-only
#include "ims-sip-server-auth.h"

#include "base/text.h"
#include "ims-web-proxy-auth-params.h"

#include <algorithm>
#include <utility>

namespace imsfw::sip
{

namespace
{

ServerAuth::Decision
Refused(int status, std::string reason)
{
    return {ServerAuth::Outcome::REFUSED, status, std::move(reason), nullptr, {}, ""};
}

/// RFC 7615 3: the parameters of Authentication-Info.
std::string
MakeInfo(const http::DigestResponse& given, const std::string& password)
{
    ByteWriter count;
    count.U32(given.nc);
    return "qop=" + given.qop + ", rspauth=" + http::Quote(http::ServerResponse(given, password)) +
           ", cnonce=" + http::Quote(given.cnonce) + ", nc=" + ToHex(count.Written());
}

} // namespace

ServerAuth::ServerAuth(std::string realm, ServerAuthConfig config, Hss& hss, RandomSource& random)
    : m_realm(std::move(realm)), m_config(std::move(config)), m_hss(hss), m_random(random)
{
}

http::DigestOptions
ServerAuth::Options() const
{
    return {http::DigestOptions::Qop::AUTH_OR_INT, m_config.scheme == AuthScheme::AKA};
}

ServerAuth::Decision
ServerAuth::Decide(TimePoint now, const SipMessage& request)
{
    const auto header = request.Header("Authorization");
    const auto given = header ? http::DigestResponse::Parse(*header, Options()) : std::nullopt;
    if (given && !given->nonce.empty() && (!given->response.empty() || !given->auts.empty()))
    {
        return Check(now, request, *given);
    }
    // No credentials, the empty ones of TS 24.229's first REGISTER, or an empty answer to a challenge that was not taken.
    // Those are no Digest-AKA credentials either where they name no algorithm: the user name is what counts.
    const auto params = header ? http::AuthParams::Parse(*header, "Digest") : std::nullopt;
    const std::string name = params ? params->Get("username") : "";
    const SipUser* user = name.empty() ? m_hss.ByAor(request.To().uri.AddressOfRecord())
                                       : m_hss.ByPrivateIdentity(name);
    return Challenge(now, user, false);
}

ServerAuth::Decision
ServerAuth::Check(TimePoint now, const SipMessage& request, const http::DigestResponse& given)
{
    const SipUser* user = m_hss.ByPrivateIdentity(given.username);
    if (user == nullptr || given.realm != m_realm)
    {
        return Refused(403, "unknown-user");
    }
    // RFC 3261 22.4 item 1: the uri parameter must be the Request-URI; RFC 7616 3.4.6: 400 where it is not.
    if (given.uri != request.RequestUri() || !Offered(given))
    {
        return Refused(400, "bad-request");
    }
    const auto secret = Secret(*user, given);
    if (!secret)
    {
        return Challenge(now, user, true);
    }
    if (!http::VerifyResponse(given, request.Method(), *secret, request.Body()))
    {
        return Refused(403, "wrong-password");
    }
    if (!TakeNonce(now, given))
    {
        return Challenge(now, user, true);
    }
    if (!given.auts.empty())
    {
        return Resynchronise(now, *user, given);
    }
    const bool isMutual = m_config.isMutual && m_config.scheme == AuthScheme::DIGEST;
    return {Outcome::ACCEPTED, 200, "", user, {}, isMutual ? MakeInfo(given, *secret) : ""};
}

bool
ServerAuth::Offered(const http::DigestResponse& given) const
{
    if (m_config.scheme == AuthScheme::AKA)
    {
        return given.qop == "auth";
    }
    // Only what was offered: else whoever sits in between could choose the weakest.
    const auto& algorithms = m_config.algorithms;
    const auto qops = Split(m_config.qop, ',');
    return std::find(algorithms.begin(), algorithms.end(), given.algorithm) != algorithms.end() &&
           std::any_of(qops.begin(),
                       qops.end(),
                       [&](std::string_view qop) { return Trim(qop) == given.qop; });
}

std::optional<std::string>
ServerAuth::Secret(const SipUser& user, const http::DigestResponse& given) const
{
    if (m_config.scheme == AuthScheme::DIGEST)
    {
        return user.password;
    }
    const auto nonce = m_nonces.find(given.nonce);
    if (nonce == m_nonces.end() || nonce->second.username != user.privateIdentity)
    {
        return std::nullopt;
    }
    // RFC 3310 3.4: with auts, "an empty password (password of "")".
    return given.auts.empty() ? nonce->second.vector->res : std::string();
}

ServerAuth::Decision
ServerAuth::Resynchronise(TimePoint now, const SipUser& user, const http::DigestResponse& given)
{
    const auto auts = ParseAuts(given.auts);
    const AkaBlock rand = m_nonces.at(given.nonce).vector->challenge.rand;
    if (!auts || !m_hss.Centre(user.privateIdentity)->Resynchronise(rand, *auts))
    {
        return Refused(403, "bad-auts");
    }
    return Challenge(now, &user, false);
}

ServerAuth::Decision
ServerAuth::Challenge(TimePoint now, const SipUser* user, bool isStale)
{
    const bool isAka = m_config.scheme == AuthScheme::AKA;
    // A password can be asked of anybody; a vector can be made only for somebody with keys.
    if (isAka && user == nullptr)
    {
        return Refused(403, "unknown-user");
    }
    if (isAka && !user->aka)
    {
        return Refused(403, "no-aka-keys");
    }
    ForgetOldNonces(now);
    http::DigestChallenge challenge;
    challenge.realm = m_realm;
    challenge.nonce = NewNonce(now, isAka ? user : nullptr);
    challenge.opaque = m_random.Token(16);
    challenge.qop = isAka ? "auth" : m_config.qop;
    challenge.stale = isStale;
    Decision decision{Outcome::CHALLENGED, 401, "", nullptr, {}, ""};
    const std::vector<std::string> aka{"AKAv1-MD5"};
    for (const std::string& algorithm : isAka ? aka : m_config.algorithms)
    {
        challenge.algorithm = algorithm;
        decision.challenges.push_back(challenge.ToHeader());
    }
    return decision;
}

std::string
ServerAuth::NewNonce(TimePoint now, const SipUser* user)
{
    Nonce nonce;
    nonce.issued = now;
    std::string text;
    if (user != nullptr)
    {
        nonce.username = user->privateIdentity;
        nonce.vector = m_hss.Centre(user->privateIdentity)->Next(m_random);
        text = nonce.vector->challenge.ToNonce();
    }
    else
    {
        text = ToBase64(m_random.Draw(24));
    }
    m_nonces[text] = std::move(nonce);
    m_issued.emplace(now, text);
    return text;
}

bool
ServerAuth::TakeNonce(TimePoint now, const http::DigestResponse& given)
{
    const auto nonce = m_nonces.find(given.nonce);
    // RFC 7616 3.4: the count is there "to detect request replays".
    if (nonce == m_nonces.end() || now - nonce->second.issued > m_config.nonceLifetime ||
        given.nc <= nonce->second.lastCount)
    {
        return false;
    }
    nonce->second.lastCount = given.nc;
    return true;
}

void
ServerAuth::ForgetOldNonces(TimePoint now)
{
    while (!m_issued.empty() && now - m_issued.begin()->first > m_config.nonceLifetime)
    {
        m_nonces.erase(m_issued.begin()->second);
        m_issued.erase(m_issued.begin());
    }
}

} // namespace imsfw::sip
