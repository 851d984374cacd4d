// SPDX-License-Identifier: GPL-2.0-only
#include "ims-tls-context.h"

#include "ims-tls-dtls-session.h"
#include "ims-tls-openssl.h"
#include "ims-tls-session.h"
#include "ims-tls-suites.h"

#include <algorithm>

namespace imsfw::tls
{

namespace
{

struct SuiteLists
{
    std::string tls12;
    std::string tls13;
};

Result<SuiteLists, std::string>
SplitSuites(const std::vector<std::string>& names)
{
    SuiteLists lists;
    for (const auto& name : names)
    {
        const auto suite = FindSuite(name);
        if (!suite)
        {
            return Failure{suite.Error()};
        }
        std::string& list = suite->isTls13 ? lists.tls13 : lists.tls12;
        list += (list.empty() ? "" : ":") + suite->openSslName;
    }
    return lists;
}

int
VersionNumber(const std::string& version)
{
    return version == "1.3" ? TLS1_3_VERSION : TLS1_2_VERSION;
}

/// Offer exactly what was asked for; a version without a suite is not offered.
std::string
SetSuitesAndVersions(SSL_CTX* context,
                     const std::vector<std::string>& suites,
                     const std::string& defaultList,
                     std::string minVersion,
                     std::string maxVersion)
{
    if (const auto contradiction = CheckSuites(suites, minVersion, maxVersion))
    {
        return *contradiction;
    }
    const auto lists = SplitSuites(suites);
    if (!lists)
    {
        return lists.Error();
    }
    if (!suites.empty())
    {
        minVersion = minVersion.empty() && lists->tls12.empty() ? "1.3" : minVersion;
        maxVersion = maxVersion.empty() && lists->tls13.empty() ? "1.2" : maxVersion;
        SSL_CTX_set_ciphersuites(context, lists->tls13.c_str());
    }
    const std::string list = lists->tls12.empty() ? defaultList : lists->tls12;
    // Level 0 admits NULL suites and what else was usual in 2012; the list decides, not the level.
    if (SSL_CTX_set_cipher_list(context, (list + ":@SECLEVEL=0").c_str()) != 1)
    {
        return "no usable cipher suite: " + TakeErrors();
    }
    SSL_CTX_set_min_proto_version(context, VersionNumber(minVersion.empty() ? "1.2" : minVersion));
    SSL_CTX_set_max_proto_version(context, VersionNumber(maxVersion.empty() ? "1.3" : maxVersion));
    return {};
}

std::string
UseCredential(SSL_CTX* context, const Credential& credential)
{
    for (std::size_t i = 0; i < credential.chain.size(); ++i)
    {
        const X509Ptr certificate = CertificateFromDer(credential.chain[i]);
        const bool taken =
            certificate && (i == 0 ? SSL_CTX_use_certificate(context, certificate.get()) == 1
                                   : SSL_CTX_add1_chain_cert(context, certificate.get()) == 1);
        if (!taken)
        {
            return "the certificate cannot be used: " + TakeErrors();
        }
    }
    const PkeyPtr key = PrivateKeyFromDer(credential.privateKey);
    if (!key || SSL_CTX_use_PrivateKey(context, key.get()) != 1)
    {
        return "the private key cannot be used: " + TakeErrors();
    }
    return {};
}

std::string
Trust(SSL_CTX* context, const std::vector<Bytes>& anchors)
{
    X509_STORE* store = SSL_CTX_get_cert_store(context);
    for (const auto& der : anchors)
    {
        const X509Ptr anchor = CertificateFromDer(der);
        if (!anchor || X509_STORE_add_cert(store, anchor.get()) != 1)
        {
            return "a trust anchor cannot be used: " + TakeErrors();
        }
    }
    SSL_CTX_set_verify(context, anchors.empty() ? SSL_VERIFY_NONE : SSL_VERIFY_PEER, nullptr);
    return {};
}

SSL_CTX*
MakeBase(const SSL_METHOD* method)
{
    SSL_CTX* context = SSL_CTX_new_ex(Library(), nullptr, method);
    // A session holds about 70 kB of buffers otherwise, idle or not.
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_timeout(context,
                        1L << 30); // expiry is judged in simulated time, never by the real clock
    return context;
}

const SSL_METHOD*
MethodOf(bool isServer, bool isDatagram)
{
    if (isDatagram)
    {
        return isServer ? DTLS_server_method() : DTLS_client_method();
    }
    return isServer ? TLS_server_method() : TLS_client_method();
}

/// OpenSSL 3.0 has no DTLS 1.3 (RFC 9147), and RFC 9325 3.1.2 forbids 1.0.
std::string
SetDtlsSuites(SSL_CTX* context,
              const std::vector<std::string>& suites,
              const std::string& defaultList)
{
    const auto lists = SplitSuites(suites);
    if (!lists)
    {
        return lists.Error();
    }
    if (!suites.empty() && lists->tls12.empty())
    {
        return "DTLS 1.2 has none of the suites; name one of TLS 1.2";
    }
    const std::string list = lists->tls12.empty() ? defaultList : lists->tls12;
    if (SSL_CTX_set_cipher_list(context, (list + ":@SECLEVEL=0").c_str()) != 1)
    {
        return "no usable cipher suite: " + TakeErrors();
    }
    SSL_CTX_set_min_proto_version(context, DTLS1_2_VERSION);
    SSL_CTX_set_max_proto_version(context, DTLS1_2_VERSION);
    return {};
}

/// @param config a ClientConfig or ServerConfig
template <typename Config>
std::string
Offer(SSL_CTX* context, const Config& config, const std::string& defaultList)
{
    return config.isDatagram
               ? SetDtlsSuites(context, config.suites, defaultList)
               : SetSuitesAndVersions(
                     context, config.suites, defaultList, config.minVersion, config.maxVersion);
}

std::string
AskForCertificate(SSL_CTX* context, const std::vector<Bytes>& anchors)
{
    if (anchors.empty())
    {
        return {};
    }
    std::string error = Trust(context, anchors);
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
    return error;
}

void
InstallCallbacks(const Context& context)
{
    SessionCore::InstallCallbacks(context);
    if (context.IsDatagram())
    {
        DtlsSession::InstallDatagramCallbacks(context);
        return;
    }
    TlsSession::InstallHelloFill(context);
}

} // namespace

Context::Context(bool isServer, bool isDatagram, const Options& options)
    : m_context(MakeBase(MethodOf(isServer, isDatagram))),
      m_isServer(isServer),
      m_isDatagram(isDatagram),
      m_options(options),
      m_serverSessions(options.sessionLifetime)
{
}

Context::~Context()
{
    SSL_CTX_free(m_context);
}

SSL_CTX*
Context::Get() const
{
    return m_context;
}

Result<std::shared_ptr<const Context>, std::string>
Context::MakeClient(const ClientConfig& config, RandomSource& random)
{
    const RandomScope scope(random);
    const std::shared_ptr<Context> made(new Context(false, config.isDatagram, config.options));
    SSL_CTX* context = made->Get();
    made->m_sni = config.sni;
    made->m_helloSize = config.helloSize;
    std::string error = Offer(context, config, "DEFAULT");
    if (error.empty())
    {
        error = Trust(context, config.trustAnchors);
    }
    if (error.empty() && config.credential)
    {
        error = UseCredential(context, *config.credential);
    }
    if (error.empty())
    {
        error = Apply(context, made->m_options, false);
    }
    if (!error.empty())
    {
        return Failure{error};
    }
    InstallCallbacks(*made);
    return std::shared_ptr<const Context>(made);
}

Result<std::shared_ptr<const Context>, std::string>
Context::MakeServer(const ServerConfig& config, RandomSource& random)
{
    const RandomScope scope(random);
    const std::shared_ptr<Context> made(new Context(true, config.isDatagram, config.options));
    SSL_CTX* context = made->Get();
    std::string error = Offer(context, config, "ALL:COMPLEMENTOFALL");
    if (error.empty())
    {
        error = UseCredential(context, config.credential);
    }
    if (error.empty())
    {
        error = AskForCertificate(context, config.clientTrustAnchors);
    }
    if (error.empty())
    {
        error = Apply(context, made->m_options, true);
    }
    if (!error.empty())
    {
        return Failure{error};
    }
    InstallCallbacks(*made);
    return std::shared_ptr<const Context>(made);
}

} // namespace imsfw::tls
