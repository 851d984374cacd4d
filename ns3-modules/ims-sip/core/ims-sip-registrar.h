// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The registrar: users, Digest challenges, bindings of addresses to flows (RFC 3261 10.3 and 22, RFC 5626 6).
///
/// Answers REGISTER and keeps who is reachable where. Left out: several bindings for one user (a new one takes the
/// place of the old), AKA, P-CSCF and S-CSCF as separate nodes with an HSS, 423.
#pragma once

#include "base/random.h"
#include "base/time.h"
#include "ims-sip-message.h"
#include "ims-sip-transaction-layer.h"
#include "ims-web-proxy-digest.h"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace imsfw::sip
{

struct RegistrarConfig
{
    std::string realm{"ims.test"};
    uint32_t maxExpiresS{3600};                      ///< lifetimes are cut to this
    Duration nonceLifetime{std::chrono::minutes(5)}; ///< an older nonce is stale
};

struct SipUser
{
    std::string privateIdentity; ///< the Digest user name: "alice@ims.test"
    std::string publicIdentity;  ///< "sip:alice@ims.test"
    std::string password;
};

struct Binding
{
    std::string publicIdentity; ///< the user's URI
    std::string aor;            ///< "alice@ims.test"
    std::string contact;        ///< the Contact's URI
    SipFlow flow;               ///< on which it registered, and on which it is called
    std::string
        token; ///< names this binding in Route headers; stays the same when the flow changes
    std::string callId;
    uint32_t number{0}; ///< CSeq
    TimePoint expires{};
};

class Registrar
{
  public:
    enum class Outcome
    {
        CHALLENGED, ///< 401
        REGISTERED, ///< 200, first time or refresh
        REMOVED,    ///< 200 to an expiry of 0
        REFUSED,    ///< anything else
    };

    struct Reply
    {
        Outcome outcome;
        SipMessage response; ///< without Path and Service-Route, which are the proxy's to add
        std::string publicIdentity;
        std::string
            reason; ///< REFUSED: "unknown-user", "wrong-password", "bad-request", "out-of-order"
    };

    /// @param random outlives the registrar: nonces, opaque, tokens.
    Registrar(RegistrarConfig config, RandomSource& random);

    void AddUser(const SipUser& user);
    bool IsUser(std::string_view aor) const;

    Reply HandleRegister(TimePoint now, const SipMessage& request, const SipFlow& flow);

    /// @return nothing where there is none or it has expired.
    const Binding* ByAor(TimePoint now, const std::string& aor) const;
    const Binding* ByContact(TimePoint now, const std::string& contact) const;
    const Binding* ByFlow(TimePoint now, const SipFlow& flow) const;
    const Binding* ByToken(TimePoint now, const std::string& token) const;

    /// @return the bindings that have just expired, removed.
    std::vector<Binding> Expire(TimePoint now);
    /// RFC 5626 5.3.1: with the flow, its bindings go. @return them.
    std::vector<Binding> RemoveFlow(const SipFlow& flow);
    std::optional<TimePoint> NextTimeout() const;

  private:
    struct Nonce
    {
        TimePoint issued{};
        uint32_t lastCount{0};
    };

    Reply Challenge(TimePoint now, const SipMessage& request, bool isStale);
    Reply Refuse(const SipMessage& request, int status, std::string reason);
    Reply Bind(TimePoint now, const SipMessage& request, const SipUser& user, const SipFlow& flow);
    /// Which of the two answers a nonce gets: fit, or stale (unknown, old, or its count used).
    bool TakeNonce(TimePoint now, const http::DigestResponse& response);
    void ForgetOldNonces(TimePoint now);

    RegistrarConfig m_config;
    RandomSource& m_random;
    std::map<std::string, SipUser> m_users; ///< by private identity
    std::map<std::string, Nonce> m_nonces;
    std::map<std::string, Binding> m_bindings; ///< by address of record
};

} // namespace imsfw::sip
