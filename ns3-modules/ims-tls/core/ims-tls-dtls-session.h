// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// One DTLS 1.2 association (RFC 6347), sans-IO: OpenSSL over whole datagrams.
///
/// Of the same contract as a StreamLayer (base/stream-layer.h), with datagrams in place of a stream: what one Send takes
/// arrives as one DATA event or not at all. Lost flights are retransmitted by simulated time. Failures are a TlsSession's,
/// with "handshake-timeout" for an association that never came about.
///
/// Left out: resumption, renegotiation, counting what OpenSSL computes. Datagrams of a handshake hold at most
/// HANDSHAKE_MTU bytes; what is sent later goes as it is.
#pragma once

#include "base/queue.h"
#include "base/random.h"
#include "base/stream-layer.h"
#include "ims-tls-context.h"
#include "ims-tls-datagram-pipe.h"
#include "ims-tls-session-info.h"

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace imsfw::tls
{

class DtlsSession
{
  public:
    /// RFC 6347 4.1.1.1 wants fragments that fit; this fits through every tunnel of a mobile network.
    static constexpr std::size_t HANDSHAKE_MTU = 1200;

    /// @param context of datagrams, and of the side wanted
    /// @param random outlives the session
    /// @param serverName as a TlsSession's
    DtlsSession(std::shared_ptr<const Context> context,
                RandomSource& random,
                const std::string& serverName);
    ~DtlsSession();
    DtlsSession(const DtlsSession&) = delete;
    DtlsSession& operator=(const DtlsSession&) = delete;

    /// A client begins, a server waits.
    void Start(TimePoint now);
    /// What is no DTLS of this association is dropped and counted (RFC 6347 4.1.2.7).
    void HandleInput(TimePoint now, ByteView datagram);
    /// Nothing more will come or go.
    void HandleLowerFailed(TimePoint now, const StreamFailure& failure);
    /// Ignored unless established, and once closing.
    void Send(TimePoint now, ByteView data);
    /// Say so to the peer, once, and be over.
    void Close(TimePoint now);
    void HandleTimeout(TimePoint now);
    std::optional<Bytes> PollTransmit();
    std::optional<StreamEvent> PollEvent();
    std::optional<TimePoint> NextTimeout() const;

    /// @return what was agreed; complete once ESTABLISHED was polled.
    const SessionInfo& GetInfo() const;
    /// @return the NSS key log lines so far, without line ends; they are given out once.
    std::vector<std::string> TakeKeyLog();
    /// How long a handshake may take before it fails with "handshake-timeout".
    void SetHandshakeTimeout(Duration timeout);
    /// @return datagrams that arrived and meant nothing.
    std::size_t GetDiscarded() const;

    /// Hooks every session of a context needs; called by Context alone.
    static void InstallCallbacks(SSL_CTX* context, bool isServer);

  private:
    static DtlsSession* Of(const SSL* ssl);
    static void OnInfo(const SSL* ssl, int where, int value);
    static void OnKeyLog(const SSL* ssl, const char* line);
    static void OnMessage(int isSent, int, int type, const void*, std::size_t, SSL* ssl, void*);
    static unsigned OnTimer(SSL* ssl, unsigned microseconds);
    static int OnCookie(SSL* ssl, unsigned char* cookie, unsigned* size);
    static int OnCookieCheck(SSL* ssl, const unsigned char* cookie, unsigned size);

    void Progress();
    void Handshake();
    void ReadAll();
    void CollectOutput();
    void ArmRetransmission();
    void ShutDown();
    void FailFromOpenSsl();
    void Fail(const StreamFailure& failure);
    void End(StreamEvent event);

    std::shared_ptr<const Context> m_context;
    RandomSource& m_random;
    DatagramPipe m_pipe;
    SSL* m_ssl;
    std::string m_serverName;
    std::array<uint8_t, 16> m_cookie{}; ///< server
    TimePoint m_now{};
    Duration m_handshakeTimeout{std::chrono::seconds(30)};
    Duration m_interval{}; ///< until the present flight is sent again
    std::optional<TimePoint> m_deadline;
    std::optional<TimePoint> m_retransmitAt;
    Queue<Bytes> m_transmits;
    Queue<StreamEvent> m_events;
    std::vector<std::string> m_keyLog;
    SessionAlerts m_alerts;
    SessionInfo m_info;
    std::size_t m_discarded{0};
    bool m_hasMeant{false}; ///< the present datagram held something for us
    bool m_isEstablished{false};
    bool m_isOver{false};
};

} // namespace imsfw::tls
