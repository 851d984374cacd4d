// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// One TLS connection, sans-IO: OpenSSL between two byte pipes, as a StreamLayer.
///
/// TLS 1.2 (RFC 5246) and 1.3 (RFC 8446). Time comes in by the calls (certificates are judged at EPOCH_SECONDS + now),
/// randomness from the source handed in. Failures are named: StreamFailure{"tls", reason, detail} with reason one of
/// "alert-received", "alert-sent" (detail: the alert's name, handshake_failure), "certificate-verify-failed",
/// "handshake-timeout", "closed-in-handshake", "truncated" (the connection ended without close_notify),
/// "protocol-error"; failures from below pass through unchanged.
#pragma once

#include "ims-tls-session-core.h"

namespace imsfw::tls
{

class TlsSession : public StreamLayer, public SessionCore
{
  public:
    /// As SessionCore's. @param context must be of the side wanted: Context::MakeClient or MakeServer
    TlsSession(std::shared_ptr<const Context> context,
               RandomSource& random,
               const std::string& serverName);
    ~TlsSession() override;

    void Start(TimePoint now) override;
    void HandleInput(TimePoint now, ByteView bytes) override;
    void HandleLowerClosed(TimePoint now, const std::optional<StreamFailure>& failure) override;
    void Write(TimePoint now, ByteView bytes) override;
    void Close(TimePoint now) override;
    void HandleTimeout(TimePoint now) override;
    std::optional<Bytes> PollTransmit() override;
    std::optional<StreamEvent> PollEvent() override;
    std::optional<TimePoint> NextTimeout() const override;
    std::size_t MaxExpansion(std::size_t size) const override;

    /// The hook that a client's context needs where it wants a ClientHello of a given size; called by Context alone.
    static void InstallHelloFill(const Context& context);

  private:
    void CollectOutput(ByteView plaintext) override;
    void NoteRead(ByteView plaintext) override;

    static int OnHelloFill(SSL* ssl,
                           unsigned,
                           unsigned,
                           const unsigned char** out,
                           std::size_t* size,
                           X509*,
                           std::size_t,
                           int*,
                           void*);
    void FillHello();
    std::size_t MeasureHello() const;

    BIO* m_in;  ///< owned by m_ssl
    BIO* m_out; ///< owned by m_ssl
    Bytes m_helloFill;
    bool m_isClosing{false};
};

} // namespace imsfw::tls
