// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Sockets that reach their destination by HTTP CONNECT through a web proxy, and the factory that makes them.
#ifndef IMS_WEB_PROXY_CONNECT_SOCKET_FACTORY_H
#define IMS_WEB_PROXY_CONNECT_SOCKET_FACTORY_H

#include "base/address.h"
#include "base/random.h"
#include "ims-tls-layered-socket.h"

#include "ns3/nstime.h"
#include "ns3/socket-factory.h"

#include <memory>
#include <string>
#include <vector>

namespace ns3
{
namespace imsproxy
{

class HttpConnectSocketFactory : public SocketFactory
{
  public:
    static TypeId GetTypeId();
    HttpConnectSocketFactory();
    ~HttpConnectSocketFactory() override;

    /// @param lower makes the connection to the proxy, usually a node's TcpSocketFactory
    void SetLowerFactory(Ptr<SocketFactory> lower);
    void SetProxy(const imsfw::Endpoint& proxy);
    /// For a proxy that asks for them; not sent before.
    void SetCredentials(const std::string& user, const std::string& password);
    /// What the tunnels are for, as protocols of ALPN, to be told to proxies (RFC 7639); none: not said.
    void SetAlpn(std::vector<std::string> protocols);
    /// Further header lines of each request, each with its line end.
    void SetFields(std::string fields);
    /// Ask for this host, with the port of the address that is connected to: the proxy resolves the name. Empty: the address.
    void SetTargetName(std::string name);
    /// Client nonces are drawn from it.
    void SetRandom(std::shared_ptr<imsfw::RandomSource> random);

    Ptr<Socket> CreateSocket() override;

    /// @return whether one of its sockets had a connection to the proxy, whatever the proxy said then.
    bool HasReachedProxy() const;

    /// For HttpConnectSocket alone.
    Address GetProxy() const;
    std::unique_ptr<imsfw::StreamLayer> MakeLayer(const Address& target,
                                                  const std::string& authorization) const;
    Ptr<Socket> MakeLower() const;

  protected:
    void DoDispose() override;

  private:
    Ptr<SocketFactory> m_lower;
    imsfw::Endpoint m_proxy;
    std::string m_user;
    std::string m_password;
    std::vector<std::string> m_alpn;
    std::string m_fields;
    std::string m_targetName;
    Time m_answerTimeout;
    std::shared_ptr<imsfw::RandomSource> m_random;
    std::shared_ptr<bool> m_hasReached; ///< shared with the layers of its sockets
};

/// The UE's end of a tunnel: Connect(address) connects to the proxy and asks it for that address.
class HttpConnectSocket : public imstls::LayeredSocket
{
  public:
    static TypeId GetTypeId();
    void SetFactory(Ptr<HttpConnectSocketFactory> factory);

  protected:
    void DoDispose() override;
    Address DoLowerDestination(const Address& address) const override;
    std::unique_ptr<imsfw::StreamLayer> DoMakeClientLayer(const Address& address) override;
    std::unique_ptr<imsfw::StreamLayer> DoMakeServerLayer() override;
    Ptr<LayeredSocket> DoFork() const override;
    /// RFC 9110 11.7.1: a proxy may close after its 407; the answer goes over another connection then, once.
    Ptr<Socket> DoTryAgain(const imsfw::StreamFailure& failure) override;

  private:
    Ptr<HttpConnectSocketFactory> m_factory;
    std::string m_authorization;
};

} // namespace imsproxy
} // namespace ns3

#endif // IMS_WEB_PROXY_CONNECT_SOCKET_FACTORY_H
