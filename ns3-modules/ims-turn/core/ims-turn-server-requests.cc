// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// What the TURN server does about authenticated requests (RFC 8656 7.2, 8.2, 10.2, 12.2).
#include "ims-turn-channel-data.h"
#include "ims-turn-server.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace imsfw
{
namespace turn
{

using stun::Builder;
using stun::Message;
using stun::MessageClass;
using stun::Method;
namespace attribute = stun::attribute;
namespace error = stun::error;

namespace
{

constexpr uint16_t NO_ERROR = 0;
constexpr uint8_t FAMILY_V4 = 0x01;
constexpr uint8_t FAMILY_V6 = 0x02;

/// A user with a password is still not given any amount of memory: beyond this (and what one message can add) comes 508.
constexpr std::size_t MAX_PERMISSIONS = 4096;

uint32_t
SecondsOf(Duration lifetime)
{
    return static_cast<uint32_t>(
        std::chrono::duration_cast<std::chrono::seconds>(lifetime).count());
}

uint8_t
FamilyOf(const IpAddress& address)
{
    return address.IsV4() ? FAMILY_V4 : FAMILY_V6;
}

/// RFC 8656 18.6, 18.11: one byte and three reserved ones; nothing where absent or of another size.
std::optional<uint8_t>
FirstByteOf(const Message& message, uint16_t type)
{
    const auto value = message.GetU32(type);
    return value ? std::optional(static_cast<uint8_t>(*value >> 24)) : std::nullopt;
}

bool
IsMalformed(const Message& request, uint16_t type)
{
    return request.Has(type) && !request.GetU32(type);
}

/// RFC 8656 18.7: the first bit asks for the next port too, to be kept for another allocation.
bool
WantsReservation(const Message& request)
{
    const auto value = request.Find(attribute::EVEN_PORT);
    return value && !value->IsEmpty() && ((*value)[0] & 0x80) != 0;
}

/// RFC 8656 7.2, steps 3 and 5 to 9: whether the request makes sense at all.
uint16_t
CheckAllocateAttributes(const Message& request, uint8_t family)
{
    constexpr uint8_t UDP = 17;
    const bool hasFamily = request.Has(attribute::REQUESTED_ADDRESS_FAMILY);
    const bool hasAnotherFamily = request.Has(attribute::ADDITIONAL_ADDRESS_FAMILY);
    const auto transport = FirstByteOf(request, attribute::REQUESTED_TRANSPORT);
    if (!transport || IsMalformed(request, attribute::LIFETIME) ||
        IsMalformed(request, attribute::REQUESTED_ADDRESS_FAMILY))
    {
        return error::BAD_REQUEST;
    }
    if (*transport != UDP)
    {
        return error::UNSUPPORTED_TRANSPORT;
    }
    if (request.Has(attribute::RESERVATION_TOKEN))
    {
        // No token was ever given out, so none is valid.
        return request.Has(attribute::EVEN_PORT) || hasFamily || hasAnotherFamily
                   ? error::BAD_REQUEST
                   : error::INSUFFICIENT_CAPACITY;
    }
    if (hasFamily && hasAnotherFamily)
    {
        return error::BAD_REQUEST;
    }
    if (FirstByteOf(request, attribute::REQUESTED_ADDRESS_FAMILY).value_or(FAMILY_V4) != family)
    {
        return error::ADDRESS_FAMILY_NOT_SUPPORTED;
    }
    if (WantsReservation(request))
    {
        return hasAnotherFamily ? error::BAD_REQUEST : error::INSUFFICIENT_CAPACITY;
    }
    if (hasAnotherFamily && FirstByteOf(request, attribute::ADDITIONAL_ADDRESS_FAMILY) != FAMILY_V6)
    {
        return error::BAD_REQUEST;
    }
    return NO_ERROR;
}

} // namespace

void
Server::Dispatch(const Request& request)
{
    if (!request.message.FindUnknownRequired().empty())
    {
        Refuse(request, error::UNKNOWN_ATTRIBUTE);
        return;
    }
    const Method method = request.message.GetMethod();
    if (method == Method::ALLOCATE)
    {
        Allocate(request);
        return;
    }
    // RFC 8656 5: what is not Allocate needs an allocation, and the credentials that made it.
    const Allocation* allocation = m_table.Find(request.client);
    if (!allocation)
    {
        Refuse(request, error::ALLOCATION_MISMATCH);
    }
    else if (allocation->user != request.credentials.user)
    {
        Refuse(request, error::WRONG_CREDENTIALS);
    }
    else if (method == Method::REFRESH)
    {
        Refresh(request, *allocation);
    }
    else if (method == Method::CREATE_PERMISSION)
    {
        CreatePermission(request, *allocation);
    }
    else
    {
        ChannelBind(request, *allocation);
    }
}

void
Server::Allocate(const Request& request)
{
    const Allocation* existing = m_table.Find(request.client);
    if (existing && existing->createdBy == request.message.GetId())
    {
        // RFC 8656 7.2: a retransmitted request; "the server can stop parsing the request and immediately generate a
        // success response"
        AnswerAllocated(request, *existing);
        return;
    }
    if (const uint16_t code = CheckAllocate(request))
    {
        Refuse(request, code);
        return;
    }
    Allocation fresh;
    fresh.client = request.client;
    fresh.user = request.credentials.user;
    fresh.relayed.address = m_config.relayAddress;
    fresh.mapped = request.client.remote;
    fresh.createdBy = request.message.GetId();
    const TimePoint end = request.now + ChooseLifetime(request.message);
    const Allocation* created =
        m_table.Create(std::move(fresh), request.message.Has(attribute::EVEN_PORT), end, *m_random);
    if (!created)
    {
        Refuse(request, error::INSUFFICIENT_CAPACITY);
        return;
    }
    ServerCommand open{ServerCommand::Type::OPEN_RELAY};
    open.relayPort = created->relayed.port;
    m_commands.Push(std::move(open));
    ServerEvent event{ServerEvent::Type::ALLOCATION_CREATED};
    event.client = created->client;
    event.user = created->user;
    event.relayed = created->relayed;
    m_events.Push(std::move(event));
    AnswerAllocated(request, *created);
}

uint16_t
Server::CheckAllocate(const Request& request) const
{
    if (m_table.Find(request.client))
    {
        return error::ALLOCATION_MISMATCH;
    }
    if (const uint16_t code =
            CheckAllocateAttributes(request.message, FamilyOf(m_config.relayAddress)))
    {
        return code;
    }
    const bool isOverQuota =
        m_config.userQuota != 0 && m_table.CountOf(request.credentials.user) >= m_config.userQuota;
    return isOverQuota ? error::ALLOCATION_QUOTA_REACHED : NO_ERROR;
}

void
Server::AnswerAllocated(const Request& request, const Allocation& allocation)
{
    Builder response(Method::ALLOCATE, MessageClass::SUCCESS, request.message.GetId());
    response.AddXorAddress(attribute::XOR_RELAYED_ADDRESS, allocation.relayed)
        .AddU32(attribute::LIFETIME, SecondsOf(m_table.GetEnd(allocation) - request.now))
        .AddXorAddress(attribute::XOR_MAPPED_ADDRESS, allocation.mapped);
    if (request.message.Has(attribute::ADDITIONAL_ADDRESS_FAMILY))
    {
        // RFC 8656 7.2, step 9, 18.12: one family was allocated; this is why the other was not.
        ByteWriter value;
        value.U8(FAMILY_V6);
        value.U8(0);
        value.U8(error::ADDRESS_FAMILY_NOT_SUPPORTED / 100);
        value.U8(error::ADDRESS_FAMILY_NOT_SUPPORTED % 100);
        value.Put(ByteView(stun::ReasonPhrase(error::ADDRESS_FAMILY_NOT_SUPPORTED)));
        response.Add(attribute::ADDRESS_ERROR_CODE, value.Written());
    }
    Answer(request, response);
}

void
Server::Refresh(const Request& request, const Allocation& allocation)
{
    const Message& message = request.message;
    if (IsMalformed(message, attribute::LIFETIME) ||
        IsMalformed(message, attribute::REQUESTED_ADDRESS_FAMILY))
    {
        Refuse(request, error::BAD_REQUEST);
        return;
    }
    const uint8_t family = FamilyOf(allocation.relayed.address);
    if (FirstByteOf(message, attribute::REQUESTED_ADDRESS_FAMILY).value_or(family) != family)
    {
        Refuse(request, error::PEER_ADDRESS_FAMILY_MISMATCH);
        return;
    }
    const bool isLast = message.GetU32(attribute::LIFETIME) == 0U;
    const Duration lifetime = isLast ? Duration(0) : ChooseLifetime(message);
    Builder response(Method::REFRESH, MessageClass::SUCCESS, message.GetId());
    response.AddU32(attribute::LIFETIME, SecondsOf(lifetime));
    Answer(request, response);
    if (isLast)
    {
        Delete(allocation, "released");
        return;
    }
    m_table.SetEnd(allocation, request.now + lifetime);
}

Duration
Server::ChooseLifetime(const Message& request) const
{
    // RFC 8656 7.2: the smaller of what is asked and what is allowed, but not less than the default
    const Duration asked = std::chrono::seconds(request.GetU32(attribute::LIFETIME).value_or(0));
    return std::max(m_config.defaultLifetime, std::min(asked, m_config.maxLifetime));
}

uint16_t
Server::CheckPeer(const Allocation& allocation, const IpAddress& peer) const
{
    if (peer.IsV4() != allocation.relayed.address.IsV4())
    {
        return error::PEER_ADDRESS_FAMILY_MISMATCH;
    }
    const bool isDenied =
        std::any_of(m_config.deniedPeers.begin(),
                    m_config.deniedPeers.end(),
                    [&peer](const IpPrefix& range) { return range.Contains(peer); });
    if (isDenied)
    {
        return error::FORBIDDEN;
    }
    const bool isFull =
        !allocation.IsPermitted(peer) && allocation.permissions.size() >= MAX_PERMISSIONS;
    return isFull ? error::INSUFFICIENT_CAPACITY : NO_ERROR;
}

void
Server::CreatePermission(const Request& request, const Allocation& allocation)
{
    const auto peers = request.message.GetXorAddresses(attribute::XOR_PEER_ADDRESS);
    if (peers.empty() || peers.size() != request.message.Count(attribute::XOR_PEER_ADDRESS))
    {
        Refuse(request, error::BAD_REQUEST);
        return;
    }
    // All or none: the response has one code for all of them.
    uint16_t code = NO_ERROR;
    for (auto peer = peers.begin(); peer != peers.end() && code == NO_ERROR; ++peer)
    {
        code = CheckPeer(allocation, peer->address);
    }
    if (code != NO_ERROR)
    {
        Refuse(request, code);
        return;
    }
    for (const Endpoint& peer : peers)
    {
        m_table.SetPermission(allocation, peer.address, request.now + m_config.permissionLifetime);
    }
    Builder response(Method::CREATE_PERMISSION, MessageClass::SUCCESS, request.message.GetId());
    Answer(request, response);
}

void
Server::ChannelBind(const Request& request, const Allocation& allocation)
{
    const auto channel = request.message.GetChannelNumber();
    const auto peer = request.message.GetXorAddress(attribute::XOR_PEER_ADDRESS);
    if (!channel || !peer || !IsChannel(*channel) ||
        allocation.FindPeer(*channel).value_or(*peer) != *peer ||
        allocation.FindChannel(*peer).value_or(*channel) != *channel)
    {
        Refuse(request, error::BAD_REQUEST);
        return;
    }
    if (const uint16_t code = CheckPeer(allocation, peer->address))
    {
        Refuse(request, code);
        return;
    }
    m_table.SetChannel(allocation, *channel, *peer, request.now + m_config.channelLifetime);
    // RFC 8656 12.2: "The server also installs or refreshes a permission"
    m_table.SetPermission(allocation, peer->address, request.now + m_config.permissionLifetime);
    Builder response(Method::CHANNEL_BIND, MessageClass::SUCCESS, request.message.GetId());
    Answer(request, response);
}

} // namespace turn
} // namespace imsfw
