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

#include "base/queue.h"
#include "base/random.h"
#include "base/stream-layer.h"
#include "base/work.h"
#include "ims-tls-context.h"
#include "ims-tls-session-info.h"
#include "ims-tls-traffic.h"
#include "ims-tls-work-meter.h"

#include <openssl/types.h>

#include <memory>
#include <string>
#include <vector>

struct ssl_session_st; // SSL_SESSION, which openssl/types.h leaves out

namespace imsfw::tls
{

class TlsSession : public StreamLayer
{
  public:
    /// @param context must be of the side wanted: Context::MakeClient or MakeServer
    /// @param random outlives the session
    /// @param serverName client: DNS name (also sent as SNI) or IP address that the certificate must be for; empty
    /// checks no name. Ignored by a server.
    TlsSession(std::shared_ptr<const Context> context,
               RandomSource& random,
               const std::string& serverName);
    ~TlsSession() override;
    TlsSession(const TlsSession&) = delete;
    TlsSession& operator=(const TlsSession&) = delete;

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

    /// @return what was agreed; complete once ESTABLISHED was polled.
    const SessionInfo& GetInfo() const;

    /// @return the NSS key log lines so far, without line ends; they are given out once.
    std::vector<std::string> TakeKeyLog();

    /// Keep what TakeTraffic gives, from now on. @pre Start was not called yet
    void KeepTraffic();

    /// @return what crossed the wire since the last call; nothing unless it is kept.
    std::vector<TrafficPiece> TakeTraffic();

    /// How long a handshake may take before it fails with "handshake-timeout".
    void SetHandshakeTimeout(Duration timeout);

    /// Client, before Start: resume a session of the same server name from @p store where there is one, and put new ones
    /// there. Does nothing unless the context has resumption.
    void SetStore(std::shared_ptr<SessionStore> store);

    /// Count what OpenSSL computes, from now on. @pre Start was not called yet
    void MeterWork();

    /// @return what was computed since the last call; nothing where it is not counted.
    WorkList TakeWork();

    /// Hooks every session of a context needs; called by Context alone.
    static void InstallCallbacks(SSL_CTX* context);
    static void InstallClientCallbacks(const Context& context);
    static void InstallServerCallbacks(const Context& context);

  private:
    void Progress();
    void Handshake();
    void ReadAll();
    /// @param plaintext what the output says for the user; empty where it is TLS's own
    void CollectOutput(ByteView plaintext = {});
    void NoteRead(ByteView plaintext);
    void HandleEstablished();
    void ShutDown();
    void FailFromOpenSsl();
    void Fail(const std::string& reason, const std::string& detail);
    void Fail(const StreamFailure& failure);
    void Emit(StreamEvent event);

    static TlsSession* Of(const SSL* ssl);
    static void OnInfo(const SSL* ssl, int where, int value);
    static void OnKeyLog(const SSL* ssl, const char* line);
    static int OnTicket(SSL* ssl, void*);
    static int OnTicketUse(
        SSL* ssl, ssl_session_st* session, const unsigned char*, std::size_t, int status, void*);
    static int OnNewSession(SSL* ssl, ssl_session_st* session);
    static ssl_session_st* OnFindSession(SSL* ssl, const unsigned char* id, int size, int* copy);
    static int OnHelloFill(SSL* ssl,
                           unsigned,
                           unsigned,
                           const unsigned char** out,
                           std::size_t* size,
                           X509*,
                           std::size_t,
                           int*,
                           void*);

    void PrepareClient(SSL* ssl) const;
    void OfferStoredSession();
    void FillHello();
    std::size_t MeasureHello() const;

    std::shared_ptr<const Context> m_context;
    RandomSource& m_random;
    SSL* m_ssl;
    std::unique_ptr<WorkMeter> m_meter; ///< null where nobody asks
    BIO* m_in;                          ///< owned by m_ssl
    BIO* m_out;                         ///< owned by m_ssl
    std::string m_serverName;
    std::shared_ptr<SessionStore> m_store;
    Bytes m_helloFill;
    TimePoint m_now{};
    Duration m_handshakeTimeout{std::chrono::seconds(30)};
    std::optional<TimePoint> m_deadline;
    Queue<Bytes> m_transmits;
    Queue<StreamEvent> m_events;
    std::vector<std::string> m_keyLog;
    std::optional<TrafficLog> m_traffic; ///< nothing where nobody asks
    SessionAlerts m_alerts;
    SessionInfo m_info;
    bool m_isEstablished{false};
    bool m_isOver{false}; ///< CLOSED or FAILED was emitted
    bool m_isClosing{false};
};

} // namespace imsfw::tls
