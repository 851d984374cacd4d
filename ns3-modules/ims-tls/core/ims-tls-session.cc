// SPDX-License-Identifier: GPL-2.0-only
#include "ims-tls-session.h"

#include "ims-tls-byte-pipe.h"
#include "ims-tls-openssl.h"

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
    : SessionCore(std::move(context), random, serverName),
      m_in(MakeBytePipe()),
      m_out(MakeBytePipe())
{
    SSL_set_bio(m_ssl, m_in, m_out);
}

TlsSession::~TlsSession() = default;

void
TlsSession::Start(TimePoint now)
{
    Begin(now);
    if (!m_context->IsServer())
    {
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
        Fail(*failure);
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
    if (m_isEstablished && !m_isOver && !m_isClosing && !bytes.IsEmpty())
    {
        WriteRecords(bytes);
    }
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
        SendClose();
    }
}

void
TlsSession::HandleTimeout(TimePoint now)
{
    m_now = now;
    FailsAtDeadline(now);
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

} // namespace imsfw::tls
