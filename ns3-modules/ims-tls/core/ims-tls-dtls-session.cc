// SPDX-License-Identifier: GPL-2.0-only
#include "ims-tls-dtls-session.h"

#include "ims-tls-openssl.h"

#include <openssl/err.h>

#include <algorithm>

namespace imsfw::tls
{

namespace
{

using std::chrono::microseconds;

// RFC 6347 4.2.4.1: "an initial timer value of 1 second", doubled "up to no less than the RFC 6298 maximum of 60 seconds"
constexpr microseconds FIRST_TIMER = std::chrono::seconds(1);
constexpr microseconds LONGEST_TIMER = std::chrono::seconds(60);

} // namespace

DtlsSession::DtlsSession(std::shared_ptr<const Context> context,
                         RandomSource& random,
                         const std::string& serverName)
    : SessionCore(std::move(context), random, serverName)
{
    BIO* bio = MakeDatagramBio(m_pipe);
    SSL_set_bio(m_ssl, bio, bio);
    SSL_set_options(m_ssl, SSL_OP_NO_QUERY_MTU);
    SSL_set_mtu(m_ssl, HANDSHAKE_MTU);
    DTLS_set_timer_cb(m_ssl, OnTimer);
    if (m_context->IsServer())
    {
        m_random.Fill(m_cookie.data(), m_cookie.size());
    }
}

DtlsSession::~DtlsSession() = default;

void
DtlsSession::InstallDatagramCallbacks(const Context& context)
{
    SSL_CTX* ssl = context.Get();
    SSL_CTX_set_msg_callback(ssl, OnMessage);
    SSL_CTX_set_options(ssl, SSL_OP_NO_RENEGOTIATION);
    if (context.GetOptions().resumption == Resumption::NONE)
    {
        SSL_CTX_set_options(ssl, SSL_OP_NO_TICKET);
    }
    if (context.IsServer())
    {
        // RFC 6347 4.2.1: "DTLS servers SHOULD perform a cookie exchange whenever a new handshake is being performed."
        SSL_CTX_set_options(ssl, SSL_OP_COOKIE_EXCHANGE);
        SSL_CTX_set_cookie_generate_cb(ssl, OnCookie);
        SSL_CTX_set_cookie_verify_cb(ssl, OnCookieCheck);
    }
}

DtlsSession*
DtlsSession::OfDatagrams(const SSL* ssl)
{
    return static_cast<DtlsSession*>(Of(ssl));
}

void
DtlsSession::NoteMessage(bool isSent)
{
    m_hasMeant = m_hasMeant || !isSent;
}

unsigned
DtlsSession::OnTimer(SSL* ssl, unsigned previous)
{
    const auto wanted =
        previous == 0 ? FIRST_TIMER : std::min(microseconds(previous) * 2, LONGEST_TIMER);
    OfDatagrams(ssl)->m_interval = wanted;
    return static_cast<unsigned>(wanted.count());
}

int
DtlsSession::OnCookie(SSL* ssl, unsigned char* cookie, unsigned* size)
{
    const auto& own = OfDatagrams(ssl)->m_cookie;
    std::copy(own.begin(), own.end(), cookie);
    *size = static_cast<unsigned>(own.size());
    return 1;
}

int
DtlsSession::OnCookieCheck(SSL* ssl, const unsigned char* cookie, unsigned size)
{
    const auto& own = OfDatagrams(ssl)->m_cookie;
    return size == own.size() && std::equal(own.begin(), own.end(), cookie) ? 1 : 0;
}

void
DtlsSession::Start(TimePoint now)
{
    Begin(now);
    if (!m_context->IsServer())
    {
        Progress();
        ArmRetransmission();
    }
}

void
DtlsSession::HandleInput(TimePoint now, ByteView datagram)
{
    if (m_isOver)
    {
        return;
    }
    m_now = now;
    if (!m_isEstablished)
    {
        m_info.handshakeBytesReceived += datagram.Size();
    }
    m_hasMeant = false;
    m_plaintext.clear();
    if (!datagram.IsEmpty()) // to OpenSSL, nothing read is the end of a file
    {
        m_pipe.arrived.Push(Bytes(datagram.begin(), datagram.end()));
        Progress();
        ArmRetransmission();
    }
    m_discarded += m_hasMeant ? 0 : 1;
    if (m_traffic)
    {
        m_traffic->AddReceived(datagram.Size(), m_plaintext);
    }
}

void
DtlsSession::NoteRead(ByteView plaintext)
{
    m_hasMeant = m_hasMeant || !plaintext.IsEmpty();
    if (m_traffic)
    {
        m_plaintext.insert(m_plaintext.end(), plaintext.begin(), plaintext.end());
    }
}

void
DtlsSession::CollectOutput(ByteView plaintext)
{
    while (auto datagram = m_pipe.sent.Poll())
    {
        if (!m_isEstablished)
        {
            m_info.handshakeBytesSent += datagram->size();
        }
        if (m_traffic)
        {
            m_traffic->AddSent(datagram->size(), plaintext);
        }
        m_transmits.Push(std::move(*datagram));
    }
}

void
DtlsSession::ArmRetransmission()
{
    if (!m_pipe.isTimed)
    {
        m_retransmitAt.reset();
    }
    else if (m_pipe.isNewlyTimed)
    {
        m_retransmitAt = m_now + m_interval;
    }
    m_pipe.isNewlyTimed = false;
}

void
DtlsSession::HandleLowerFailed(TimePoint now, const StreamFailure& failure)
{
    m_now = now;
    Fail(failure);
}

void
DtlsSession::Send(TimePoint now, ByteView data)
{
    m_now = now;
    if (m_isEstablished && !m_isOver && !data.IsEmpty())
    {
        WriteRecords(data);
    }
}

void
DtlsSession::Close(TimePoint now)
{
    m_now = now;
    if (!m_isOver && m_isEstablished)
    {
        SendClose();
    }
    m_isOver = true;
}

void
DtlsSession::HandleTimeout(TimePoint now)
{
    m_now = now;
    if (m_isOver || FailsAtDeadline(now) || !m_retransmitAt || now < *m_retransmitAt)
    {
        return;
    }
    const RandomScope scope(m_random);
    ERR_clear_error();
    m_pipe.Expire();
    if (DTLSv1_handle_timeout(m_ssl) < 0)
    {
        FailFromOpenSsl();
    }
    CollectOutput({});
    ArmRetransmission();
}

std::optional<Bytes>
DtlsSession::PollTransmit()
{
    return m_transmits.Poll();
}

std::optional<StreamEvent>
DtlsSession::PollEvent()
{
    return m_events.Poll();
}

std::optional<TimePoint>
DtlsSession::NextTimeout() const
{
    if (m_isOver)
    {
        return std::nullopt;
    }
    return m_retransmitAt ? Earlier(m_deadline, *m_retransmitAt) : m_deadline;
}

std::size_t
DtlsSession::GetDiscarded() const
{
    return m_discarded;
}

} // namespace imsfw::tls
