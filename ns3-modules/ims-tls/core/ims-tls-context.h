// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// What many sessions of one endpoint share: suites, versions, certificates, trust.
///
/// Make them once for an endpoint and run; a session costs much less than a context. Left out: resumption by choice (a
/// server sends tickets as OpenSSL does, nobody uses them yet), client certificates.
#pragma once

#include "base/random.h"
#include "base/result.h"
#include "ims-tls-pki.h"

#include <openssl/types.h>

#include <memory>
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
};

struct ServerConfig
{
    Credential credential;
    std::vector<std::string>
        suites; ///< empty: every one there is, NULL included; the client's order counts
    std::string minVersion{"1.2"};
    std::string maxVersion{"1.3"};
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

  private:
    Context(SSL_CTX* context, bool isServer);

    SSL_CTX* m_context;
    bool m_isServer;
};

} // namespace imsfw::tls
