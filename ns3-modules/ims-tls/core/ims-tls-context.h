// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// What many sessions of one endpoint share: suites, versions, certificates, trust.
///
/// Make them once for an endpoint and run; a session costs much less than a context.
#pragma once

#include "base/random.h"
#include "base/result.h"
#include "ims-tls-options.h"
#include "ims-tls-pki.h"
#include "ims-tls-session-store.h"

#include <openssl/types.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace imsfw::tls
{

struct ClientConfig
{
    std::vector<std::string>
        suites; ///< by either name, in order of preference; empty: OpenSSL's default offer
    std::string minVersion;          ///< "1.2", "1.3" or empty: as the suites allow
    std::string maxVersion;          ///< likewise
    std::vector<Bytes> trustAnchors; ///< DER; empty: the server is not verified
    Options options;
    std::string
        sni; ///< sent in place of the name that the server's certificate must be for; empty: that one
    std::optional<Credential> credential; ///< shown to servers that ask for a certificate
    /// The ClientHello gets at least so many bytes, record header included, by an extension of private use: as large as
    /// the key shares of post-quantum groups make it. 0: as large as it is.
    std::size_t helloSize{0};
    bool isDatagram{
        false}; ///< for DtlsSession: DTLS 1.2, whatever versions say; suites of TLS 1.3 are left out
};

struct ServerConfig
{
    Credential credential;
    std::vector<std::string>
        suites; ///< empty: every one there is, NULL included; the client's order counts
    std::string minVersion{"1.2"};
    std::string maxVersion{"1.3"};
    Options options;
    std::vector<Bytes>
        clientTrustAnchors; ///< DER; where there are any, a client without a certificate is refused
    bool isDatagram{false}; ///< as a client's
};

/// An SSL_CTX of one side. Sessions of it may be made as long as it lives.
class Context
{
  public:
    /// @param random ticket keys are drawn from it, once
    static Result<std::shared_ptr<const Context>, std::string> MakeClient(
        const ClientConfig& config, RandomSource& random);
    static Result<std::shared_ptr<const Context>, std::string> MakeServer(
        const ServerConfig& config, RandomSource& random);

    ~Context();
    Context(const Context&) = delete;
    Context& operator=(const Context&) = delete;

    SSL_CTX* Get() const;

    bool
    IsServer() const
    {
        return m_isServer;
    }

    /// @return whether its sessions are DtlsSession, not TlsSession.
    bool
    IsDatagram() const
    {
        return m_isDatagram;
    }

    const Options&
    GetOptions() const
    {
        return m_options;
    }

    /// @return what a client says in place of a server's name; empty: that name.
    const std::string&
    GetSni() const
    {
        return m_sni;
    }

    /// @return the least size of a ClientHello; 0: any.
    std::size_t
    GetHelloSize() const
    {
        return m_helloSize;
    }

    /// The sessions that a server remembers, where resumption is by IDs.
    SessionStore&
    ServerSessions() const
    {
        return m_serverSessions;
    }

  private:
    Context(bool isServer, bool isDatagram, const Options& options);

    SSL_CTX* m_context;
    bool m_isServer;
    bool m_isDatagram;
    Options m_options; ///< m_context refers to it
    std::string m_sni;
    std::size_t m_helloSize{0};
    mutable SessionStore m_serverSessions;
};

} // namespace imsfw::tls
