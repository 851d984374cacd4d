// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Installs web proxies on nodes, and makes the socket factories of those who have to go through them.
///
///     WebProxyHelper proxy(3128);
///     proxy.SetAttribute("Authentication", StringValue("digest"));
///     proxy.AddUser("employee", "correct horse");
///     proxy.Install(proxyNode);
///     auto tunnels = WebProxyHelper::MakeClient(ueNode, *imsfw::Endpoint::Parse("10.0.1.2:3128"),
///                                               "employee", "correct horse");
#ifndef IMS_WEB_PROXY_HELPER_H
#define IMS_WEB_PROXY_HELPER_H

#include "ims-web-proxy-application.h"
#include "ims-web-proxy-connect-socket-factory.h"

#include "ns3/attribute.h"
#include "ns3/node.h"
#include "ns3/object-factory.h"

#include <string>
#include <utility>
#include <vector>

namespace ns3
{
namespace imsproxy
{

class WebProxyHelper
{
  public:
    /// @param port that clients connect to
    explicit WebProxyHelper(uint16_t port = 3128);

    /// See WebProxyApplication's attributes.
    void SetAttribute(const std::string& name, const AttributeValue& value);
    /// CONNECT is served to these ports only; without any, to 443.
    void AddConnectPort(uint16_t port);
    void AddUser(const std::string& name, const std::string& password);

    Ptr<WebProxyApplication> Install(Ptr<Node> node) const;

    /// @return sockets of @p node that reach their destination through @p proxy, over the node's TCP.
    /// @param user empty: no credentials
    /// @param stream tells several factories of one node apart in their randomness
    static Ptr<HttpConnectSocketFactory> MakeClient(Ptr<Node> node,
                                                    const imsfw::Endpoint& proxy,
                                                    const std::string& user = "",
                                                    const std::string& password = "",
                                                    const std::string& stream = "http-connect");

  private:
    ObjectFactory m_factory;
    std::vector<uint16_t> m_connectPorts;
    std::vector<std::pair<std::string, std::string>> m_users;
};

} // namespace imsproxy
} // namespace ns3

#endif // IMS_WEB_PROXY_HELPER_H
