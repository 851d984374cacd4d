// SPDX-License-Identifier: GPL-2.0-only
#include "ims-tls-session-core.h"

#include "ims-tls-openssl.h"

#include <openssl/err.h>

#include <array>
#include <utility>

namespace imsfw::tls
{

SessionCore::SessionCore(std::shared_ptr<const Context> context,
                         RandomSource& random,
                         const std::string& serverName)
    : m_context(std::move(context)),
      m_random(random),
      m_ssl(SSL_new(m_context->Get())),
      m_serverName(serverName)
{
    SSL_set_app_data(m_ssl, this);
    ApplyPeerRules(m_ssl);
}

SessionCore::~SessionCore()
{
    SSL_free(m_ssl);
}

/// Which side @p ssl is of, and whom a client expects.
void
SessionCore::ApplyPeerRules(SSL* ssl) const
{
    if (m_context->IsServer())
    {
        SSL_set_accept_state(ssl);
        return;
    }
    SSL_set_connect_state(ssl);
    ExpectServer(ssl, m_serverName, m_context->GetSni());
}

void
SessionCore::InstallCallbacks(const Context& context)
{
    SSL_CTX_set_info_callback(context.Get(), OnInfo);
    SSL_CTX_set_keylog_callback(context.Get(), OnKeyLog);
    SSL_CTX_set_session_ticket_cb(context.Get(), OnTicket, nullptr, nullptr);
    if (context.GetOptions().resumption != Resumption::NONE)
    {
        context.IsServer() ? InstallServerResumption(context) : InstallClientResumption(context);
    }
}

SessionCore*
SessionCore::Of(const SSL* ssl)
{
    return static_cast<SessionCore*>(SSL_get_app_data(ssl));
}

void
SessionCore::OnInfo(const SSL* ssl, int where, int value)
{
    Of(ssl)->m_alerts.Note(where, value);
}

void
SessionCore::OnKeyLog(const SSL* ssl, const char* line)
{
    Of(ssl)->m_keyLog.emplace_back(line);
}

void
SessionCore::OnMessage(
    int isSent, int, int type, const void* bytes, std::size_t size, SSL* ssl, void*)
{
    SessionCore* self = Of(ssl);
    if (type != SSL3_RT_HEADER)
    {
        self->NoteMessage(isSent != 0);
    }
    if (self->m_meter)
    {
        self->m_meter->Note(isSent != 0, type, {static_cast<const uint8_t*>(bytes), size});
    }
}

void
SessionCore::NoteMessage(bool)
{
}

void
SessionCore::Begin(TimePoint now)
{
    m_now = now;
    m_info.started = now;
    m_deadline = now + m_handshakeTimeout;
    X509_VERIFY_PARAM_set_time(SSL_get0_param(m_ssl), UnixTime(now));
    if (!m_context->IsServer())
    {
        OfferStoredSession();
    }
}

void
SessionCore::Progress()
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
    CollectOutput({});
}

void
SessionCore::Handshake()
{
    const int result = SSL_do_handshake(m_ssl);
    if (result == 1)
    {
        HandleEstablished();
    }
    else if (SSL_get_error(m_ssl, result) != SSL_ERROR_WANT_READ)
    {
        FailFromOpenSsl();
    }
}

void
SessionCore::HandleEstablished()
{
    CollectOutput({}); // the last flight still belongs to the handshake
    DescribeAgreement(m_ssl, m_info);
    m_info.established = m_now;
    m_isEstablished = true;
    m_deadline.reset();
    m_events.Push({StreamEvent::Type::ESTABLISHED, {}, {}});
}

void
SessionCore::ReadAll()
{
    std::array<uint8_t, MAX_RECORD_SIZE> plaintext;
    for (;;)
    {
        const int got = SSL_read(m_ssl, plaintext.data(), static_cast<int>(plaintext.size()));
        if (got > 0)
        {
            NoteRead({plaintext.data(), static_cast<std::size_t>(got)});
            m_events.Push(
                {StreamEvent::Type::DATA, Bytes(plaintext.begin(), plaintext.begin() + got), {}});
            continue;
        }
        const int error = SSL_get_error(m_ssl, got);
        if (error == SSL_ERROR_ZERO_RETURN)
        {
            // RFC 5246 7.2.1: "The other party MUST respond with a close_notify alert of its own".
            SendClose();
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
SessionCore::WriteRecords(ByteView bytes)
{
    const RandomScope scope(m_random);
    ERR_clear_error();
    if (SSL_write(m_ssl, bytes.Data(), static_cast<int>(bytes.Size())) <= 0)
    {
        FailFromOpenSsl();
    }
    CollectOutput(bytes);
}

void
SessionCore::SendClose()
{
    const RandomScope scope(m_random);
    ERR_clear_error();
    SSL_shutdown(m_ssl);
    // Alerts are not among the writes after which SSL_MODE_RELEASE_BUFFERS lets go of 17 kB each way.
    SSL_free_buffers(m_ssl);
    CollectOutput({});
}

bool
SessionCore::FailsAtDeadline(TimePoint now)
{
    if (m_isOver || !m_deadline || now < *m_deadline)
    {
        return false;
    }
    Fail("handshake-timeout", "no complete handshake in time");
    return true;
}

void
SessionCore::FailFromOpenSsl()
{
    const std::string errors = TakeErrors();
    CollectOutput({}); // the alert that tells the peer
    Fail(DescribeFailure(m_ssl, m_alerts, errors));
}

void
SessionCore::Fail(const std::string& reason, const std::string& detail)
{
    Fail({"tls", reason, detail});
}

void
SessionCore::Fail(const StreamFailure& failure)
{
    End({StreamEvent::Type::FAILED, {}, failure});
}

void
SessionCore::End(StreamEvent event)
{
    if (!m_isOver)
    {
        m_isOver = true;
        m_deadline.reset();
        m_events.Push(std::move(event));
    }
}

const SessionInfo&
SessionCore::GetInfo() const
{
    return m_info;
}

std::vector<std::string>
SessionCore::TakeKeyLog()
{
    return std::exchange(m_keyLog, {});
}

void
SessionCore::KeepTraffic()
{
    m_traffic.emplace(m_context->IsDatagram());
}

std::vector<TrafficPiece>
SessionCore::TakeTraffic()
{
    return m_traffic ? m_traffic->Take() : std::vector<TrafficPiece>();
}

void
SessionCore::MeterWork()
{
    m_meter = std::make_unique<WorkMeter>(m_ssl);
    SSL_set_msg_callback(m_ssl, OnMessage);
}

WorkList
SessionCore::TakeWork()
{
    return m_meter ? m_meter->Take() : WorkList();
}

void
SessionCore::SetHandshakeTimeout(Duration timeout)
{
    m_handshakeTimeout = timeout;
}

} // namespace imsfw::tls
