// SPDX-License-Identifier: GPL-2.0-only
#include "ims-turn-helper.h"

#include "ims-tls-core-driver.h"

namespace ns3
{
namespace imsturn
{

namespace
{

constexpr uint16_t STUN_PORT = 3478; // RFC 8489 8.6

} // namespace

TurnServerHelper::TurnServerHelper()
{
    m_factory.SetTypeId(TurnServerApplication::GetTypeId());
}

void
TurnServerHelper::SetAttribute(const std::string& name, const AttributeValue& value)
{
    m_factory.Set(name, value);
}

Ptr<TurnServerApplication>
TurnServerHelper::Install(Ptr<Node> node) const
{
    const auto application = m_factory.Create<TurnServerApplication>();
    application->AddUdpListener(STUN_PORT);
    node->AddApplication(application);
    return application;
}

RelayPathHelper::RelayPathHelper(const Address& server) : m_server(imstls::ToEndpoint(server))
{
    m_factory.SetTypeId(RelayPath::GetTypeId());
}

void
RelayPathHelper::SetAttribute(const std::string& name, const AttributeValue& value)
{
    m_factory.Set(name, value);
}

Ptr<RelayPath>
RelayPathHelper::Install(Ptr<Node> node,
                         const std::string& user,
                         const std::string& password,
                         Ptr<SocketFactory> factory) const
{
    const auto path = m_factory.Create<RelayPath>();
    path->SetNode(node);
    path->SetServer(m_server);
    path->SetCredentials(user, password);
    path->SetTransport(factory);
    return path;
}

DirectPathHelper::DirectPathHelper()
{
    m_factory.SetTypeId(DirectPath::GetTypeId());
}

void
DirectPathHelper::SetAttribute(const std::string& name, const AttributeValue& value)
{
    m_factory.Set(name, value);
}

void
DirectPathHelper::SetStunServer(const Address& server)
{
    m_stunServer = imstls::ToEndpoint(server);
}

Ptr<DirectPath>
DirectPathHelper::Install(Ptr<Node> node) const
{
    const auto path = m_factory.Create<DirectPath>();
    path->SetNode(node);
    if (m_stunServer)
    {
        path->SetStunServer(*m_stunServer);
    }
    return path;
}

} // namespace imsturn
} // namespace ns3
