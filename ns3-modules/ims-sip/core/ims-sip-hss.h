// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// A stand-in for the home subscriber server: who may register, under which identities, with which secret.
///
/// Left out: service profiles, the Cx protocol, several private identities for one public identity.
#pragma once

#include "ims-sip-aka.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace imsfw::sip
{

struct SipUser
{
    std::string privateIdentity; ///< the user name for authentication: "alice@ims.test"
    std::string publicIdentity;  ///< the default one: "sip:alice@ims.test"
    std::string password;        ///< for SIP Digest
    std::vector<std::string>
        moreIdentities{};         ///< registered with it (TS 24.229: the implicit registration set)
    std::optional<AkaKeys> aka{}; ///< for IMS AKA
    uint64_t sqn{0};              ///< the sequence number used last
};

class Hss
{
  public:
    /// Takes the place of a user with the same private identity.
    void Add(const SipUser& user);

    /// @return nothing where nobody has that private identity.
    const SipUser* ByPrivateIdentity(const std::string& identity) const;
    /// @param aor "user@host". @return whose public identity it is, the default one or another.
    const SipUser* ByAor(std::string_view aor) const;
    /// @return the centre that makes vectors for the user; nothing for one without keys.
    AkaCentre* Centre(const std::string& privateIdentity);

  private:
    std::map<std::string, SipUser> m_users; ///< by private identity
    std::map<std::string, std::string, std::less<>> m_byAor;
    std::map<std::string, AkaCentre> m_centres;
};

/// @return the default identity of @p user and then its others.
std::vector<std::string> AllIdentities(const SipUser& user);

} // namespace imsfw::sip
