// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// How the TURN server's responses look, with and without authentication (RFC 8489 6.3.1, 9.2.4).
#include "ims-turn-server.h"

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

void
Server::AnswerBinding(const ClientId& client, const Message& request)
{
    const auto unknown = request.FindUnknownRequired();
    const auto kind = unknown.empty() ? MessageClass::SUCCESS : MessageClass::ERROR;
    Builder response(Method::BINDING, kind, request.GetId());
    if (unknown.empty())
    {
        response.AddXorAddress(attribute::XOR_MAPPED_ADDRESS, client.remote);
    }
    else
    {
        response.AddError(error::UNKNOWN_ATTRIBUTE).AddUnknownAttributes(unknown);
    }
    if (request.Has(attribute::FINGERPRINT))
    {
        response.AddFingerprint();
    }
    SendTo(client, response.Finish());
}

void
Server::Challenge(TimePoint now, const ClientId& client, const Message& request, uint16_t code)
{
    Builder response(request.GetMethod(), MessageClass::ERROR, request.GetId());
    response.AddError(code);
    // RFC 8489 9.2.4: 401 and 438 say what to authenticate with, 400 does not.
    if (code != error::BAD_REQUEST)
    {
        response.AddText(attribute::REALM, m_authenticator.GetRealm());
        response.AddText(attribute::NONCE, m_authenticator.MakeNonce(now, client));
    }
    if (request.Has(attribute::FINGERPRINT))
    {
        response.AddFingerprint();
    }
    SendTo(client, response.Finish());
    // The first request has no credentials and a nonce ends some time: neither is a refusal.
    const bool isUsual = code == error::STALE_NONCE ||
                         (!request.GetIntegrityOffset() && !request.GetIntegritySha256Offset());
    if (request.GetMethod() == Method::ALLOCATE && !isUsual)
    {
        ServerEvent event{ServerEvent::Type::ALLOCATION_REFUSED};
        event.client = client;
        event.code = code;
        m_events.Push(std::move(event));
    }
}

void
Server::Refuse(const Request& request, uint16_t code)
{
    Builder response(request.message.GetMethod(), MessageClass::ERROR, request.message.GetId());
    response.AddError(code);
    if (code == error::UNKNOWN_ATTRIBUTE)
    {
        response.AddUnknownAttributes(request.message.FindUnknownRequired());
    }
    if (code == error::TRY_ALTERNATE && m_config.redirection)
    {
        response.AddAddress(attribute::ALTERNATE_SERVER, m_config.redirection->server);
    }
    Answer(request, response);
    if (request.message.GetMethod() == Method::ALLOCATE)
    {
        ServerEvent event{ServerEvent::Type::ALLOCATION_REFUSED};
        event.client = request.client;
        event.user = request.credentials.user;
        event.code = code;
        m_events.Push(std::move(event));
    }
}

void
Server::Answer(const Request& request, Builder& response)
{
    response.AddIntegrity(request.credentials.key);
    if (request.message.Has(attribute::FINGERPRINT))
    {
        response.AddFingerprint();
    }
    SendTo(request.client, response.Finish());
}

void
Server::SendTo(const ClientId& client, Bytes bytes)
{
    ServerCommand send{ServerCommand::Type::SEND_TO_CLIENT};
    send.client = client;
    send.data = std::move(bytes);
    m_commands.Push(std::move(send));
}

} // namespace turn
} // namespace imsfw
