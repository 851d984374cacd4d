// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// See ims-turn-server-authenticator.h.
#include "ims-turn-server-authenticator.h"

#include "ims-turn-stun-integrity.h"

namespace imsfw
{
namespace turn
{

namespace attribute = stun::attribute;
namespace error = stun::error;

Authenticator::Authenticator(const ServerConfig& config, RandomSource& random)
    : m_realm(config.realm), m_nonces(random, config.nonceLifetime)
{
    for (const auto& [user, password] : config.users)
    {
        m_keys[user] = stun::LongTermKey(user, m_realm, password);
    }
}

Result<Credentials, uint16_t>
Authenticator::Check(TimePoint now, const ClientId& client, const stun::Message& request) const
{
    // The checks of RFC 8489 9.2.4, "in the order specified".
    if (!request.GetIntegrityOffset() && !request.GetIntegritySha256Offset())
    {
        return Failure{error::UNAUTHORIZED};
    }
    const auto user = request.GetText(attribute::USERNAME);
    const auto realm = request.GetText(attribute::REALM);
    const auto nonce = request.GetText(attribute::NONCE);
    if (!user || !realm || !nonce)
    {
        return Failure{error::BAD_REQUEST};
    }
    const auto found = m_keys.find(*user);
    if (found == m_keys.end() || *realm != m_realm ||
        !stun::HasValidIntegrity(request, found->second))
    {
        return Failure{error::UNAUTHORIZED};
    }
    if (!m_nonces.IsValid(now, client.ToString(), *nonce))
    {
        return Failure{error::STALE_NONCE};
    }
    return Credentials{found->first, found->second};
}

std::string
Authenticator::MakeNonce(TimePoint now, const ClientId& client) const
{
    return m_nonces.Make(now, client.ToString());
}

} // namespace turn
} // namespace imsfw
