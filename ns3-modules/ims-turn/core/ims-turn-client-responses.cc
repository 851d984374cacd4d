// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// What the server's responses mean to the TURN client (RFC 8656 7.3, 7.4, 8.3, 10.3, 12.3; RFC 8489 6.3.3, 6.3.4, 9.2.5).
#include "ims-turn-client.h"
#include "ims-turn-stun-integrity.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace imsfw
{
namespace turn
{

using stun::Message;
using stun::MessageClass;
using stun::Method;
namespace attribute = stun::attribute;
namespace error = stun::error;

namespace
{

/// A server whose nonces are never good would keep a client asking for ever.
constexpr unsigned MAX_STALE_NONCES = 3;

/// RFC 8656 8.1 wants a refresh about a minute before the end; of a short life, half of it.
Duration
RefreshAfter(Duration lifetime)
{
    return std::max<Duration>(lifetime - std::chrono::minutes(1), lifetime / 2);
}

StreamFailure
FailureOf(Method method, const Message& response)
{
    const auto error = response.GetErrorCode();
    if (!error)
    {
        return {"turn", "bad-response", ToString(method) + ": an error without a code"};
    }
    return {"turn",
            stun::ReasonName(error->code),
            ToString(method) + ": " + std::to_string(error->code) + " " +
                std::string(error->reason)};
}

/// Whether the credentials or the allocation are no longer good, and not one peer alone.
bool
ConcernsAllocation(Method method, uint16_t code)
{
    return method == Method::ALLOCATE || method == Method::REFRESH || code == error::UNAUTHORIZED ||
           code == error::ALLOCATION_MISMATCH || code == error::STALE_NONCE ||
           code == error::WRONG_CREDENTIALS;
}

} // namespace

void
Client::HandleResponse(TimePoint now, const Message& response)
{
    const auto pending =
        std::find_if(m_pending.begin(),
                     m_pending.end(),
                     [&response](const Pending& candidate)
                     {
                         return candidate.transaction.GetId() == response.GetId() &&
                                candidate.method == response.GetMethod();
                     });
    if (pending == m_pending.end())
    {
        ++m_discarded; // also the second answer to a request that was sent twice
        return;
    }
    const auto code = response.GetErrorCode();
    const bool isChallenge =
        response.GetClass() == MessageClass::ERROR && code &&
        (code->code == error::UNAUTHORIZED || code->code == error::STALE_NONCE);
    if (pending->isAuthenticated && !isChallenge && !stun::HasValidIntegrity(response, m_key))
    {
        HandleViolation(pending);
        return;
    }
    const Pending request = std::move(*pending);
    m_pending.erase(pending);
    if (response.GetClass() == MessageClass::ERROR)
    {
        HandleError(now, request, response);
    }
    else
    {
        HandleSuccess(now, request, response);
    }
}

void
Client::HandleViolation(PendingList::iterator pending)
{
    ++m_discarded;
    // RFC 8489 9.2.5: over UDP "the response MUST be discarded, as if it had never been received"; over streams "the
    // layer MUST immediately end the transaction".
    pending->isIntegrityViolated = true;
    if (m_config.mode == stun::TransportMode::STREAM)
    {
        Fail({"turn", "integrity-violated", "in the answer to " + ToString(pending->method)});
    }
}

void
Client::HandleError(TimePoint now, const Pending& request, const Message& response)
{
    const auto code = response.GetErrorCode();
    // RFC 8489 9.2.5: 401 is answered with credentials once; with the same ones the client "MUST NOT" come again.
    if (code && code->code == error::UNAUTHORIZED && !request.isAuthenticated)
    {
        Retry(now, request, response, request.staleNonces);
        return;
    }
    if (code && code->code == error::STALE_NONCE && request.staleNonces < MAX_STALE_NONCES)
    {
        Retry(now, request, response, request.staleNonces + 1);
        return;
    }
    if (code && code->code == error::TRY_ALTERNATE && request.method == Method::ALLOCATE)
    {
        HandleRedirected(response);
        return;
    }
    HandleRefused(request, code ? code->code : uint16_t{0}, FailureOf(request.method, response));
}

void
Client::HandleRedirected(const Message& response)
{
    const auto alternate = response.GetAddress(attribute::ALTERNATE_SERVER);
    if (!alternate)
    {
        Fail({"turn", "bad-response", "allocate: 300 without an ALTERNATE-SERVER"});
        return;
    }
    // RFC 8489 10: over the same transport, with the same credentials. Who has been there already is the owner's matter.
    ClientEvent event{ClientEvent::Type::REDIRECTED};
    event.alternate = *alternate;
    Finish(std::move(event));
}

void
Client::Retry(TimePoint now, const Pending& request, const Message& response, unsigned staleNonces)
{
    if (!TakeChallenge(response))
    {
        Fail({"turn",
              "bad-response",
              ToString(request.method) + ": a challenge without REALM or NONCE"});
        return;
    }
    Request(now, request.method, request.peer, staleNonces);
}

bool
Client::TakeChallenge(const Message& response)
{
    const auto realm = response.GetText(attribute::REALM);
    const auto nonce = response.GetText(attribute::NONCE);
    if (!realm || !nonce || !response.FindUnknownRequired().empty())
    {
        return false;
    }
    m_realm = *realm;
    m_nonce = *nonce;
    m_key = stun::LongTermKey(m_config.username, m_realm, m_config.password);
    return true;
}

void
Client::HandleRefused(const Pending& request, uint16_t code, StreamFailure failure)
{
    // RFC 8656 8.3: 437 to a request to delete: "the allocation no longer exists". Fail knows the difference.
    if (!request.peer || ConcernsAllocation(request.method, code))
    {
        Fail(std::move(failure));
        return;
    }
    if (request.method == Method::CONNECT)
    {
        ClientEvent event{ClientEvent::Type::CONNECT_FAILED};
        event.peer = *request.peer;
        event.failure = std::move(failure);
        m_events.Push(std::move(event));
        return;
    }
    DropPeer(*request.peer, failure);
}

void
Client::HandleSuccess(TimePoint now, const Pending& request, const Message& response)
{
    if (m_state == State::CLOSING)
    {
        Finish({ClientEvent::Type::CLOSED});
        return;
    }
    // RFC 8489 6.3.3: with unknown comprehension-required attributes "the transaction is considered to have failed"
    if (!response.FindUnknownRequired().empty())
    {
        HandleRefused(
            request,
            0,
            {"turn", "unknown-attribute", "in the response to " + ToString(request.method)});
        return;
    }
    if (request.method == Method::ALLOCATE)
    {
        HandleAllocated(now, response);
    }
    else if (request.method == Method::REFRESH)
    {
        HandleRefreshed(now, response);
    }
    else if (request.method == Method::CONNECT)
    {
        HandleConnected(*request.peer, response);
    }
    else
    {
        HandlePeerDone(request);
    }
}

void
Client::HandleAllocated(TimePoint now, const Message& response)
{
    const auto relayed = response.GetXorAddress(attribute::XOR_RELAYED_ADDRESS);
    const auto mapped = response.GetXorAddress(attribute::XOR_MAPPED_ADDRESS);
    const auto lifetime = response.GetU32(attribute::LIFETIME);
    if (!relayed || !mapped || lifetime.value_or(0) == 0)
    {
        Fail({"turn", "bad-response", "allocate: no address or no lifetime"});
        return;
    }
    m_state = State::ALLOCATED;
    ClientEvent event{ClientEvent::Type::ALLOCATED};
    event.relayed = *relayed;
    event.mapped = *mapped;
    event.lifetime = std::chrono::seconds(*lifetime);
    event.reservationToken = response.GetU64(attribute::RESERVATION_TOKEN);
    m_refreshAllocation = now + RefreshAfter(event.lifetime);
    m_events.Push(std::move(event));
}

void
Client::HandleRefreshed(TimePoint now, const Message& response)
{
    const auto lifetime = response.GetU32(attribute::LIFETIME);
    if (lifetime.value_or(0) == 0)
    {
        Fail({"turn", "bad-response", "refresh: no lifetime"});
        return;
    }
    m_refreshAllocation = now + RefreshAfter(std::chrono::seconds(*lifetime));
}

void
Client::HandleConnected(const Endpoint& peer, const Message& response)
{
    const auto connection = response.GetU32(attribute::CONNECTION_ID);
    ClientEvent event{connection ? ClientEvent::Type::CONNECTED
                                 : ClientEvent::Type::CONNECT_FAILED};
    event.peer = peer;
    event.connection = connection.value_or(0);
    if (!connection)
    {
        event.failure = {"turn", "bad-response", "connect: no CONNECTION-ID"};
    }
    m_events.Push(std::move(event));
}

void
Client::HandlePeerDone(const Pending& request)
{
    Peer* peer = FindPeer(*request.peer);
    if (!peer)
    {
        return; // refused meanwhile, by the answer to its other request
    }
    // RFC 8656 12.3: a bound channel means a permission too, but its own answer comes as well.
    (request.method == Method::CHANNEL_BIND ? peer->hasChannel : peer->hasPermission) = true;
    TellReady(*peer);
}

void
Client::TellReady(Peer& peer)
{
    if (!peer.hasPermission || (HasChannels() && !peer.hasChannel))
    {
        return;
    }
    for (; peer.waiting > 0; --peer.waiting)
    {
        ClientEvent event{ClientEvent::Type::PEER_READY};
        event.peer = peer.endpoint;
        m_events.Push(std::move(event));
    }
}

void
Client::DropPeer(const Endpoint& endpoint, const StreamFailure& failure)
{
    const auto isAbout = [&endpoint](const Pending& candidate)
    { return candidate.peer == endpoint; };
    m_pending.erase(std::remove_if(m_pending.begin(), m_pending.end(), isAbout), m_pending.end());
    const Peer* dropped = FindPeer(endpoint);
    if (!dropped)
    {
        return;
    }
    m_peers.erase(m_peers.begin() + (dropped - m_peers.data()));
    ClientEvent event{ClientEvent::Type::PEER_FAILED};
    event.peer = endpoint;
    event.failure = failure;
    m_events.Push(std::move(event));
}

} // namespace turn
} // namespace imsfw
