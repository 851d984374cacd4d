// SPDX-License-Identifier: GPL-2.0-only
#include "openssl-floor.h"

#include <openssl/pem.h>
#include <openssl/ssl.h>

#include <vector>

namespace imsfw::bench
{

namespace
{

using BioPtr = std::unique_ptr<BIO, decltype(&BIO_free)>;
using SslPtr = std::unique_ptr<SSL, decltype(&SSL_free)>;

BioPtr
TextBio(const std::string& text)
{
    return {BIO_new_mem_buf(text.data(), static_cast<int>(text.size())), BIO_free};
}

/// Move all that @p from has to say to @p to.
void
Carry(SSL* from, SSL* to)
{
    char buffer[16384];
    int size = 0;
    while ((size = BIO_read(SSL_get_wbio(from), buffer, sizeof(buffer))) > 0)
    {
        BIO_write(SSL_get_rbio(to), buffer, size);
    }
}

SslPtr
MakeEnd(SSL_CTX* context, bool isServer)
{
    SslPtr end(SSL_new(context), SSL_free);
    SSL_set_bio(end.get(), BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
    isServer ? SSL_set_accept_state(end.get()) : SSL_set_connect_state(end.get());
    return end;
}

bool
Transfer(SSL* from, SSL* to, std::size_t size)
{
    const std::vector<char> data(size, 'x');
    std::vector<char> got(size);
    std::size_t read = 0;
    if (size == 0 || SSL_write(from, data.data(), static_cast<int>(size)) <= 0)
    {
        return size == 0;
    }
    Carry(from, to);
    while (read < size)
    {
        const int more = SSL_read(to, got.data() + read, static_cast<int>(size - read));
        if (more <= 0)
        {
            return false;
        }
        read += static_cast<std::size_t>(more);
    }
    return got == data;
}

} // namespace

OpensslFloor::OpensslFloor(const std::string& suite,
                           const std::string& certificate,
                           const std::string& key)
    : m_client(SSL_CTX_new(TLS_client_method()), SSL_CTX_free),
      m_server(SSL_CTX_new(TLS_server_method()), SSL_CTX_free)
{
    for (SSL_CTX* context : {m_client.get(), m_server.get()})
    {
        SSL_CTX_set_max_proto_version(context, TLS1_2_VERSION);
        SSL_CTX_set_cipher_list(context, (suite + ":@SECLEVEL=0").c_str());
    }
    const auto certificateBio = TextBio(certificate);
    X509* x509 = PEM_read_bio_X509(certificateBio.get(), nullptr, nullptr, nullptr);
    const auto keyBio = TextBio(key);
    EVP_PKEY* pkey = PEM_read_bio_PrivateKey(keyBio.get(), nullptr, nullptr, nullptr);
    SSL_CTX_use_certificate(m_server.get(), x509);
    SSL_CTX_use_PrivateKey(m_server.get(), pkey);
    X509_free(x509);
    EVP_PKEY_free(pkey);
}

bool
OpensslFloor::Connect(std::size_t sent, std::size_t received, unsigned messages) const
{
    const auto client = MakeEnd(m_client.get(), false);
    const auto server = MakeEnd(m_server.get(), true);
    for (int flight = 0; flight < 4; ++flight)
    {
        SSL_do_handshake(client.get());
        Carry(client.get(), server.get());
        SSL_do_handshake(server.get());
        Carry(server.get(), client.get());
    }
    bool isWhole =
        SSL_is_init_finished(client.get()) != 0 && SSL_is_init_finished(server.get()) != 0;
    for (unsigned i = 0; i < messages; ++i)
    {
        isWhole = Transfer(client.get(), server.get(), sent / messages) &&
                  Transfer(server.get(), client.get(), received / messages) && isWhole;
    }
    return isWhole;
}

} // namespace imsfw::bench
