// SPDX-License-Identifier: GPL-2.0-only
#include "ims-tls-work-meter.h"

#include "ims-tls-key-shares.h"

#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <algorithm>
#include <utility>

namespace imsfw::tls
{

namespace
{

enum MessageType : uint8_t
{
    CLIENT_HELLO = 1,
    SERVER_HELLO = 2,
    CERTIFICATE = 11,
    SERVER_KEY_EXCHANGE = 12,
    CERTIFICATE_VERIFY = 15,
    CLIENT_KEY_EXCHANGE = 16,
};

constexpr std::size_t TLS_MESSAGE_HEADER = 4;   // RFC 8446 4: type and length
constexpr std::size_t DTLS_MESSAGE_HEADER = 12; // RFC 6347 4.2.2: sequence number and fragment, too
constexpr std::size_t MESSAGE_SEQUENCE = 4;     // where it stands in that

std::size_t
MessageHeaderOf(const SSL* ssl)
{
    return SSL_is_dtls(ssl) == 1 ? DTLS_MESSAGE_HEADER : TLS_MESSAGE_HEADER;
}

const SSL_CIPHER*
NegotiatedBy(const SSL* ssl)
{
    const SSL_CIPHER* current = SSL_get_current_cipher(ssl);
    return current != nullptr ? current : SSL_get_pending_cipher(ssl);
}

std::string
KeyOfCertificate(const X509* certificate)
{
    return KeyName(X509_get0_pubkey(certificate));
}

} // namespace

WorkMeter::WorkMeter(const SSL* ssl) : m_ssl(ssl)
{
    Add("session");
}

WorkList
WorkMeter::Take()
{
    if (std::exchange(m_hasChain, false))
    {
        AddChain(); // now that OpenSSL has built and judged it
    }
    return std::exchange(m_work, {});
}

void
WorkMeter::Note(bool isWritten, int type, ByteView bytes)
{
    if (type == SSL3_RT_HEADER)
    {
        HandleHeader(isWritten, bytes);
    }
    else if (type == SSL3_RT_HANDSHAKE && bytes.Size() >= MessageHeaderOf(m_ssl) &&
             !(isWritten && IsRepeated(bytes)))
    {
        HandleMessage(isWritten, bytes);
    }
}

bool
WorkMeter::IsRepeated(ByteView message)
{
    if (SSL_is_dtls(m_ssl) != 1)
    {
        return false;
    }
    ByteReader reader(message.Sub(MESSAGE_SEQUENCE));
    const uint32_t sequence = reader.U16().value_or(0);
    const bool isRepeated = sequence < m_nextSequence;
    m_nextSequence = std::max(m_nextSequence, sequence + 1);
    return isRepeated;
}

void
WorkMeter::HandleHeader(bool isWritten, ByteView header)
{
    ByteReader reader(header);
    const auto type = reader.U8();
    reader.U16(); // legacy version
    const bool isDtls = SSL_is_dtls(m_ssl) == 1;
    const uint16_t epoch = isDtls ? reader.U16().value_or(0) : 0;
    if (isDtls)
    {
        reader.U16(); // RFC 6347 4.1: a sequence number of six bytes
        reader.U32();
    }
    const auto length = reader.U16();
    if (!type || !length)
    {
        return;
    }
    bool& hasChanged = m_hasChanged[isWritten ? 1 : 0];
    const bool isProtected = isDtls ? epoch > 0 : hasChanged;
    // In TLS 1.3 all that is protected says that it is application data; ChangeCipherSpec means nothing (RFC 8446 5).
    const bool isTls13 = SSL_version(m_ssl) == TLS1_3_VERSION;
    const SSL_CIPHER* cipher = NegotiatedBy(m_ssl);
    if (cipher != nullptr && (*type == SSL3_RT_APPLICATION_DATA || (isProtected && !isTls13)))
    {
        Add((isWritten ? "seal/" : "open/") + CipherOf(SSL_CIPHER_standard_name(cipher)), *length);
    }
    hasChanged = hasChanged || *type == SSL3_RT_CHANGE_CIPHER_SPEC;
}

void
WorkMeter::HandleMessage(bool isWritten, ByteView message)
{
    Add(IsServer() ? "message/server" : "message/client", message.Size());
    const ByteView body = message.Sub(MessageHeaderOf(m_ssl));
    switch (message[0])
    {
    case CLIENT_HELLO:
        HandleHello(isWritten, false, body);
        return;
    case SERVER_HELLO:
        HandleHello(isWritten, true, body);
        return;
    case CERTIFICATE:
        m_hasChain = m_hasChain || !isWritten;
        return;
    case SERVER_KEY_EXCHANGE:
        HandleServerKeyExchange(isWritten, body);
        return;
    case CERTIFICATE_VERIFY:
        Add((isWritten ? "sign/" : "verify/") + SignerOf(isWritten));
        return;
    case CLIENT_KEY_EXCHANGE:
        HandleClientKeyExchange(isWritten);
        return;
    }
    // The others cost what every message costs.
}

/// Key shares of TLS 1.3 (RFC 8446 4.2.8): the client makes some, the server one, and both compute the secret.
void
WorkMeter::HandleHello(bool isWritten, bool isOfServer, ByteView body)
{
    if (isOfServer && ChoosesTls13(body))
    {
        Add(IsServer() ? "schedule/server" : "schedule/client");
    }
    for (const uint16_t group : isOfServer ? ServerShare(body) : ClientShares(body))
    {
        if (isWritten)
        {
            Add("keygen/" + GroupName(group));
        }
        if (isOfServer)
        {
            Add("derive/" + GroupName(group));
        }
    }
}

void
WorkMeter::HandleServerKeyExchange(bool isWritten, ByteView body)
{
    const SSL_CIPHER* cipher = NegotiatedBy(m_ssl);
    if (cipher == nullptr)
    {
        return;
    }
    const bool isElliptic = SSL_CIPHER_get_kx_nid(cipher) == NID_kx_ecdhe;
    m_group = isElliptic ? CurveOf(body) : FiniteFieldOf(body);
    if (isWritten)
    {
        Add("keygen/" + m_group);
    }
    if (SSL_CIPHER_get_auth_nid(cipher) != NID_auth_null)
    {
        Add((isWritten ? "sign/" : "verify/") + SignerOf(isWritten));
    }
}

void
WorkMeter::HandleClientKeyExchange(bool isWritten)
{
    const SSL_CIPHER* cipher = NegotiatedBy(m_ssl);
    if (cipher != nullptr && SSL_CIPHER_get_kx_nid(cipher) == NID_kx_rsa)
    {
        // The client encrypts to the server's key, whichever end this is.
        Add((isWritten ? "encrypt/" : "decrypt/") + SignerOf(IsServer()));
        return;
    }
    if (isWritten)
    {
        Add("keygen/" + m_group);
    }
    Add("derive/" + m_group);
}

void
WorkMeter::AddChain()
{
    const STACK_OF(X509)* chain = SSL_get0_verified_chain(m_ssl);
    // Each but the last, the trust anchor, was verified by the key of the next (RFC 5280 6.1).
    for (int i = 0; i + 1 < sk_X509_num(chain); ++i)
    {
        Add("certificate/" + KeyOfCertificate(sk_X509_value(chain, i + 1)));
    }
}

void
WorkMeter::Add(const std::string& operation, uint64_t bytes)
{
    AddWork(m_work, operation, 1, bytes);
}

bool
WorkMeter::IsServer() const
{
    return SSL_is_server(m_ssl) == 1;
}

std::string
WorkMeter::SignerOf(bool isWritten) const
{
    if (isWritten)
    {
        return KeyName(SSL_get_privatekey(m_ssl));
    }
    const X509* peer = SSL_get0_peer_certificate(m_ssl);
    return peer == nullptr ? "unknown" : KeyOfCertificate(peer);
}

} // namespace imsfw::tls
