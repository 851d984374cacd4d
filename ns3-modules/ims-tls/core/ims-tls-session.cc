// SPDX-License-Identifier: GPL-2.0-only
#include "ims-tls-session.h"

#include "ims-tls-byte-pipe.h"
#include "ims-tls-openssl.h"

#include <openssl/err.h>

#include <array>

namespace imsfw::tls
{

namespace
{

/// The most that a record of any suite adds: header, explicit IV, MAC of SHA-384, padding (RFC 5246 6.2.3).
constexpr std::size_t MAX_RECORD_OVERHEAD = 5 + 16 + 48 + 16;

} // namespace

TlsSession::TlsSession(std::shared_ptr<const Context> context,
                       RandomSource& random,
                       const std::string& serverName)
    : m_context(std::move(context)),
      m_random(random),
      m_ssl(SSL_new(m_context->Get())),
      m_in(MakeBytePipe()),
      m_out(MakeBytePipe()),
      m_serverName(serverName)
{
    SSL_set_bio(m_ssl, m_in, m_out);
    SSL_set_app_data(m_ssl, this);
    if (m_context->IsServer())
    {
        SSL_set_accept_state(m_ssl);
    }
    else
    {
        PrepareClient(m_ssl);
    }
}

void
TlsSession::PrepareClient(SSL* ssl) const
{
    SSL_set_connect_state(ssl);
    ExpectServer(ssl, m_serverName, m_context->GetSni());
}

TlsSession::~TlsSession()
{
    m_meter.reset(); // before what it watches
    SSL_free(m_ssl);
}

void
TlsSession::InstallCallbacks(SSL_CTX* context)
{
    SSL_CTX_set_info_callback(context, OnInfo);
    SSL_CTX_set_keylog_callback(context, OnKeyLog);
    SSL_CTX_set_session_ticket_cb(context, OnTicket, nullptr, nullptr);
}

TlsSession*
TlsSession::Of(const SSL* ssl)
{
    return static_cast<TlsSession*>(SSL_get_app_data(ssl));
}

void
TlsSession::OnInfo(const SSL* ssl, int where, int value)
{
    Of(ssl)->m_alerts.Note(where, value);
}

void
TlsSession::OnKeyLog(const SSL* ssl, const char* line)
{
    Of(ssl)->m_keyLog.emplace_back(line);
}

int
TlsSession::OnTicket(SSL* ssl, void*)
{
    // The ticket holds the session's creation time, which OpenSSL took from the real clock.
    SSL_SESSION_set_time(SSL_get_session(ssl), static_cast<long>(UnixTime(Of(ssl)->m_now)));
    return 1;
}

void
TlsSession::Start(TimePoint now)
{
    m_now = now;
    m_info.started = now;
    m_deadline = now + m_handshakeTimeout;
    X509_VERIFY_PARAM_set_time(SSL_get0_param(m_ssl), UnixTime(now));
    if (!m_context->IsServer())
    {
        OfferStoredSession();
        FillHello();
        Progress();
    }
}

void
TlsSession::HandleInput(TimePoint now, ByteView bytes)
{
    if (m_isOver)
    {
        return;
    }
    m_now = now;
    if (!m_isEstablished)
    {
        m_info.handshakeBytesReceived += bytes.Size();
    }
    BIO_write(m_in, bytes.Data(), static_cast<int>(bytes.Size()));
    if (m_traffic)
    {
        m_traffic->AddArrived(bytes);
    }
    Progress();
}

void
TlsSession::Progress()
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
    NoteRead({});
    CollectOutput();
}

void
TlsSession::Handshake()
{
    const int result = SSL_do_handshake(m_ssl);
    if (result == 1)
    {
        HandleEstablished();
        return;
    }
    if (SSL_get_error(m_ssl, result) != SSL_ERROR_WANT_READ)
    {
        FailFromOpenSsl();
    }
}

void
TlsSession::HandleEstablished()
{
    CollectOutput(); // the last flight still belongs to the handshake
    DescribeAgreement(m_ssl, m_info);
    m_info.established = m_now;
    m_isEstablished = true;
    m_deadline.reset();
    Emit({StreamEvent::Type::ESTABLISHED, {}, {}});
}

void
TlsSession::ReadAll()
{
    std::array<uint8_t, MAX_RECORD_SIZE> plaintext;
    for (;;)
    {
        const int got = SSL_read(m_ssl, plaintext.data(), static_cast<int>(plaintext.size()));
        if (got > 0)
        {
            NoteRead({plaintext.data(), static_cast<std::size_t>(got)});
            Emit({StreamEvent::Type::DATA, Bytes(plaintext.begin(), plaintext.begin() + got), {}});
            continue;
        }
        const int error = SSL_get_error(m_ssl, got);
        if (error == SSL_ERROR_ZERO_RETURN)
        {
            // RFC 5246 7.2.1: "The other party MUST respond with a close_notify alert of its own".
            ShutDown();
            Emit({StreamEvent::Type::CLOSED, {}, {}});
            m_isOver = true;
        }
        else if (error != SSL_ERROR_WANT_READ)
        {
            FailFromOpenSsl();
        }
        return;
    }
}

void
TlsSession::FailFromOpenSsl()
{
    const std::string errors = TakeErrors();
    CollectOutput(); // the alert that tells the peer
    Fail(DescribeFailure(m_ssl, m_alerts, errors));
}

void
TlsSession::NoteRead(ByteView plaintext)
{
    if (m_traffic)
    {
        m_traffic->AddRead(BIO_ctrl_pending(m_in), plaintext);
    }
}

void
TlsSession::CollectOutput(ByteView plaintext)
{
    const std::size_t pending = BIO_ctrl_pending(m_out);
    if (pending == 0)
    {
        return;
    }
    Bytes bytes(pending);
    BIO_read(m_out, bytes.data(), static_cast<int>(pending));
    if (!m_isEstablished)
    {
        m_info.handshakeBytesSent += pending;
    }
    if (m_traffic)
    {
        m_traffic->AddSent(pending, plaintext);
    }
    m_transmits.Push(std::move(bytes));
}

void
TlsSession::HandleLowerClosed(TimePoint now, const std::optional<StreamFailure>& failure)
{
    m_now = now;
    if (m_isOver || m_isClosing)
    {
        return;
    }
    if (failure)
    {
        Emit({StreamEvent::Type::FAILED, {}, *failure});
        m_isOver = true;
        m_deadline.reset();
        return;
    }
    // RFC 5246 7.2.1: without close_notify the end may be an attacker's.
    Fail(m_isEstablished ? "truncated" : "closed-in-handshake",
         "the connection ended without close_notify");
}

void
TlsSession::Write(TimePoint now, ByteView bytes)
{
    m_now = now;
    if (!m_isEstablished || m_isOver || m_isClosing || bytes.IsEmpty())
    {
        return;
    }
    const RandomScope scope(m_random);
    ERR_clear_error();
    if (SSL_write(m_ssl, bytes.Data(), static_cast<int>(bytes.Size())) <= 0)
    {
        FailFromOpenSsl();
    }
    CollectOutput(bytes);
}

void
TlsSession::Close(TimePoint now)
{
    m_now = now;
    m_deadline.reset();
    if (m_isOver || m_isClosing)
    {
        return;
    }
    m_isClosing = true;
    if (m_isEstablished)
    {
        const RandomScope scope(m_random);
        ERR_clear_error();
        ShutDown();
        CollectOutput();
    }
}

void
TlsSession::ShutDown()
{
    SSL_shutdown(m_ssl);
    // Alerts are not among the writes after which SSL_MODE_RELEASE_BUFFERS lets go of 17 kB each way.
    SSL_free_buffers(m_ssl);
}

void
TlsSession::HandleTimeout(TimePoint now)
{
    m_now = now;
    if (m_deadline && now >= *m_deadline)
    {
        Fail("handshake-timeout", "no complete handshake in time");
    }
}

std::optional<Bytes>
TlsSession::PollTransmit()
{
    return m_transmits.Poll();
}

std::optional<StreamEvent>
TlsSession::PollEvent()
{
    return m_events.Poll();
}

std::optional<TimePoint>
TlsSession::NextTimeout() const
{
    return m_isOver ? std::nullopt : m_deadline;
}

std::size_t
TlsSession::MaxExpansion(std::size_t size) const
{
    const std::size_t records = size / m_context->GetOptions().recordSize + 1;
    return size + records * MAX_RECORD_OVERHEAD;
}

const SessionInfo&
TlsSession::GetInfo() const
{
    return m_info;
}

std::vector<std::string>
TlsSession::TakeKeyLog()
{
    return std::exchange(m_keyLog, {});
}

void
TlsSession::KeepTraffic()
{
    m_traffic.emplace();
}

std::vector<TrafficPiece>
TlsSession::TakeTraffic()
{
    return m_traffic ? m_traffic->Take() : std::vector<TrafficPiece>();
}

void
TlsSession::MeterWork()
{
    m_meter = std::make_unique<WorkMeter>(m_ssl);
}

WorkList
TlsSession::TakeWork()
{
    return m_meter ? m_meter->Take() : WorkList();
}

void
TlsSession::SetHandshakeTimeout(Duration timeout)
{
    m_handshakeTimeout = timeout;
}

void
TlsSession::Fail(const std::string& reason, const std::string& detail)
{
    Fail({"tls", reason, detail});
}

void
TlsSession::Fail(const StreamFailure& failure)
{
    if (!m_isOver)
    {
        m_isOver = true;
        m_deadline.reset();
        Emit({StreamEvent::Type::FAILED, {}, failure});
    }
}

void
TlsSession::Emit(StreamEvent event)
{
    m_events.Push(std::move(event));
}

} // namespace imsfw::tls
