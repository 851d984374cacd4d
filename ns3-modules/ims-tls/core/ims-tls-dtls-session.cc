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
    : m_context(std::move(context)),
      m_random(random),
      m_ssl(SSL_new(m_context->Get())),
      m_serverName(serverName)
{
    BIO* bio = MakeDatagramBio(m_pipe);
    SSL_set_bio(m_ssl, bio, bio);
    SSL_set_app_data(m_ssl, this);
    SSL_set_options(m_ssl, SSL_OP_NO_QUERY_MTU);
    SSL_set_mtu(m_ssl, HANDSHAKE_MTU);
    DTLS_set_timer_cb(m_ssl, OnTimer);
    if (m_context->IsServer())
    {
        m_random.Fill(m_cookie.data(), m_cookie.size());
        SSL_set_accept_state(m_ssl);
    }
    else
    {
        SSL_set_connect_state(m_ssl);
        ExpectServer(m_ssl, m_serverName, m_context->GetSni());
    }
}

DtlsSession::~DtlsSession()
{
    SSL_free(m_ssl);
}

void
DtlsSession::InstallCallbacks(SSL_CTX* context, bool isServer)
{
    SSL_CTX_set_info_callback(context, OnInfo);
    SSL_CTX_set_keylog_callback(context, OnKeyLog);
    SSL_CTX_set_msg_callback(context, OnMessage);
    SSL_CTX_set_options(context, SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION);
    if (isServer)
    {
        // RFC 6347 4.2.1: "DTLS servers SHOULD perform a cookie exchange whenever a new handshake is being performed."
        SSL_CTX_set_options(context, SSL_OP_COOKIE_EXCHANGE);
        SSL_CTX_set_cookie_generate_cb(context, OnCookie);
        SSL_CTX_set_cookie_verify_cb(context, OnCookieCheck);
    }
}

DtlsSession*
DtlsSession::Of(const SSL* ssl)
{
    return static_cast<DtlsSession*>(SSL_get_app_data(ssl));
}

void
DtlsSession::OnInfo(const SSL* ssl, int where, int value)
{
    Of(ssl)->m_alerts.Note(where, value);
}

void
DtlsSession::OnKeyLog(const SSL* ssl, const char* line)
{
    Of(ssl)->m_keyLog.emplace_back(line);
}

void
DtlsSession::OnMessage(int isSent, int, int type, const void*, std::size_t, SSL* ssl, void*)
{
    if (isSent == 0 && type != SSL3_RT_HEADER)
    {
        Of(ssl)->m_hasMeant = true;
    }
}

unsigned
DtlsSession::OnTimer(SSL* ssl, unsigned previous)
{
    const auto wanted =
        previous == 0 ? FIRST_TIMER : std::min(microseconds(previous) * 2, LONGEST_TIMER);
    Of(ssl)->m_interval = wanted;
    return static_cast<unsigned>(wanted.count());
}

int
DtlsSession::OnCookie(SSL* ssl, unsigned char* cookie, unsigned* size)
{
    const auto& own = Of(ssl)->m_cookie;
    std::copy(own.begin(), own.end(), cookie);
    *size = static_cast<unsigned>(own.size());
    return 1;
}

int
DtlsSession::OnCookieCheck(SSL* ssl, const unsigned char* cookie, unsigned size)
{
    const auto& own = Of(ssl)->m_cookie;
    return size == own.size() && std::equal(own.begin(), own.end(), cookie) ? 1 : 0;
}

void
DtlsSession::Start(TimePoint now)
{
    m_now = now;
    m_info.started = now;
    m_deadline = now + m_handshakeTimeout;
    X509_VERIFY_PARAM_set_time(SSL_get0_param(m_ssl), UnixTime(now));
    if (!m_context->IsServer())
    {
        Progress();
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
    if (!datagram.IsEmpty()) // to OpenSSL, nothing read is the end of a file
    {
        m_pipe.arrived.Push(Bytes(datagram.begin(), datagram.end()));
        Progress();
    }
    m_discarded += m_hasMeant ? 0 : 1;
}

void
DtlsSession::Progress()
{
    const RandomScope scope(m_random);
    ERR_clear_error();
    if (!m_isEstablished)
    {
        Handshake();
    }
    if (m_isEstablished && !m_isOver)
    {
        ReadAll();
    }
    CollectOutput();
    ArmRetransmission();
}

void
DtlsSession::Handshake()
{
    const int result = SSL_do_handshake(m_ssl);
    if (result != 1)
    {
        if (SSL_get_error(m_ssl, result) != SSL_ERROR_WANT_READ)
        {
            FailFromOpenSsl();
        }
        return;
    }
    CollectOutput(); // the last flight still belongs to the handshake
    DescribeAgreement(m_ssl, m_info);
    m_info.established = m_now;
    m_isEstablished = true;
    m_deadline.reset();
    m_events.Push({StreamEvent::Type::ESTABLISHED, {}, {}});
}

void
DtlsSession::ReadAll()
{
    std::array<uint8_t, MAX_RECORD_SIZE> plaintext;
    for (;;)
    {
        const int got = SSL_read(m_ssl, plaintext.data(), static_cast<int>(plaintext.size()));
        if (got > 0)
        {
            m_hasMeant = true;
            m_events.Push(
                {StreamEvent::Type::DATA, Bytes(plaintext.begin(), plaintext.begin() + got), {}});
            continue;
        }
        const int error = SSL_get_error(m_ssl, got);
        if (error == SSL_ERROR_ZERO_RETURN)
        {
            ShutDown();
            End({StreamEvent::Type::CLOSED, {}, {}});
        }
        else if (error != SSL_ERROR_WANT_READ)
        {
            FailFromOpenSsl();
        }
        return;
    }
}

void
DtlsSession::CollectOutput()
{
    while (auto datagram = m_pipe.sent.Poll())
    {
        if (!m_isEstablished)
        {
            m_info.handshakeBytesSent += datagram->size();
        }
        m_transmits.Push(std::move(*datagram));
    }
}

void
DtlsSession::ArmRetransmission()
{
    if (m_isOver || !m_pipe.isTimed)
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
    if (!m_isEstablished || m_isOver || data.IsEmpty())
    {
        return;
    }
    const RandomScope scope(m_random);
    ERR_clear_error();
    if (SSL_write(m_ssl, data.Data(), static_cast<int>(data.Size())) <= 0)
    {
        FailFromOpenSsl();
    }
    CollectOutput();
}

void
DtlsSession::Close(TimePoint now)
{
    m_now = now;
    m_deadline.reset();
    m_retransmitAt.reset();
    if (!m_isOver && m_isEstablished)
    {
        const RandomScope scope(m_random);
        ERR_clear_error();
        ShutDown();
        CollectOutput();
    }
    m_isOver = true;
}

void
DtlsSession::ShutDown()
{
    SSL_shutdown(m_ssl);
    SSL_free_buffers(m_ssl); // as a TlsSession does
}

void
DtlsSession::HandleTimeout(TimePoint now)
{
    m_now = now;
    if (m_isOver)
    {
        return;
    }
    if (m_deadline && now >= *m_deadline)
    {
        Fail({"tls", "handshake-timeout", "no complete handshake in time"});
        return;
    }
    if (!m_retransmitAt || now < *m_retransmitAt)
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
    CollectOutput();
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

const SessionInfo&
DtlsSession::GetInfo() const
{
    return m_info;
}

std::vector<std::string>
DtlsSession::TakeKeyLog()
{
    return std::exchange(m_keyLog, {});
}

void
DtlsSession::SetHandshakeTimeout(Duration timeout)
{
    m_handshakeTimeout = timeout;
}

std::size_t
DtlsSession::GetDiscarded() const
{
    return m_discarded;
}

void
DtlsSession::FailFromOpenSsl()
{
    const std::string errors = TakeErrors();
    CollectOutput(); // the alert that tells the peer
    Fail(DescribeFailure(m_ssl, m_alerts, errors));
}

void
DtlsSession::Fail(const StreamFailure& failure)
{
    End({StreamEvent::Type::FAILED, {}, failure});
}

void
DtlsSession::End(StreamEvent event)
{
    if (!m_isOver)
    {
        m_isOver = true;
        m_deadline.reset();
        m_retransmitAt.reset();
        m_events.Push(std::move(event));
    }
}

} // namespace imsfw::tls
