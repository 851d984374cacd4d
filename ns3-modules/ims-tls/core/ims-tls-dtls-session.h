// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// One DTLS 1.2 association (RFC 6347), sans-IO: OpenSSL over whole datagrams.
///
/// Of the same contract as a StreamLayer (base/stream-layer.h), with datagrams in place of a stream: what one Send takes
/// arrives as one DATA event or not at all. Lost flights are retransmitted by simulated time. Failures are a TlsSession's,
/// with "handshake-timeout" for an association that never came about.
///
/// Left out: renegotiation, a ClientHello of a given size. Datagrams of a handshake hold at most HANDSHAKE_MTU bytes; what is
/// sent later goes as it is.
#pragma once

#include "ims-tls-datagram-pipe.h"
#include "ims-tls-session-core.h"

#include <array>
#include <cstdint>

namespace imsfw::tls
{

class DtlsSession : public SessionCore
{
  public:
    /// RFC 6347 4.1.1.1 wants fragments that fit; this fits through every tunnel of a mobile network.
    static constexpr std::size_t HANDSHAKE_MTU = 1200;

    /// As SessionCore's. @param context of datagrams, and of the side wanted
    DtlsSession(std::shared_ptr<const Context> context,
                RandomSource& random,
                const std::string& serverName);
    ~DtlsSession() override;

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

    /// @return datagrams that arrived and meant nothing.
    std::size_t GetDiscarded() const;

    /// Hooks every session of a context needs beside SessionCore's; called by Context alone.
    static void InstallDatagramCallbacks(const Context& context);

  private:
    void CollectOutput(ByteView plaintext) override;
    void NoteRead(ByteView plaintext) override;
    void NoteMessage(bool isSent) override;

    static DtlsSession* OfDatagrams(const SSL* ssl);
    static unsigned OnTimer(SSL* ssl, unsigned microseconds);
    static int OnCookie(SSL* ssl, unsigned char* cookie, unsigned* size);
    static int OnCookieCheck(SSL* ssl, const unsigned char* cookie, unsigned size);

    void ArmRetransmission();

    DatagramPipe m_pipe;
    std::array<uint8_t, 16> m_cookie{}; ///< server
    Duration m_interval{};              ///< until the present flight is sent again
    std::optional<TimePoint> m_retransmitAt;
    std::size_t m_discarded{0};
    Bytes m_plaintext;      ///< of the present datagram, where traffic is kept
    bool m_hasMeant{false}; ///< the present datagram held something for us
};

} // namespace imsfw::tls
