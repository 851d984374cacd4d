// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Follows a TLS connection from its first record: handshake, negotiated suite, and the data of NULL suites.
///
/// RFC 5246 6.2 and 7.4, RFC 8446 4.1 and 5, RFC 9150. Works on both directions' bytes in order, in pieces of any size.
/// Renegotiation under a NULL suite is followed. Bounds: one record (18 kB) and one handshake message (as
/// HandshakeReader holds it) in each direction. Left out: decryption, checking of MACs,
/// 0-RTT data, compression (its data count as unreadable).
#pragma once

#include "base/bytes.h"
#include "classify/findings.h"
#include "classify/handshake-reader.h"
#include "classify/tls-hello.h"

#include <array>
#include <cstdint>
#include <optional>

namespace imsfw::classify
{

class TlsTracker
{
  public:
    /// RFC 5246 6.2.3: a protected fragment is at most 2^14 + 2048 bytes.
    static constexpr std::size_t FRAGMENT_LIMIT = (1U << 14) + 2048;
    static constexpr std::size_t HELLO_LIMIT = HandshakeReader::HELLO_LIMIT;

    /// Take the next bytes of one direction.
    /// @return the application data that they complete, readable because the suite does not encrypt.
    Bytes Push(Direction direction, ByteView bytes);

    const TlsFindings&
    GetFindings() const
    {
        return m_findings;
    }

    /// @return a number that grows with each change of the findings.
    uint32_t
    GetGeneration() const
    {
        return m_generation;
    }

    /// @return true once nothing more can be read: both directions encrypted, or the framing broke.
    bool IsSettled() const;
    std::size_t GetHeldBytes() const;

  private:
    /// How the records of one direction are protected.
    struct Protection
    {
        bool readable{false};
        std::size_t macLength{0}; ///< where readable
        bool isTls13{false};      ///< then only records of type application_data are protected
    };

    /// One direction.
    struct Half
    {
        Bytes pending; ///< an incomplete record, or just its header while its body is passed over
        std::size_t skipRecord{0}; ///< bytes of an opaque record still to come
        HandshakeReader handshake;
        std::optional<Protection> protection;
    };

    struct Record
    {
        uint8_t type;
        ByteView fragment;
    };

    Half&
    At(Direction direction)
    {
        return m_halves[static_cast<std::size_t>(direction)];
    }

    void TakeRecords(Direction direction, ByteView bytes, Bytes& plaintext);
    /// Take one record, or what is there of an opaque one, off the front of @p bytes.
    /// @return how many bytes were used; 0 where more are needed.
    std::size_t TakeRecord(Direction direction, ByteView bytes, Bytes& plaintext);
    void HandleRecord(Direction direction, Record record, Bytes& plaintext);
    void HandleProtected(Direction direction,
                         const Protection& protection,
                         Record record,
                         Bytes& plaintext);
    void HandleReadable(Direction direction, Record record, Bytes& plaintext);
    void HandleTls13(ByteView content, Bytes& plaintext);
    void HandleHandshake(Direction direction, ByteView content);
    void HandleMessage(Direction direction, const HandshakeReader::Message& message);
    void HandleClientHello(const HandshakeReader::Message& message);
    void NoteOffer(ClientHelloFacts hello);
    void HandleServerHello(ByteView body);
    void HandleCertificate(ByteView body);
    void Negotiate(const ServerHelloFacts& hello);
    void HandleChangeCipher(Direction direction);
    void Protect(Direction direction, const Protection& protection);
    void Break(TlsDefect defect);

    std::array<Half, 2> m_halves;
    std::optional<Protection> m_negotiated; ///< takes effect with each direction's ChangeCipherSpec
    bool m_isFullHandshake{
        false}; ///< the server has gone beyond its hello in the present handshake
    TlsFindings m_findings;
    uint32_t m_generation{0};
};

} // namespace imsfw::classify
