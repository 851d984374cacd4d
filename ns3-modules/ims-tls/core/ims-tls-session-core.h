// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// What a TlsSession and a DtlsSession have in common: OpenSSL's end of a connection, its handshake, what comes out of it,
/// resumption, and what is told of it. What lies between OpenSSL and the wire is the derived class's.
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
#include <optional>
#include <string>
#include <vector>

struct ssl_session_st; // SSL_SESSION, which openssl/types.h leaves out

namespace imsfw::tls
{

class SessionCore
{
  public:
    SessionCore(const SessionCore&) = delete;
    SessionCore& operator=(const SessionCore&) = delete;

    /// @return what was agreed; complete once ESTABLISHED was polled.
    const SessionInfo& GetInfo() const;

    /// @return the NSS key log lines so far, without line ends; they are given out once.
    std::vector<std::string> TakeKeyLog();

    /// Keep what TakeTraffic gives, from now on. @pre the session was not started yet
    void KeepTraffic();

    /// @return what crossed the wire since the last call; nothing unless it is kept.
    std::vector<TrafficPiece> TakeTraffic();

    /// How long a handshake may take before it fails with "handshake-timeout".
    void SetHandshakeTimeout(Duration timeout);

    /// Client, before it is started: resume a session of the same server name from @p store where there is one, and put new
    /// ones there. Does nothing unless the context has resumption.
    void SetStore(std::shared_ptr<SessionStore> store);

    /// Count what OpenSSL computes, from now on. @pre the session was not started yet
    void MeterWork();

    /// @return what was computed since the last call; nothing where it is not counted.
    WorkList TakeWork();

    /// Hooks every session of a context needs; called by Context alone, once its options are known.
    static void InstallCallbacks(const Context& context);

  protected:
    /// @param context must be of the side wanted. @param random outlives the session
    /// @param serverName client: DNS name (also sent as SNI) or IP address that the certificate must be for; empty
    /// checks no name. Ignored by a server.
    SessionCore(std::shared_ptr<const Context> context,
                RandomSource& random,
                const std::string& serverName);
    virtual ~SessionCore();

    /// Let what OpenSSL has written go on its way. @param plaintext what it says for the user; empty where it is TLS's own
    virtual void CollectOutput(ByteView plaintext) = 0;
    /// OpenSSL has read. @param plaintext what came for the user; empty: all else that there was
    virtual void NoteRead(ByteView plaintext) = 0;
    /// A message of TLS, or its user's data, was made or read.
    virtual void NoteMessage(bool isSent);

    static SessionCore* Of(const SSL* ssl);
    /// Tell NoteMessage, and the meter where there is one. For SSL_set_msg_callback, with its arguments.
    static void OnMessage(
        int isSent, int, int type, const void* bytes, std::size_t size, SSL* ssl, void*);

    /// The time begins to count; a client picks what it resumes.
    void Begin(TimePoint now);
    /// Go on with the handshake, read what is there, write what there is to say.
    void Progress();
    /// Send @p bytes as one record or more. @pre established, and not over
    void WriteRecords(ByteView bytes);
    /// Say close_notify. @pre established
    void SendClose();
    void FailFromOpenSsl();
    void Fail(const std::string& reason, const std::string& detail);
    void Fail(const StreamFailure& failure);
    /// @return whether the handshake has taken too long; it has failed then.
    bool FailsAtDeadline(TimePoint now);
    void ApplyPeerRules(SSL* ssl) const;

    std::shared_ptr<const Context> m_context;
    RandomSource& m_random;
    SSL* m_ssl;
    std::string m_serverName;
    TimePoint m_now{};
    std::optional<TimePoint> m_deadline; ///< of the handshake
    Queue<Bytes> m_transmits;
    Queue<StreamEvent> m_events;
    std::optional<TrafficLog> m_traffic; ///< nothing where nobody asks
    SessionInfo m_info;
    bool m_isEstablished{false};
    bool m_isOver{false}; ///< CLOSED or FAILED was told

  private:
    void Handshake();
    void HandleEstablished();
    void ReadAll();
    void End(StreamEvent event);

    // ims-tls-session-resume.cc
    static void InstallClientResumption(const Context& context);
    static void InstallServerResumption(const Context& context);
    static int OnTicket(SSL* ssl, void*);
    static int OnTicketUse(
        SSL* ssl, ssl_session_st* session, const unsigned char*, std::size_t, int status, void*);
    static int OnNewSession(SSL* ssl, ssl_session_st* session);
    static ssl_session_st* OnFindSession(SSL* ssl, const unsigned char* id, int size, int* copy);
    void OfferStoredSession();
    std::string StoreKey() const;

    static void OnInfo(const SSL* ssl, int where, int value);
    static void OnKeyLog(const SSL* ssl, const char* line);

    std::unique_ptr<WorkMeter> m_meter; ///< null where nobody asks
    std::shared_ptr<SessionStore> m_store;
    Duration m_handshakeTimeout{std::chrono::seconds(30)};
    std::vector<std::string> m_keyLog;
    SessionAlerts m_alerts;
};

} // namespace imsfw::tls
