// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// How the TURN server makes, refreshes and ends allocations (RFC 8656 7.2, 8.2; RFC 6062 5.1).
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

/// RFC 8656 7.2: how long the port above is kept at least.
constexpr Duration RESERVATION_TIME = std::chrono::seconds(30);

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

IpProtocol
ProtocolOf(const Message& request)
{
    return static_cast<IpProtocol>(
        FirstByteOf(request, attribute::REQUESTED_TRANSPORT).value_or(0));
}

/// RFC 8656 18.7: the first bit asks for the next port too, to be kept for another allocation.
bool
WantsReservation(const Message& request)
{
    const auto value = request.Find(attribute::EVEN_PORT);
    return value && !value->IsEmpty() && ((*value)[0] & 0x80) != 0;
}

/// RFC 8656 7.2: an ADDITIONAL-ADDRESS-FAMILY other than IPv6, or one beside what it does not go with.
bool
IsBadAdditionalFamily(const Message& request)
{
    return request.Has(attribute::ADDITIONAL_ADDRESS_FAMILY) &&
           (request.Has(attribute::REQUESTED_ADDRESS_FAMILY) || WantsReservation(request) ||
            FirstByteOf(request, attribute::ADDITIONAL_ADDRESS_FAMILY) != FAMILY_V6);
}

/// RFC 8656 7.2, steps 3 and 5 to 9: whether the request makes sense at all.
bool
IsBadAllocate(const Message& request)
{
    const bool hasToken = request.Has(attribute::RESERVATION_TOKEN);
    if (!FirstByteOf(request, attribute::REQUESTED_TRANSPORT) ||
        IsMalformed(request, attribute::LIFETIME) ||
        IsMalformed(request, attribute::REQUESTED_ADDRESS_FAMILY) ||
        (hasToken && !request.GetU64(attribute::RESERVATION_TOKEN)))
    {
        return true;
    }
    if (hasToken &&
        (request.Has(attribute::EVEN_PORT) || request.Has(attribute::REQUESTED_ADDRESS_FAMILY) ||
         request.Has(attribute::ADDITIONAL_ADDRESS_FAMILY)))
    {
        return true;
    }
    return IsBadAdditionalFamily(request);
}

/// RFC 6062 5.1: what makes no sense over TCP, or with a stream of data for each peer.
bool
IsBadTcpAllocate(const ClientId& client, const Message& request)
{
    return !client.IsStream() || request.Has(attribute::EVEN_PORT) ||
           request.Has(attribute::DONT_FRAGMENT) || request.Has(attribute::RESERVATION_TOKEN);
}

} // namespace

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
    std::optional<uint64_t> reservation;
    const auto port = TakePort(request, reservation);
    if (!port)
    {
        Refuse(request, error::INSUFFICIENT_CAPACITY);
        return;
    }
    Allocation fresh;
    fresh.client = request.client;
    fresh.user = request.credentials.user;
    fresh.relayed = {*ChooseRelayAddress(request.message), *port};
    fresh.protocol = ProtocolOf(request.message);
    fresh.reservation = reservation;
    fresh.mapped = request.client.remote;
    fresh.createdBy = request.message.GetId();
    const Allocation& created =
        m_table.Create(std::move(fresh), request.now + ChooseLifetime(request.message));
    OpenRelay(created);
    AnswerAllocated(request, created);
}

void
Server::OpenRelay(const Allocation& created)
{
    ServerCommand open{ServerCommand::Type::OPEN_RELAY};
    open.relayPort = created.relayed.port;
    open.relayAddress = created.relayed.address;
    open.protocol = created.protocol;
    m_commands.Push(std::move(open));
    ServerEvent event{ServerEvent::Type::ALLOCATION_CREATED};
    event.client = created.client;
    event.user = created.user;
    event.relayed = created.relayed;
    m_events.Push(std::move(event));
}

std::optional<uint16_t>
Server::TakePort(const Request& request, std::optional<uint64_t>& reservation)
{
    const Message& message = request.message;
    if (const auto token = message.GetU64(attribute::RESERVATION_TOKEN))
    {
        return m_reservations.Take(*token);
    }
    if (!WantsReservation(message))
    {
        return message.Has(attribute::EVEN_PORT) ? m_table.GetPorts().TakeEven(*m_random)
                                                 : m_table.GetPorts().Take(*m_random);
    }
    const auto even = m_table.GetPorts().TakePair(*m_random);
    if (even)
    {
        reservation = m_reservations.Add(
            static_cast<uint16_t>(*even + 1), request.now + RESERVATION_TIME, *m_random);
    }
    return even;
}

std::optional<IpAddress>
Server::ChooseRelayAddress(const Message& request) const
{
    // RFC 8656 7.2: without a wish, IPv4.
    const uint8_t family =
        FirstByteOf(request, attribute::REQUESTED_ADDRESS_FAMILY).value_or(FAMILY_V4);
    if (FamilyOf(m_config.relayAddress) == family)
    {
        return m_config.relayAddress;
    }
    const auto& other = m_config.otherRelayAddress;
    return other && FamilyOf(*other) == family ? other : std::nullopt;
}

uint16_t
Server::CheckAllocate(const Request& request) const
{
    if (m_table.Find(request.client))
    {
        return error::ALLOCATION_MISMATCH;
    }
    const uint16_t code = CheckWishes(request.client, request.message);
    if (code != NO_ERROR)
    {
        return code;
    }
    if (m_config.redirection && m_table.GetSize() >= m_config.redirection->from)
    {
        return error::TRY_ALTERNATE;
    }
    const bool isOverQuota =
        m_config.userQuota != 0 && m_table.CountOf(request.credentials.user) >= m_config.userQuota;
    return isOverQuota ? error::ALLOCATION_QUOTA_REACHED : NO_ERROR;
}

uint16_t
Server::CheckWishes(const ClientId& client, const Message& request) const
{
    if (IsBadAllocate(request))
    {
        return error::BAD_REQUEST;
    }
    const IpProtocol protocol = ProtocolOf(request);
    const bool isTcp = protocol == IpProtocol::TCP && m_config.hasTcpAllocations;
    if (protocol != IpProtocol::UDP && !isTcp)
    {
        return error::UNSUPPORTED_TRANSPORT;
    }
    if (isTcp && IsBadTcpAllocate(client, request))
    {
        return error::BAD_REQUEST;
    }
    if (!ChooseRelayAddress(request))
    {
        return error::ADDRESS_FAMILY_NOT_SUPPORTED;
    }
    const auto token = request.GetU64(attribute::RESERVATION_TOKEN);
    return token && !m_reservations.Has(*token) ? error::INSUFFICIENT_CAPACITY : NO_ERROR;
}

void
Server::AnswerAllocated(const Request& request, const Allocation& allocation)
{
    Builder response(Method::ALLOCATE, MessageClass::SUCCESS, request.message.GetId());
    response.AddXorAddress(attribute::XOR_RELAYED_ADDRESS, allocation.relayed)
        .AddU32(attribute::LIFETIME, SecondsOf(m_table.GetEnd(allocation) - request.now))
        .AddXorAddress(attribute::XOR_MAPPED_ADDRESS, allocation.mapped);
    if (allocation.reservation)
    {
        response.AddU64(attribute::RESERVATION_TOKEN, *allocation.reservation);
    }
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

} // namespace turn
} // namespace imsfw
