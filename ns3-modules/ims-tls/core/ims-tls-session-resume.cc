// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Resumption: what a client remembers of its servers, and a server of its clients.
#include "ims-tls-openssl.h"
#include "ims-tls-session-core.h"

#include <ctime>

namespace imsfw::tls
{

namespace
{

using SslSessionPtr = std::unique_ptr<SSL_SESSION, Freer<SSL_SESSION_free>>;

/// OpenSSL resumes a session with a client certificate only in the context that it was made in.
constexpr unsigned char SESSION_CONTEXT[] = {'i', 'm', 's', 'f', 'w'};

SslSessionPtr
FromDer(const Bytes& der)
{
    const unsigned char* next = der.data();
    return SslSessionPtr(d2i_SSL_SESSION(nullptr, &next, static_cast<long>(der.size())));
}

std::string
IdOf(const SSL_SESSION* session)
{
    unsigned size = 0;
    const unsigned char* id = SSL_SESSION_get_id(session, &size);
    return std::string(reinterpret_cast<const char*>(id), size);
}

bool
IsTls13(const SSL_SESSION* session)
{
    return SSL_SESSION_get_protocol_version(session) == TLS1_3_VERSION;
}

} // namespace

void
SessionCore::InstallClientResumption(const Context& context)
{
    SSL_CTX_set_session_cache_mode(context.Get(),
                                   SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
    SSL_CTX_sess_set_new_cb(context.Get(), OnNewSession);
}

void
SessionCore::InstallServerResumption(const Context& context)
{
    SSL_CTX* ssl = context.Get();
    SSL_CTX_set_session_id_context(ssl, SESSION_CONTEXT, sizeof SESSION_CONTEXT);
    if (context.GetOptions().resumption == Resumption::TICKETS)
    {
        SSL_CTX_set_session_ticket_cb(ssl, OnTicket, OnTicketUse, nullptr);
        return;
    }
    SSL_CTX_set_options(ssl, SSL_OP_NO_TICKET);
    SSL_CTX_set_session_cache_mode(ssl, SSL_SESS_CACHE_SERVER | SSL_SESS_CACHE_NO_INTERNAL);
    SSL_CTX_sess_set_new_cb(ssl, OnNewSession);
    SSL_CTX_sess_set_get_cb(ssl, OnFindSession);
}

/// A session of TLS is none of DTLS, though both are with the same server.
std::string
SessionCore::StoreKey() const
{
    return (m_context->IsDatagram() ? "dtls/" : "") + m_serverName;
}

int
SessionCore::OnTicket(SSL* ssl, void*)
{
    // The ticket holds the session's creation time, which OpenSSL took from the real clock.
    SSL_SESSION_set_time(SSL_get_session(ssl), static_cast<long>(UnixTime(Of(ssl)->m_now)));
    return 1;
}

void
SessionCore::SetStore(std::shared_ptr<SessionStore> store)
{
    m_store = std::move(store);
}

int
SessionCore::OnTicketUse(
    SSL* ssl, SSL_SESSION* session, const unsigned char*, std::size_t, int status, void*)
{
    const bool isReadable = status == SSL_TICKET_SUCCESS || status == SSL_TICKET_SUCCESS_RENEW;
    const SessionCore* self = Of(ssl);
    const auto age = std::chrono::seconds(UnixTime(self->m_now) -
                                          static_cast<int64_t>(SSL_SESSION_get_time(session)));
    if (!isReadable || age >= self->m_context->GetOptions().sessionLifetime)
    {
        return SSL_TICKET_RETURN_IGNORE_RENEW;
    }
    return status == SSL_TICKET_SUCCESS ? SSL_TICKET_RETURN_USE : SSL_TICKET_RETURN_USE_RENEW;
}

int
SessionCore::OnNewSession(SSL* ssl, SSL_SESSION* session)
{
    SessionCore* self = Of(ssl);
    if (self->m_context->IsServer())
    {
        self->m_context->ServerSessions().Put(
            IdOf(session), ToDer(session, i2d_SSL_SESSION), self->m_now, IsTls13(session));
    }
    else if (self->m_store)
    {
        self->m_store->Put(
            self->StoreKey(), ToDer(session, i2d_SSL_SESSION), self->m_now, IsTls13(session));
    }
    return 0; // OpenSSL keeps the session for itself
}

SSL_SESSION*
SessionCore::OnFindSession(SSL* ssl, const unsigned char* id, int size, int* copy)
{
    *copy = 0; // it is the library's from here on
    const SessionCore* self = Of(ssl);
    const std::string name(reinterpret_cast<const char*>(id), static_cast<std::size_t>(size));
    const auto found = self->m_context->ServerSessions().Take(name, self->m_now);
    return found ? FromDer(*found).release() : nullptr;
}

void
SessionCore::OfferStoredSession()
{
    const auto stored = m_store ? m_store->Take(StoreKey(), m_now) : std::nullopt;
    if (!stored)
    {
        return;
    }
    if (const auto session = FromDer(*stored))
    {
        // OpenSSL tells the server a ticket's age by the real clock. Age 0 is what it finds on every machine and date.
        SSL_SESSION_set_time(session.get(), static_cast<long>(std::time(nullptr)));
        SSL_set_session(m_ssl, session.get());
    }
}

} // namespace imsfw::tls
