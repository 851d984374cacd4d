// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Installs the SIP roles on nodes.
#ifndef IMS_SIP_HELPER_H
#define IMS_SIP_HELPER_H

#include "ims-sip-p-cscf-application.h"
#include "ims-sip-ua-application.h"

#include "ns3/attribute.h"
#include "ns3/node.h"
#include "ns3/object-factory.h"
#include "ns3/socket-factory.h"

#include <string>

namespace ns3
{
namespace imssip
{

/// Makes user agents. Set attributes first, then install on as many nodes as wanted.
class SipUaHelper
{
  public:
    /// @param pCscf address and port of the P-CSCF.
    explicit SipUaHelper(const Address& pCscf);

    void SetAttribute(const std::string& name, const AttributeValue& value);

    /// @param user the part before the @ of both identities; the realm is the attribute's default.
    /// @param factory the flow's transport; null is UDP.
    Ptr<SipUaApplication> Install(Ptr<Node> node,
                                  const std::string& user,
                                  const std::string& password,
                                  Ptr<SocketFactory> factory = nullptr) const;

  private:
    ObjectFactory m_factory;
};

/// Makes the P-CSCF with a UDP listener at 5060; others are added at the application.
class PCscfHelper
{
  public:
    PCscfHelper();

    void SetAttribute(const std::string& name, const AttributeValue& value);
    Ptr<PCscfApplication> Install(Ptr<Node> node) const;

  private:
    ObjectFactory m_factory;
};

} // namespace imssip
} // namespace ns3

#endif // IMS_SIP_HELPER_H
