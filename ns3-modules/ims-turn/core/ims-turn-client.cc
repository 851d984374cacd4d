// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// What comes into the TURN client: calls of its user, bytes, time. See ims-turn-client.h.
#include "ims-turn-client.h"

#include "ims-turn-channel-data.h"

#include <algorithm>
#include <utility>

namespace imsfw
{
namespace turn
{

using stun::Message;
using stun::MessageClass;
using stun::Method;
namespace attribute = stun::attribute;

namespace
{

// RFC 8656 9: a permission lives 300 s, 12: a channel 600 s. A refresh that gets lost is sent again for 39.5 s at most,
// so 60 s before the end is early enough.
constexpr Duration PERMISSION_REFRESH = std::chrono::seconds(240);
constexpr Duration CHANNEL_REFRESH = std::chrono::seconds(540);

/// What fits into a Send indication beside its XOR-PEER-ADDRESS (IPv6: 24 bytes), the header and padding of DATA, and
/// FINGERPRINT.
constexpr std::size_t MAX_INDICATION_DATA = 0xFFFC - 24 - 4 - 3 - 8;
constexpr std::size_t MAX_CHANNEL_DATA = 0xFFFF;

} // namespace

Client::Client(ClientConfig config, RandomSource& random)
    : m_config(std::move(config)), m_random(&random), m_nextChannel(FIRST_CHANNEL)
{
}

void
Client::Start(TimePoint now)
{
    if (m_state == State::IDLE)
    {
        m_state = State::ALLOCATING;
        Request(now, Method::ALLOCATE);
    }
}

void
Client::AddPeer(TimePoint now, const Endpoint& endpoint)
{
    if (m_state != State::ALLOCATED)
    {
        return;
    }
    if (Peer* known = FindPeer(endpoint))
    {
        ++known->waiting;
        TellReady(*known);
        return;
    }
    if (HasChannels() && !IsChannel(m_nextChannel))
    {
        ClientEvent event{ClientEvent::Type::PEER_FAILED};
        event.peer = endpoint;
        event.failure = {"turn", "no-channel", "all channel numbers were used"};
        m_events.Push(std::move(event));
        return;
    }
    // RFC 8656 12: a number "MUST" not go to another peer for 5 minutes after its end; here it never does.
    m_peers.push_back({endpoint, static_cast<uint16_t>(HasChannels() ? m_nextChannel++ : 0)});
    m_peers.back().refreshPermission = now + PERMISSION_REFRESH;
    m_peers.back().refreshChannel = now + CHANNEL_REFRESH;
    // A ChannelBind alone would install the permission as well. Both at once cost no round trip more, and data can be
    // sent in indications where the server has no channel to give.
    Request(now, Method::CREATE_PERMISSION, endpoint);
    if (HasChannels())
    {
        Request(now, Method::CHANNEL_BIND, endpoint);
    }
}

bool
Client::HasChannels() const
{
    return m_config.protocol == IpProtocol::UDP; // RFC 6062 4: a TCP allocation has streams
}

void
Client::Connect(TimePoint now, const Endpoint& peer)
{
    if (m_state == State::ALLOCATED && m_config.protocol == IpProtocol::TCP)
    {
        Request(now, Method::CONNECT, peer);
    }
}

void
Client::Send(TimePoint now, const Endpoint& peer, ByteView data)
{
    if (m_state != State::ALLOCATED || !HasChannels())
    {
        return;
    }
    const Peer* known = FindPeer(peer);
    const bool hasChannel = known && known->hasChannel;
    if (data.Size() > (hasChannel ? MAX_CHANNEL_DATA : MAX_INDICATION_DATA))
    {
        ++m_discarded;
        return;
    }
    NoteSent(now);
    if (hasChannel)
    {
        m_transmits.Push(MakeChannelData(known->channel, data, m_config.mode));
        return;
    }
    stun::Builder indication(
        Method::SEND, MessageClass::INDICATION, stun::TransactionId::Draw(*m_random));
    indication.AddXorAddress(attribute::XOR_PEER_ADDRESS, peer).Add(attribute::DATA, data);
    if (m_config.hasFingerprint)
    {
        indication.AddFingerprint();
    }
    m_transmits.Push(indication.Finish());
}

void
Client::Close(TimePoint now)
{
    const bool mayHaveAllocation =
        m_state == State::ALLOCATED || (m_state == State::ALLOCATING && !m_key.empty());
    if (mayHaveAllocation)
    {
        // Also while the Allocate is on its way: it may have come there, and its response be lost.
        m_state = State::CLOSING;
        m_pending.clear();
        m_peers.clear();
        m_refreshAllocation.reset();
        Request(now, Method::REFRESH);
    }
    else if (m_state != State::CLOSING && m_state != State::DONE)
    {
        Finish({ClientEvent::Type::CLOSED});
    }
}

void
Client::HandleInput(TimePoint now, ByteView bytes)
{
    if (m_config.mode == stun::TransportMode::DATAGRAM)
    {
        HandleFrame(now, bytes);
        return;
    }
    m_framer.Push(bytes);
    while (const auto frame = m_framer.Next())
    {
        HandleFrame(now, *frame);
    }
    if (const auto error = m_framer.GetError())
    {
        Fail({"turn", "bad-framing", std::string(ToString(*error))});
    }
}

void
Client::HandleFrame(TimePoint now, ByteView frame)
{
    if (m_state == State::IDLE || m_state == State::DONE)
    {
        ++m_discarded;
        return;
    }
    if (!frame.IsEmpty() && frame[0] >= FIRST_CHANNEL >> 8)
    {
        HandleChannelData(frame);
        return;
    }
    const auto message = Message::Parse(frame);
    if (!message)
    {
        ++m_discarded;
        return;
    }
    switch (message->GetClass())
    {
    case MessageClass::SUCCESS:
    case MessageClass::ERROR:
        HandleResponse(now, *message);
        return;
    case MessageClass::INDICATION:
        HandleIndication(*message);
        return;
    case MessageClass::REQUEST:
        ++m_discarded;
        return;
    }
}

void
Client::HandleChannelData(ByteView frame)
{
    const auto parsed = ChannelData::Parse(frame);
    // RFC 8656 12: "the client SHOULD be prepared to receive ChannelData messages on the channel from the server as soon
    // as it has sent the ChannelBind request", so this does not ask whether the channel is confirmed.
    const auto bound = std::find_if(m_peers.begin(),
                                    m_peers.end(),
                                    [&parsed](const Peer& candidate)
                                    { return parsed && candidate.channel == parsed->channel; });
    if (bound == m_peers.end())
    {
        ++m_discarded;
        return;
    }
    Deliver(bound->endpoint, parsed->data);
}

void
Client::HandleIndication(const Message& indication)
{
    if (!indication.FindUnknownRequired().empty())
    {
        ++m_discarded;
    }
    else if (indication.GetMethod() == Method::DATA && HasChannels())
    {
        HandleDataIndication(indication);
    }
    else if (indication.GetMethod() == Method::CONNECTION_ATTEMPT && !HasChannels())
    {
        HandleConnectionAttempt(indication);
    }
    else
    {
        ++m_discarded;
    }
}

bool
Client::IsPermitted(const IpAddress& peer) const
{
    return std::any_of(m_peers.begin(),
                       m_peers.end(),
                       [&peer](const Peer& candidate)
                       { return candidate.endpoint.address == peer; });
}

void
Client::HandleConnectionAttempt(const Message& indication)
{
    const auto peer = indication.GetXorAddress(attribute::XOR_PEER_ADDRESS);
    const auto connection = indication.GetU32(attribute::CONNECTION_ID);
    // RFC 6062 4.4: one that is not answered by a ConnectionBind ends by itself.
    if (!peer || !connection || !IsPermitted(peer->address) || m_state != State::ALLOCATED)
    {
        ++m_discarded;
        return;
    }
    ClientEvent event{ClientEvent::Type::CONNECTION_ATTEMPT};
    event.peer = *peer;
    event.connection = *connection;
    m_events.Push(std::move(event));
}

void
Client::HandleDataIndication(const Message& indication)
{
    const auto peer = indication.GetXorAddress(attribute::XOR_PEER_ADDRESS);
    const auto data = indication.Find(attribute::DATA);
    // RFC 8656 11.4: "The client SHOULD also check that the XOR-PEER-ADDRESS attribute value contains an IP address with
    // which the client believes there is an active permission and discard the Data indication otherwise."
    if (!peer || !IsPermitted(peer->address) || !data)
    {
        ++m_discarded;
        return;
    }
    Deliver(*peer, *data);
}

void
Client::Deliver(const Endpoint& peer, ByteView data)
{
    ClientEvent& event = m_events.Push();
    event.type = ClientEvent::Type::DATA;
    event.peer = peer;
    event.data = data.ToBytes();
}

void
Client::HandleLowerFailed(TimePoint /* now */, const StreamFailure& failure)
{
    Fail(failure);
}

void
Client::HandleTimeout(TimePoint now)
{
    for (Pending& pending : m_pending)
    {
        switch (pending.transaction.HandleTimeout(now))
        {
        case stun::Transaction::Action::NONE:
            break;
        case stun::Transaction::Action::RESEND:
            m_transmits.Push(pending.transaction.GetRequest());
            break;
        case stun::Transaction::Action::FAIL:
            // RFC 8489 9.2.5: "instead of signaling a timeout [...] signal that the integrity protection was violated"
            Fail({"turn",
                  pending.isIntegrityViolated ? "integrity-violated" : "timeout",
                  "no " + std::string(pending.isIntegrityViolated ? "authentic " : "") +
                      "answer to " + ToString(pending.method)});
            return; // Fail has emptied the list
        }
    }
    RefreshDue(now);
}

void
Client::RefreshDue(TimePoint now)
{
    if (m_state != State::ALLOCATED)
    {
        return;
    }
    if (m_refreshAllocation && *m_refreshAllocation <= now)
    {
        m_refreshAllocation.reset();
        Request(now, Method::REFRESH);
    }
    for (Peer& peer : m_peers)
    {
        RefreshPeer(now, peer);
    }
    if (m_keepAliveAt && *m_keepAliveAt <= now)
    {
        SendKeepAlive(now);
    }
}

void
Client::NoteSent(TimePoint now)
{
    if (m_config.keepAlive > Duration::zero())
    {
        m_keepAliveAt = now + m_config.keepAlive;
    }
}

void
Client::SendKeepAlive(TimePoint now)
{
    NoteSent(now);
    stun::Builder indication(
        Method::BINDING, MessageClass::INDICATION, stun::TransactionId::Draw(*m_random));
    if (m_config.hasFingerprint)
    {
        indication.AddFingerprint();
    }
    m_transmits.Push(indication.Finish());
}

void
Client::RefreshPeer(TimePoint now, Peer& peer)
{
    if (peer.refreshPermission <= now)
    {
        peer.refreshPermission = now + PERMISSION_REFRESH;
        Request(now, Method::CREATE_PERMISSION, peer.endpoint);
    }
    if (HasChannels() && peer.refreshChannel <= now)
    {
        peer.refreshChannel = now + CHANNEL_REFRESH;
        Request(now, Method::CHANNEL_BIND, peer.endpoint);
    }
}

void
Client::Fail(StreamFailure failure)
{
    if (m_state == State::DONE)
    {
        return;
    }
    // Whoever is leaving does not care any more.
    ClientEvent event{m_state == State::CLOSING ? ClientEvent::Type::CLOSED
                                                : ClientEvent::Type::FAILED};
    if (m_state != State::CLOSING)
    {
        event.failure = std::move(failure);
    }
    m_transmits.Clear();
    Finish(std::move(event));
}

void
Client::Finish(ClientEvent event)
{
    m_state = State::DONE;
    m_pending.clear();
    m_peers.clear();
    m_refreshAllocation.reset();
    m_keepAliveAt.reset();
    m_events.Push(std::move(event));
}

Client::Peer*
Client::FindPeer(const Endpoint& endpoint)
{
    const auto found =
        std::find_if(m_peers.begin(),
                     m_peers.end(),
                     [&endpoint](const Peer& candidate) { return candidate.endpoint == endpoint; });
    return found == m_peers.end() ? nullptr : &*found;
}

std::optional<Bytes>
Client::PollTransmit()
{
    return m_transmits.Pop();
}

std::optional<ClientEvent>
Client::PollEvent()
{
    return m_events.Pop();
}

std::optional<TimePoint>
Client::NextTimeout() const
{
    std::optional<TimePoint> next = m_refreshAllocation;
    if (m_state == State::ALLOCATED)
    {
        next = Earlier(next, m_keepAliveAt);
    }
    for (const Pending& pending : m_pending)
    {
        next = Earlier(next, pending.transaction.NextTimeout());
    }
    for (const Peer& peer : m_peers)
    {
        next = Earlier(next, peer.refreshPermission);
        if (HasChannels())
        {
            next = Earlier(next, peer.refreshChannel);
        }
    }
    return next;
}

SessionCredentials
Client::GetCredentials() const
{
    return {m_config.username, m_realm, m_nonce, m_key};
}

bool
Client::IsAllocated() const
{
    return m_state == State::ALLOCATED;
}

} // namespace turn
} // namespace imsfw
