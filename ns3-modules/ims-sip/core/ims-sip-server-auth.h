// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// How the registrar finds out who registers: challenges and credentials (RFC 3261 22, RFC 7616, RFC 8760, RFC 3310).
#pragma once

#include "base/random.h"
#include "base/time.h"
#include "ims-sip-hss.h"
#include "ims-sip-message.h"
#include "ims-web-proxy-digest.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace imsfw::sip
{

enum class AuthScheme
{
    DIGEST, ///< SIP Digest with the user's password (TS 33.203 annex N)
    AKA, ///< IMS AKA with the user's keys (TS 33.203 6.1); over TLS an extension, as no standard pairs the two
};

struct ServerAuthConfig
{
    AuthScheme scheme{AuthScheme::DIGEST};
    std::vector<std::string> algorithms{
        "MD5"};              ///< DIGEST: offered, most wanted first ("MD5", "SHA-256")
    std::string qop{"auth"}; ///< DIGEST: "auth", "auth-int" or "auth,auth-int"
    Duration nonceLifetime{std::chrono::minutes(5)}; ///< an older nonce is stale
    bool isMutual{true}; ///< DIGEST: show in Authentication-Info that we know the password
};

class ServerAuth
{
  public:
    enum class Outcome
    {
        ACCEPTED,
        CHALLENGED,
        REFUSED,
    };

    struct Decision
    {
        Outcome outcome;
        int status{0}; ///< CHALLENGED: 401; REFUSED: 400 or 403
        std::string
            reason; ///< REFUSED: "unknown-user", "wrong-password", "bad-request", "no-aka-keys", "bad-auts"
        const SipUser* user{nullptr};        ///< ACCEPTED only
        std::vector<std::string> challenges; ///< CHALLENGED: values of WWW-Authenticate, in order
        std::string info; ///< ACCEPTED: the value of Authentication-Info; empty where there is none
    };

    /// @param hss, random outlive this.
    ServerAuth(std::string realm, ServerAuthConfig config, Hss& hss, RandomSource& random);

    Decision Decide(TimePoint now, const SipMessage& request);

  private:
    struct Nonce
    {
        TimePoint issued{};
        uint32_t lastCount{0};
        std::string username;            ///< AKA only: for whom
        std::optional<AkaVector> vector; ///< AKA only
    };

    http::DigestOptions Options() const;
    Decision Check(TimePoint now, const SipMessage& request, const http::DigestResponse& given);
    Decision Challenge(TimePoint now, const SipUser* user, bool isStale);
    std::string NewNonce(TimePoint now, const SipUser* user);
    Decision Resynchronise(TimePoint now, const SipUser& user, const http::DigestResponse& given);
    /// @return what the answer must have been made with; nothing where the nonce is not (any more) one of ours for @p user.
    std::optional<std::string> Secret(const SipUser& user, const http::DigestResponse& given) const;
    /// Which of the two answers a nonce gets: fit, or stale (unknown, old, or its count used).
    bool TakeNonce(TimePoint now, const http::DigestResponse& given);
    bool Offered(const http::DigestResponse& given) const;
    void ForgetOldNonces(TimePoint now);

    std::string m_realm;
    ServerAuthConfig m_config;
    Hss& m_hss;
    RandomSource& m_random;
    std::map<std::string, Nonce> m_nonces;
    std::multimap<TimePoint, std::string> m_issued; ///< oldest first
};

} // namespace imsfw::sip
