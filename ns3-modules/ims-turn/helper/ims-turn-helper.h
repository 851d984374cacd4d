// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Installs TURN servers, and makes media paths, on nodes.
#ifndef IMS_TURN_HELPER_H
#define IMS_TURN_HELPER_H

#include "ims-turn-direct-path.h"
#include "ims-turn-relay-path.h"
#include "ims-turn-server-application.h"

#include "ns3/address.h"
#include "ns3/attribute.h"
#include "ns3/node.h"
#include "ns3/object-factory.h"
#include "ns3/ptr.h"
#include "ns3/socket-factory.h"

#include <optional>
#include <string>

namespace ns3
{
namespace imsturn
{

/// Makes servers with a UDP listener at 3478; others, and users, are added at the application.
class TurnServerHelper
{
  public:
    TurnServerHelper();

    void SetAttribute(const std::string& name, const AttributeValue& value);
    Ptr<TurnServerApplication> Install(Ptr<Node> node) const;

  private:
    ObjectFactory m_factory;
};

/// Makes paths over a TURN server.
class RelayPathHelper
{
  public:
    /// @param server address and port of the TURN server (InetSocketAddress)
    explicit RelayPathHelper(const Address& server);

    void SetAttribute(const std::string& name, const AttributeValue& value);

    /// @param factory the transport to the server; null is UDP
    Ptr<RelayPath> Install(Ptr<Node> node,
                           const std::string& user,
                           const std::string& password,
                           Ptr<SocketFactory> factory = nullptr) const;

  private:
    imsfw::Endpoint m_server;
    ObjectFactory m_factory;
};

/// Makes paths without a relay.
class DirectPathHelper
{
  public:
    DirectPathHelper();

    void SetAttribute(const std::string& name, const AttributeValue& value);
    /// @param server address and port (InetSocketAddress) that the reflexive address is learnt from
    void SetStunServer(const Address& server);
    Ptr<DirectPath> Install(Ptr<Node> node) const;

  private:
    std::optional<imsfw::Endpoint> m_stunServer;
    ObjectFactory m_factory;
};

} // namespace imsturn
} // namespace ns3

#endif // IMS_TURN_HELPER_H
