// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Certificates: the simulation's own CA, what it issues, and what users bring as PEM files.
///
/// Keys come from fixed streams, validity is fixed and far on both sides of the simulation's epoch, serial numbers follow
/// from the name: every process has the same certificates to the byte.
#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "base/time.h"

#include <cstdint>
#include <map>
#include <string>
#include <tuple>
#include <vector>

namespace imsfw::tls
{

/// The instant that simulated time 0 stands for where certificates are judged: 2026-01-01T00:00:00Z.
inline constexpr int64_t EPOCH_SECONDS = 1767225600;

/// @return the Unix time that @p now stands for.
inline int64_t
UnixTime(TimePoint now)
{
    return EPOCH_SECONDS +
           std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count();
}

/// What kind of key a certificate is for; ECDSA suites need one of the last two.
enum class KeyKind
{
    RSA_2048,
    RSA_3072,
    EC_P256, ///< its signatures vary in length, so that flights vary in size from seed to seed
    ED25519, ///< RFC 8422 5.10: in TLS 1.2 it goes with the ECDSA suites
};

/// Whose certificate it is (RFC 5280 4.2.1.12).
enum class Usage
{
    SERVER,
    CLIENT,
};

inline constexpr unsigned MAX_INTERMEDIATES = 3;

/// A certificate chain with its private key, all DER. Keys are kept encoded on purpose: OpenSSL's key objects remember
/// (RSA blinding), and what one run leaves in them would show in the next run's random draws.
struct Credential
{
    std::vector<Bytes> chain; ///< the server's own certificate first
    Bytes privateKey;
};

/// A CA of the simulation, the same in every process. For one thread at a time.
class Pki
{
  public:
    /// The CA of the servers.
    static const Pki& Simulation();
    /// The CA of whoever intercepts TLS: nobody trusts it who has not been told to.
    static const Pki& Interceptor();

    /// @return the CA's certificate, DER.
    const Bytes& TrustAnchor() const;

    /// The same arguments give the same credential, in every process; within one it is made only once, since an RSA key
    /// takes longer than the rest of a short simulation.
    /// @param names DNS names or IP addresses for subjectAltName; the first is the subject's common name too
    /// @param intermediates CA certificates between the trust anchor and the issued one, of the same kind of key, which
    /// follow it in the chain; up to MAX_INTERMEDIATES
    /// @pre @p names is not empty
    const Credential& Issue(const std::vector<std::string>& names,
                            KeyKind kind = KeyKind::RSA_2048,
                            unsigned intermediates = 0,
                            Usage usage = Usage::SERVER) const;

  private:
    using Order = std::tuple<std::vector<std::string>, KeyKind, unsigned, Usage>;

    Pki(const std::string& name, std::string keys);
    Credential Make(const Order& order) const;

    std::string m_keys; ///< before the names of keys: no two CAs issue for the same one
    Bytes m_caCertificate;
    Bytes m_caKey;
    mutable std::map<Order, Credential> m_issued;
};

/// Read a server's chain and key. @return an error that names the file and what is wrong with it.
Result<Credential, std::string> LoadPem(const std::string& certificateFile,
                                        const std::string& keyFile);

/// Read CA certificates. @return DER, or an error that names the file and what is wrong with it.
Result<std::vector<Bytes>, std::string> LoadTrustAnchors(const std::string& file);

/// @return what other programs read: for a server under test, or for Wireshark.
std::string CertificateToPem(const Bytes& der);
/// @return PKCS #8 without encryption.
std::string PrivateKeyToPem(const Bytes& der);

} // namespace imsfw::tls
