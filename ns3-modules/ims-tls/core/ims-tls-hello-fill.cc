// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// A ClientHello as large as its context wants it.
#include "ims-tls-byte-pipe.h"
#include "ims-tls-openssl.h"
#include "ims-tls-session.h"

#include <openssl/err.h>

namespace imsfw::tls
{

namespace
{

/// RFC 8447 7: extension types of private use begin at 65282. A fixed one, as a new group's code point would be.
constexpr unsigned FILL_EXTENSION = 65300;
constexpr std::size_t EXTENSION_HEADER = 4;

} // namespace

void
TlsSession::InstallHelloFill(const Context& context)
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
    const Bytes& fill = static_cast<const TlsSession*>(Of(ssl))->m_helloFill;
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
    ApplyPeerRules(trial.get());
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
