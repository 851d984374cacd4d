// SPDX-License-Identifier: GPL-2.0-only
#include "ims-sip-client-auth.h"

#include "base/text.h"
#include "ims-web-proxy-auth-params.h"

#include <utility>

namespace imsfw::sip
{

namespace
{

/// A refresh may begin with a nonce that has aged, and the one given for it may age on the way.
constexpr int MAX_STALE = 3;
/// TS 24.229 5.1.1.5.3: after two challenges in a row that do not fit, give up.
constexpr int MAX_REFUSED = 2;

} // namespace

ClientAuth::ClientAuth(ClientCredentials credentials, RandomSource& random)
    : m_credentials(std::move(credentials)), m_random(random)
{
}

void
ClientAuth::Begin()
{
    m_challenges = 0;
    m_refused = 0;
}

void
ClientAuth::Forget()
{
    m_challenge.reset();
    m_sent.reset();
}

http::DigestOptions
ClientAuth::Options() const
{
    return {m_credentials.qop, m_credentials.isim != nullptr};
}

ClientAuth::Verdict
ClientAuth::TakeChallenge(const SipMessage& response)
{
    std::optional<http::DigestChallenge> challenge;
    for (const std::string& value : response.Headers("WWW-Authenticate"))
    {
        // RFC 8760 2.4: "it SHOULD use the topmost header field that it supports".
        challenge = challenge ? challenge : http::DigestChallenge::Parse(value, Options());
    }
    if (!challenge)
    {
        return Verdict::NO_USABLE_CHALLENGE;
    }
    // RFC 3261 22.1: no second try with credentials that were rejected, unless the nonce only was stale.
    const bool isRejected = m_challenges > m_refused && !challenge->stale;
    if (isRejected || m_challenges - m_refused >= MAX_STALE)
    {
        return Verdict::WRONG_CREDENTIALS;
    }
    ++m_challenges;
    m_challenge = std::move(challenge);
    m_nonceCount = 0;
    m_secret = Secret::PASSWORD;
    m_password = m_credentials.password;
    return m_credentials.isim != nullptr ? TakeAka() : Verdict::ANSWER;
}

ClientAuth::Verdict
ClientAuth::TakeAka()
{
    const auto challenge = AkaChallenge::FromNonce(m_challenge->nonce);
    if (!challenge)
    {
        return Verdict::NO_USABLE_CHALLENGE;
    }
    const Isim::Answer answer = m_credentials.isim->Authenticate(*challenge);
    switch (answer.outcome)
    {
    case Isim::Outcome::OK:
        m_password = answer.res;
        return Verdict::ANSWER;
    case Isim::Outcome::SYNC_FAILURE:
        m_secret = Secret::SYNC;
        m_auts = ToBase64Text(answer.auts);
        break;
    case Isim::Outcome::MAC_FAILURE:
        m_secret = Secret::NONE;
        break;
    }
    return ++m_refused >= MAX_REFUSED ? Verdict::NETWORK_NOT_AUTHENTICATED : Verdict::ANSWER;
}

std::string
ClientAuth::Header(const std::string& method, const std::string& uri, const std::string& body)
{
    const std::string& username = m_credentials.username;
    if (!m_challenge)
    {
        // TS 24.229 5.1.1.2.3: the first REGISTER names the private identity, with empty nonce and response.
        return "Digest username=\"" + username + "\", realm=\"" + m_credentials.realm +
               "\", nonce=\"\", uri=\"" + uri + "\", response=\"\"";
    }
    const std::string cnonce = m_random.Token(16);
    const std::string password = m_secret == Secret::PASSWORD ? m_password : std::string();
    http::DigestResponse answer = http::AnswerChallenge(
        *m_challenge, username, password, method, uri, cnonce, ++m_nonceCount, body);
    if (m_secret == Secret::SYNC)
    {
        answer.auts = m_auts;
    }
    else if (m_secret == Secret::NONE)
    {
        answer.response.clear();
    }
    m_sent = answer;
    return answer.ToHeader();
}

bool
ClientAuth::IsServerGenuine(const SipMessage& response) const
{
    const auto value = response.Header("Authentication-Info");
    if (!value || !m_sent)
    {
        return true;
    }
    // The header has parameters alone (RFC 7615 3); a scheme in front makes it readable as credentials.
    const auto params = http::AuthParams::Parse("Digest " + *value, "Digest");
    const std::string shown = params ? params->Get("rspauth") : std::string();
    if (shown.empty())
    {
        // RFC 7616 3.5 calls it optional (Kamailio's header without qop cannot even be read): nothing was shown, as if
        // the header were not there.
        return true;
    }
    return EqualsIgnoringCase(shown, http::ServerResponse(*m_sent, m_password, response.Body()));
}

} // namespace imsfw::sip
