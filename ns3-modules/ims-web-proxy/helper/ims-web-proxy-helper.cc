// SPDX-License-Identifier: GPL-2.0-only
#include "ims-web-proxy-helper.h"

#include "ims-tls-stream-name.h"

#include "ns3/rng-seed-manager.h"
#include "ns3/tcp-socket-factory.h"
#include "ns3/uinteger.h"

namespace ns3
{
namespace imsproxy
{

WebProxyHelper::WebProxyHelper(uint16_t port)
{
    m_factory.SetTypeId(WebProxyApplication::GetTypeId());
    m_factory.Set("Port", UintegerValue(port));
}

void
WebProxyHelper::SetAttribute(const std::string& name, const AttributeValue& value)
{
    m_factory.Set(name, value);
}

void
WebProxyHelper::AddConnectPort(uint16_t port)
{
    m_connectPorts.push_back(port);
}

void
WebProxyHelper::AddUser(const std::string& name, const std::string& password)
{
    m_users.emplace_back(name, password);
}

Ptr<WebProxyApplication>
WebProxyHelper::Install(Ptr<Node> node) const
{
    const auto proxy = m_factory.Create<WebProxyApplication>();
    for (const uint16_t port : m_connectPorts)
    {
        proxy->AddConnectPort(port);
    }
    for (const auto& [name, password] : m_users)
    {
        proxy->AddUser(name, password);
    }
    node->AddApplication(proxy);
    return proxy;
}

Ptr<HttpConnectSocketFactory>
WebProxyHelper::MakeClient(Ptr<Node> node,
                           const imsfw::Endpoint& proxy,
                           const std::string& user,
                           const std::string& password,
                           const std::string& stream)
{
    const auto factory = CreateObject<HttpConnectSocketFactory>();
    factory->SetLowerFactory(node->GetObject<TcpSocketFactory>());
    factory->SetProxy(proxy);
    factory->SetCredentials(user, password);
    factory->SetRandom(
        std::make_shared<imsfw::SeededRandom>(RngSeedManager::GetSeed(),
                                              RngSeedManager::GetRun(),
                                              "node/" + imstls::StreamNameOf(node) + "/" + stream));
    return factory;
}

} // namespace imsproxy
} // namespace ns3
