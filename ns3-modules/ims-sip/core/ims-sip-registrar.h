// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The registrar: who is reachable where (RFC 3261 10.3, RFC 3327, RFC 5626 6), for users that ServerAuth has let in.
///
/// Left out: P-CSCF and S-CSCF as separate nodes; several Contacts in one REGISTER.
#pragma once

#include "ims-sip-binding-table.h"
#include "ims-sip-server-auth.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace imsfw::sip
{

struct RegistrarConfig
{
    std::string realm{"ims.test"};
    uint32_t maxExpiresS{3600}; ///< lifetimes are cut to this
    uint32_t minExpiresS{0};    ///< shorter ones, other than 0, get 423
    uint32_t flowTimerS{0}; ///< RFC 5626 8: sent in Flow-Timer to UEs with outbound; 0: not sent
    ServerAuthConfig auth;
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
        /// REFUSED: those of ServerAuth, "not-your-identity", "out-of-order", "interval-too-brief", "bad-request"
        std::string reason;
    };

    /// @param random outlives the registrar: nonces, opaque, tokens.
    Registrar(RegistrarConfig config, RandomSource& random);

    void AddUser(const SipUser& user);
    bool IsUser(std::string_view aor) const;
    /// @return whether @p uri is one of the public identities of the user who has @p binding.
    bool IsIdentityOf(const Binding& binding, const std::string& uri) const;

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
    Reply Answer(const SipMessage& request, const ServerAuth::Decision& decision);
    Reply Refuse(const SipMessage& request, int status, std::string reason);
    Reply Bind(TimePoint now, const SipMessage& request, const SipUser& user, const SipFlow& flow);
    void Store(Binding binding, const SipMessage& request, uint32_t seconds, SipMessage& response);
    Reply Unbind(const SipMessage& request, const SipUser& user);
    Binding MakeBinding(const SipMessage& request, const SipUser& user, const SipFlow& flow) const;
    std::string KeyOf(const SipMessage& request) const;

    RegistrarConfig m_config;
    RandomSource& m_random;
    Hss m_hss;
    ServerAuth m_auth;
    BindingTable m_bindings;
};

} // namespace imsfw::sip
