// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Installing user agents and P-CSCFs.
#include "ims-sip-helper.h"

#include "ns3/string.h"

namespace ns3
{
namespace imssip
{

SipUaHelper::SipUaHelper(const Address& pCscf)
{
    m_factory.SetTypeId(SipUaApplication::GetTypeId());
    m_factory.Set("PCscf", AddressValue(pCscf));
}

void
SipUaHelper::SetAttribute(const std::string& name, const AttributeValue& value)
{
    m_factory.Set(name, value);
}

Ptr<SipUaApplication>
SipUaHelper::Install(Ptr<Node> node,
                     const std::string& user,
                     const std::string& password,
                     Ptr<SocketFactory> factory) const
{
    Ptr<SipUaApplication> application = m_factory.Create<SipUaApplication>();
    StringValue realm;
    application->GetAttribute("Realm", realm);
    application->SetAttribute("PublicIdentity", StringValue("sip:" + user + "@" + realm.Get()));
    application->SetAttribute("PrivateIdentity", StringValue(user + "@" + realm.Get()));
    application->SetAttribute("Password", StringValue(password));
    application->SetTransport(factory);
    node->AddApplication(application);
    return application;
}

PCscfHelper::PCscfHelper()
{
    m_factory.SetTypeId(PCscfApplication::GetTypeId());
}

void
PCscfHelper::SetAttribute(const std::string& name, const AttributeValue& value)
{
    m_factory.Set(name, value);
}

Ptr<PCscfApplication>
PCscfHelper::Install(Ptr<Node> node) const
{
    Ptr<PCscfApplication> application = m_factory.Create<PCscfApplication>();
    application->AddUdpListener(5060);
    node->AddApplication(application);
    return application;
}

} // namespace imssip
} // namespace ns3
