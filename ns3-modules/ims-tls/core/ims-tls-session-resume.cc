// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The parts of a session that make a ClientHello what its context wants: a session to resume, and its size.
#include "ims-tls-session.h"

#include "ims-tls-byte-pipe.h"
#include "ims-tls-openssl.h"

#include <openssl/err.h>

#include <ctime>

namespace imsfw::tls
{

namespace
{

using SslSessionPtr = std::unique_ptr<SSL_SESSION, Freer<SSL_SESSION_free>>;

/// RFC 8447 7: extension types of private use begin at 65282. A fixed one, as a new group's code point would be.
constexpr unsigned FILL_EXTENSION = 65300;
constexpr std::size_t EXTENSION_HEADER = 4;
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
TlsSession::InstallClientCallbacks(const Context& context)
{
    if (context.GetHelloSize() > 0)
    {
        SSL_CTX_add_custom_ext(context.Get(),
                               FILL_EXTENSION,
                               SSL_EXT_CLIENT_HELLO,
                               OnHelloFill,
                               nullptr,
                               nullptr,
                               nullptr,
                               nullptr);
    }
    if (context.GetOptions().resumption != Resumption::NONE)
    {
        SSL_CTX_set_session_cache_mode(context.Get(),
                                       SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
        SSL_CTX_sess_set_new_cb(context.Get(), OnNewSession);
    }
}

void
TlsSession::InstallServerCallbacks(const Context& context)
{
    SSL_CTX* ssl = context.Get();
    if (context.GetOptions().resumption != Resumption::NONE)
    {
        SSL_CTX_set_session_id_context(ssl, SESSION_CONTEXT, sizeof SESSION_CONTEXT);
    }
    switch (context.GetOptions().resumption)
    {
    case Resumption::NONE:
        return;
    case Resumption::TICKETS:
        SSL_CTX_set_session_ticket_cb(ssl, OnTicket, OnTicketUse, nullptr);
        return;
    case Resumption::IDS:
        SSL_CTX_set_options(ssl, SSL_OP_NO_TICKET);
        SSL_CTX_set_session_cache_mode(ssl, SSL_SESS_CACHE_SERVER | SSL_SESS_CACHE_NO_INTERNAL);
        SSL_CTX_sess_set_new_cb(ssl, OnNewSession);
        SSL_CTX_sess_set_get_cb(ssl, OnFindSession);
        return;
    }
}

void
TlsSession::SetStore(std::shared_ptr<SessionStore> store)
{
    m_store = std::move(store);
}

int
TlsSession::OnTicketUse(
    SSL* ssl, SSL_SESSION* session, const unsigned char*, std::size_t, int status, void*)
{
    const bool isReadable = status == SSL_TICKET_SUCCESS || status == SSL_TICKET_SUCCESS_RENEW;
    const TlsSession* self = Of(ssl);
    const auto age = std::chrono::seconds(UnixTime(self->m_now) -
                                          static_cast<int64_t>(SSL_SESSION_get_time(session)));
    if (!isReadable || age >= self->m_context->GetOptions().sessionLifetime)
    {
        return SSL_TICKET_RETURN_IGNORE_RENEW;
    }
    return status == SSL_TICKET_SUCCESS ? SSL_TICKET_RETURN_USE : SSL_TICKET_RETURN_USE_RENEW;
}

int
TlsSession::OnNewSession(SSL* ssl, SSL_SESSION* session)
{
    TlsSession* self = Of(ssl);
    if (self->m_context->IsServer())
    {
        self->m_context->ServerSessions().Put(
            IdOf(session), ToDer(session, i2d_SSL_SESSION), self->m_now, IsTls13(session));
    }
    else if (self->m_store)
    {
        self->m_store->Put(
            self->m_serverName, ToDer(session, i2d_SSL_SESSION), self->m_now, IsTls13(session));
    }
    return 0; // OpenSSL keeps the session for itself
}

SSL_SESSION*
TlsSession::OnFindSession(SSL* ssl, const unsigned char* id, int size, int* copy)
{
    *copy = 0; // it is the library's from here on
    const TlsSession* self = Of(ssl);
    const std::string name(reinterpret_cast<const char*>(id), static_cast<std::size_t>(size));
    const auto found = self->m_context->ServerSessions().Take(name, self->m_now);
    return found ? FromDer(*found).release() : nullptr;
}

void
TlsSession::OfferStoredSession()
{
    const auto stored = m_store ? m_store->Take(m_serverName, m_now) : std::nullopt;
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

int
TlsSession::OnHelloFill(SSL* ssl,
                        unsigned,
                        unsigned,
                        const unsigned char** out,
                        std::size_t* size,
                        X509*,
                        std::size_t,
                        int*,
                        void*)
{
    const Bytes& fill = Of(ssl)->m_helloFill;
    *out = fill.data();
    *size = fill.size();
    return fill.empty() ? 0 : 1;
}

std::size_t
TlsSession::MeasureHello() const
{
    SeededRandom random(1, 1, "hello-size"); // the connection's own draws stay as they are
    const RandomScope scope(random);
    const SslPtr trial(SSL_new(m_context->Get()));
    BIO* out = MakeBytePipe();
    SSL_set_bio(trial.get(), MakeBytePipe(), out);
    SSL_set_app_data(trial.get(), SSL_get_app_data(m_ssl));
    PrepareClient(trial.get());
    SSL_set_session(trial.get(), SSL_get_session(m_ssl));
    SSL_do_handshake(trial.get());
    ERR_clear_error();
    return BIO_ctrl_pending(out);
}

void
TlsSession::FillHello()
{
    const std::size_t wanted = m_context->GetHelloSize();
    const std::size_t has = wanted == 0 ? 0 : MeasureHello();
    if (has < wanted)
    {
        const std::size_t missing = wanted - has;
        Bytes fill(missing > EXTENSION_HEADER ? missing - EXTENSION_HEADER : 1);
        m_random.Fill(fill.data(), fill.size());
        m_helloFill = std::move(fill);
    }
}

} // namespace imsfw::tls
