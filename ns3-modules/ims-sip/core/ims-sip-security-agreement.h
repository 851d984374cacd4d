// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The security agreement of RFC 3329 as TS 24.229 uses it at registration: the UE lists what it can do, the P-CSCF lists
/// its own in the 401, the UE repeats that list where nobody can change it any more.
///
/// The agreement alone: TLS is in place before the first REGISTER here, and ESP (`ipsec-3gpp`) is not simulated. Left
/// out: `d-ver`, the 421 to an INVITE.
#pragma once

#include "ims-sip-message.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace imsfw::sip
{

/// One entry of Security-Client, Security-Server or Security-Verify.
struct SecurityMechanism
{
    std::string name; ///< "tls", "digest", "ipsec-3gpp"
    SipParams params;

    /// @return `q` in thousandths; 0 where there is none.
    uint32_t Preference() const;
    std::string ToString() const;
    /// @return nothing where that is none by RFC 3329 2.2, `q` included.
    static std::optional<SecurityMechanism> Parse(std::string_view text);
};

using SecurityMechanisms = std::vector<SecurityMechanism>;

/// @return the list in the lines of that header; nothing where one entry is none, or two have the same `q` ("It is an
/// error to provide two mechanisms with the same "q" value", RFC 3329 2.2).
std::optional<SecurityMechanisms> ParseMechanisms(const SipMessage& message,
                                                  std::string_view header);

/// The UE's part.
class SecurityClient
{
  public:
    /// @param own values such as "tls" or "ipsec-3gpp;alg=hmac-sha-1-96"; none: no agreement is sought.
    explicit SecurityClient(const std::vector<std::string>& own);

    /// Add Security-Client, Require, Proxy-Require and, once there is a list, Security-Verify.
    void AddTo(SipMessage& request) const;
    /// A 401 or 494 came. @return false where an agreement was sought and none is possible.
    bool Take(const SipMessage& response);

    /// @return the name of the mechanism agreed on; empty where there is none.
    const std::string&
    Chosen() const
    {
        return m_chosen;
    }

  private:
    std::vector<std::string> m_own;
    std::vector<std::string> m_server; ///< as it came
    std::string m_chosen;
};

/// The P-CSCF's part: what a REGISTER gets. Stateless, as "The server's list MUST NOT depend on the contents of the
/// client's list" (RFC 3329 2.3.1).
enum class AgreementVerdict
{
    GO_ON,     ///< nothing asked, or the list was repeated as it is
    CHALLENGE, ///< the first of a pair: its 401 carries our list
    REFUSED,   ///< 494, with our list: the list was changed on its way, or left out
    REQUIRED,  ///< 421: we want an agreement and the UE knows none
};

/// @param own our list; empty: we know no agreement. @param isRequired whether UEs have to seek one.
/// @param hasAnswer whether the request answers a challenge.
AgreementVerdict CheckAgreement(const SipMessage& request,
                                const std::vector<std::string>& own,
                                bool isRequired,
                                bool hasAnswer);

} // namespace imsfw::sip
