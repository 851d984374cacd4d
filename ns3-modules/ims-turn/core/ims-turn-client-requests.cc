// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// How the TURN client's requests look (RFC 8656 7.1, 8.1, 10.1, 12.1; RFC 8489 9.2.3).
#include "ims-turn-client.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace imsfw
{
namespace turn
{

using stun::Method;
namespace attribute = stun::attribute;

namespace
{

uint32_t
SecondsOf(Duration lifetime)
{
    return static_cast<uint32_t>(
        std::chrono::duration_cast<std::chrono::seconds>(lifetime).count());
}

} // namespace

void
Client::Request(TimePoint now,
                Method method,
                const std::optional<Endpoint>& peer,
                unsigned staleNonces)
{
    const auto id = stun::TransactionId::Draw(*m_random);
    Bytes request = MakeRequest(method, peer, id);
    m_transmits.Push(request);
    NoteSent(now);
    m_pending.push_back({method,
                         peer,
                         !m_key.empty(),
                         staleNonces,
                         false,
                         {m_config.transaction, m_config.mode, id, std::move(request), now}});
}

Bytes
Client::MakeRequest(Method method,
                    const std::optional<Endpoint>& peer,
                    const stun::TransactionId& id) const
{
    stun::Builder builder(method, stun::MessageClass::REQUEST, id);
    AddSpecifics(builder, method, peer);
    // RFC 8489 9.2.3.1: the first request has no credentials; the challenge tells realm and nonce.
    if (!m_key.empty())
    {
        builder.AddText(attribute::USERNAME, m_config.username);
        builder.AddText(attribute::REALM, m_realm);
        builder.AddText(attribute::NONCE, m_nonce);
        builder.AddIntegrity(m_key);
    }
    if (m_config.hasFingerprint)
    {
        builder.AddFingerprint();
    }
    return builder.Finish();
}

void
Client::AddWishes(stun::Builder& builder) const
{
    builder.AddRequestedTransport(static_cast<uint8_t>(m_config.protocol));
    if (m_config.lifetime)
    {
        builder.AddU32(attribute::LIFETIME, SecondsOf(*m_config.lifetime));
    }
    if (m_config.isV6)
    {
        builder.AddRequestedFamily(*m_config.isV6 ? 2 : 1);
    }
    if (m_config.wantsEvenPort || m_config.wantsNextPort)
    {
        // RFC 8656 18.7: the first bit wants the next port kept.
        const uint8_t flags = m_config.wantsNextPort ? 0x80 : 0;
        builder.Add(attribute::EVEN_PORT, {&flags, 1});
    }
    if (m_config.reservationToken)
    {
        builder.AddU64(attribute::RESERVATION_TOKEN, *m_config.reservationToken);
    }
}

void
Client::AddSpecifics(stun::Builder& builder,
                     Method method,
                     const std::optional<Endpoint>& peer) const
{
    if (method == Method::ALLOCATE)
    {
        AddWishes(builder);
    }
    if (method == Method::REFRESH)
    {
        // The default of RFC 8656 6 where nothing else is wished, so that a capture shows what was asked.
        const Duration lifetime = m_config.lifetime.value_or(std::chrono::seconds(600));
        builder.AddU32(attribute::LIFETIME, m_state == State::CLOSING ? 0 : SecondsOf(lifetime));
    }
    if (method == Method::CHANNEL_BIND)
    {
        const auto bound =
            std::find_if(m_peers.begin(),
                         m_peers.end(),
                         [&peer](const Peer& candidate) { return candidate.endpoint == peer; });
        if (bound != m_peers.end())
        {
            builder.AddChannelNumber(bound->channel);
        }
    }
    if (peer)
    {
        builder.AddXorAddress(attribute::XOR_PEER_ADDRESS, *peer);
    }
}

} // namespace turn
} // namespace imsfw
