// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// What the TURN server does about authenticated requests: whose they are, permissions, channels (RFC 8656 5, 10.2, 12.2).
#include "ims-turn-channel-data.h"
#include "ims-turn-server.h"

#include <algorithm>
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

/// A user with a password is still not given any amount of memory: beyond this (and what one message can add) comes 508.
constexpr std::size_t MAX_PERMISSIONS = 4096;

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
    if (method == Method::CONNECTION_BIND)
    {
        BindConnection(request); // on a stream of its own, which has no allocation
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
    else if (method == Method::CONNECT)
    {
        Connect(request, *allocation);
    }
    else
    {
        ChannelBind(request, *allocation);
    }
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
    // RFC 6062 4: a TCP allocation has connections in the place of channels.
    if (allocation.protocol != IpProtocol::UDP || !channel || !peer ||
        !IsChannel(*channel, m_config.lastChannel) ||
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
