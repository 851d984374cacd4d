// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Who sent a request: the server's side of the long-term credential mechanism (RFC 8489 9.2.4).
///
/// Left out: USERHASH, PASSWORD-ALGORITHMS (the nonces have no cookie, so a client uses MD5 and USERNAME).
#pragma once

#include "base/random.h"
#include "base/result.h"
#include "ims-turn-nonce.h"
#include "ims-turn-server-types.h"
#include "ims-turn-stun-message.h"

#include <map>
#include <string>

namespace imsfw
{
namespace turn
{

/// What a request was authenticated with; the response is protected with the same key.
struct Credentials
{
    std::string user;
    ByteView key; ///< of the Authenticator
};

class Authenticator
{
  public:
    Authenticator(const ServerConfig& config, RandomSource& random);

    /// @return the error code to answer with (400, 401 or 438) where @p request is not authenticated.
    Result<Credentials, uint16_t> Check(TimePoint now,
                                        const ClientId& client,
                                        const stun::Message& request) const;

    /// @return a nonce for @p client, to go with 401 and 438.
    std::string MakeNonce(TimePoint now, const ClientId& client) const;

    const std::string&
    GetRealm() const
    {
        return m_realm;
    }

  private:
    std::string m_realm;
    std::map<std::string, Bytes, std::less<>> m_keys; ///< of the users
    NonceMaker m_nonces;
};

} // namespace turn
} // namespace imsfw
