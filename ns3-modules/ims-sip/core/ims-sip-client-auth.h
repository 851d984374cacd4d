// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// How a UE answers the challenges of its registrar: SIP Digest (RFC 7616, RFC 8760; TS 33.203 annex N) or IMS AKA
/// (RFC 3310; TS 24.229 5.1.1.5).
///
/// Left out: several realms, Authorization in other requests than REGISTER, `nextnonce`.
#pragma once

#include "base/random.h"
#include "ims-sip-aka.h"
#include "ims-sip-message.h"
#include "ims-web-proxy-digest.h"

#include <optional>
#include <string>

namespace imsfw::sip
{

struct ClientCredentials
{
    std::string username; ///< the private identity
    std::string realm;
    std::string password;
    http::DigestOptions::Qop qop{http::DigestOptions::Qop::AUTH_OR_INT};
    Isim* isim{
        nullptr}; ///< where it is there, AKA and not the password; outlives the user of the credentials
};

class ClientAuth
{
  public:
    enum class Verdict
    {
        ANSWER,              ///< send the request again, with Header()
        WRONG_CREDENTIALS,   ///< the same again would be refused again
        NO_USABLE_CHALLENGE, ///< none that we understand and want
        NETWORK_NOT_AUTHENTICATED, ///< AKA: the challenges are not from our home network, or we never agree on a number
    };

    /// @param random outlives this: cnonces.
    ClientAuth(ClientCredentials credentials, RandomSource& random);

    /// A new attempt. What is known of the last challenge is used once more, in the hope of saving a round trip.
    void Begin();
    /// After a failure: the next attempt begins without a challenge.
    void Forget();
    /// A 401 came.
    Verdict TakeChallenge(const SipMessage& response);
    /// @return the value of Authorization for a request with that method, Request-URI and body.
    std::string Header(const std::string& method, const std::string& uri, const std::string& body);
    /// @return false where Authentication-Info of @p response shows that the server does not know our password.
    bool IsServerGenuine(const SipMessage& response) const;

    /// @return whether a computed answer is out.
    bool
    HasAnswered() const
    {
        return m_challenges > 0;
    }

  private:
    enum class Secret
    {
        PASSWORD, ///< of the user, or RES
        SYNC,     ///< RFC 3310 3.4: an empty password, and `auts`
        NONE, ///< TS 24.229 5.1.1.5.3: an empty response, to a challenge that is not the network's
    };

    Verdict TakeAka();
    http::DigestOptions Options() const;

    ClientCredentials m_credentials;
    RandomSource& m_random;
    std::optional<http::DigestChallenge> m_challenge;
    std::optional<http::DigestResponse> m_sent;
    Secret m_secret{Secret::PASSWORD};
    std::string m_password;
    std::string m_auts;
    uint32_t m_nonceCount{0};
    int m_challenges{0}; ///< in this attempt
    int m_refused{0};    ///< of them, those by AKA that we did not take
};

} // namespace imsfw::sip
