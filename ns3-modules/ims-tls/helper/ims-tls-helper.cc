// SPDX-License-Identifier: GPL-2.0-only
#include "ims-tls-helper.h"

#include "ims-tls-stream-name.h"

#include "ns3/abort.h"
#include "ns3/nstime.h"
#include "ns3/rng-seed-manager.h"
#include "ns3/string.h"
#include "ns3/tcp-socket-factory.h"

#include <utility>

namespace ns3
{
namespace imstls
{

namespace
{

std::shared_ptr<imsfw::RandomSource>
MakeRandom(const Ptr<Node>& node, const std::string& stream)
{
    return std::make_shared<imsfw::SeededRandom>(
        RngSeedManager::GetSeed(), RngSeedManager::GetRun(), stream + "/" + StreamNameOf(node));
}

std::shared_ptr<const imsfw::tls::Context>
ValueOrAbort(const imsfw::Result<std::shared_ptr<const imsfw::tls::Context>, std::string>& context)
{
    NS_ABORT_MSG_UNLESS(context, "TLS settings: " << context.Error());
    return *context;
}

} // namespace

void
TlsHelper::SetSuites(std::vector<std::string> suites)
{
    m_suites = std::move(suites);
}

void
TlsHelper::SetVersions(std::string minVersion, std::string maxVersion)
{
    m_minVersion = std::move(minVersion);
    m_maxVersion = std::move(maxVersion);
}

void
TlsHelper::SetServerName(std::string serverName)
{
    m_serverName = std::move(serverName);
}

void
TlsHelper::SetTrustAnchors(std::vector<imsfw::Bytes> trustAnchors)
{
    m_trustAnchors = std::move(trustAnchors);
}

void
TlsHelper::SetCredential(imsfw::tls::Credential credential)
{
    m_credential = std::move(credential);
}

void
TlsHelper::SetHandshakeTimeout(const Time& timeout)
{
    m_handshakeTimeout = timeout;
}

void
TlsHelper::SetDatagram(bool isDatagram)
{
    m_isDatagram = isDatagram;
}

void
TlsHelper::SetLowerFactory(Ptr<SocketFactory> lower)
{
    m_lower = lower;
}

Ptr<TlsSocketFactory>
TlsHelper::MakeFactory(Ptr<Node> node, const std::shared_ptr<imsfw::RandomSource>& random) const
{
    auto factory = CreateObject<TlsSocketFactory>();
    factory->SetAttribute("ServerName", StringValue(m_serverName));
    factory->SetAttribute("HandshakeTimeout", TimeValue(m_handshakeTimeout));
    factory->SetLowerFactory(m_lower ? m_lower
                                     : Ptr<SocketFactory>(node->GetObject<TcpSocketFactory>()));
    factory->SetRandom(random);
    return factory;
}

Ptr<TlsSocketFactory>
TlsHelper::MakeClient(Ptr<Node> node, const std::string& stream) const
{
    imsfw::tls::ClientConfig config;
    config.suites = m_suites;
    config.minVersion = m_minVersion;
    config.maxVersion = m_maxVersion;
    config.isDatagram = m_isDatagram;
    config.trustAnchors = m_trustAnchors.value_or(
        std::vector<imsfw::Bytes>{imsfw::tls::Pki::Simulation().TrustAnchor()});
    const auto random = MakeRandom(node, stream);
    const auto factory = MakeFactory(node, random);
    factory->SetClientContext(ValueOrAbort(imsfw::tls::Context::MakeClient(config, *random)));
    return factory;
}

Ptr<TlsSocketFactory>
TlsHelper::MakeServer(Ptr<Node> node,
                      const std::vector<std::string>& names,
                      const std::string& stream) const
{
    imsfw::tls::ServerConfig config;
    config.suites = m_suites;
    config.minVersion = m_minVersion;
    config.maxVersion = m_maxVersion;
    config.isDatagram = m_isDatagram;
    config.credential = m_credential ? *m_credential : imsfw::tls::Pki::Simulation().Issue(names);
    const auto random = MakeRandom(node, stream);
    const auto factory = MakeFactory(node, random);
    factory->SetServerContext(ValueOrAbort(imsfw::tls::Context::MakeServer(config, *random)));
    return factory;
}

} // namespace imstls
} // namespace ns3
