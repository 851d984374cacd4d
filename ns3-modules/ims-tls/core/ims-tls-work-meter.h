// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// What OpenSSL computes for one connection, told from the messages and records that it handles.
///
/// | operation | when |
/// |---|---|
/// | session | a connection is made |
/// | message/client, message/server | a handshake message is made or read: parsing, key schedule, transcript (per byte) |
/// | schedule/client, schedule/server | TLS 1.3: all of the key schedule that TLS 1.2's PRF does not have; with ServerHello |
/// | keygen/GROUP, derive/GROUP | a key share is made; the shared secret is computed |
/// | sign/KEY, verify/KEY | ServerKeyExchange (RFC 5246 7.4.3), CertificateVerify (RFC 8446 4.4.3) |
/// | encrypt/KEY, decrypt/KEY | the premaster secret of RSA key exchange (RFC 5246 7.4.7.1) |
/// | certificate/KEY | a certificate of the peer's chain is read, and its issuer's signature (by KEY) verified |
/// | seal/CIPHER, open/CIPHER | a protected record is made or read, per record and byte; MACs and tags are part of it |
///
/// GROUP is IANA's name (x25519, secp256r1, ffdhe2048), KEY an algorithm with its size (rsa-2048, secp256r1, ed25519),
/// CIPHER what IANA's suite name ends with (AES_128_GCM_SHA256). Left out: alerts and CCS of their own accord, the keys of
/// tickets (part of their message), revocation. Of what DTLS sends once more, only the records count: its messages were made before.
#pragma once

#include "base/bytes.h"
#include "base/work.h"

#include <openssl/types.h>

#include <array>
#include <cstdint>
#include <string>

namespace imsfw::tls
{

class WorkMeter
{
  public:
    /// @param ssl outlives the meter
    explicit WorkMeter(const SSL* ssl);
    WorkMeter(const WorkMeter&) = delete;
    WorkMeter& operator=(const WorkMeter&) = delete;

    /// OpenSSL has made or read something. @param type, bytes as its message callback has them
    void Note(bool isWritten, int type, ByteView bytes);

    /// @return what was done since the last call. Not from within a call of OpenSSL.
    WorkList Take();

  private:
    void HandleHeader(bool isWritten, ByteView header);
    void HandleMessage(bool isWritten, ByteView message);
    /// @return whether DTLS sends @p message again, which was made before.
    bool IsRepeated(ByteView message);
    void HandleHello(bool isWritten, bool isOfServer, ByteView body);
    void HandleServerKeyExchange(bool isWritten, ByteView body);
    void HandleClientKeyExchange(bool isWritten);
    void AddChain();
    void Add(const std::string& operation, uint64_t bytes = 0);
    bool IsServer() const;
    /// @return the key that the end which sent a message signs with.
    std::string SignerOf(bool isWritten) const;

    const SSL* m_ssl;
    WorkList m_work;
    uint32_t m_nextSequence{0};         ///< DTLS: of the next handshake message to be made
    std::string m_group;                ///< of TLS 1.2's ephemeral key exchange
    std::array<bool, 2> m_hasChanged{}; ///< TLS 1.2: ChangeCipherSpec went by; read, written
    bool m_hasChain{false};             ///< a Certificate was read, and is not added yet
};

/// @return IANA's name of a supported group ("x25519"), or "group-" and the number.
std::string GroupName(uint16_t id);

/// @return "rsa-2048", "secp256r1", "ed25519": what operations with @p key cost depends on.
std::string KeyName(const EVP_PKEY* key);

/// @return how records of a suite are protected: the end of its IANA name, from the cipher on.
std::string CipherOf(const std::string& suite);

} // namespace imsfw::tls
