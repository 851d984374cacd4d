// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The network of this module's tests: client --- proxy --- server, two links of 10 ms, and what the proxy told.
#ifndef IMS_WEB_PROXY_FIXTURE_H
#define IMS_WEB_PROXY_FIXTURE_H

#include "ims-tls-test-network.h"
#include "ims-web-proxy-helper.h"

namespace ns3
{
namespace imsproxy
{
namespace tests
{

inline constexpr uint16_t PROXY_PORT = 3128;

class WebProxyTest : public testing::Test
{
  protected:
    WebProxyTest()
    {
        helper.AddUser("employee", "correct horse");
    }

    void
    Install()
    {
        proxy = helper.Install(net.Router());
        proxy->SetStartTime(Seconds(0));
        proxy->TraceConnectWithoutContext("Refused", MakeCallback(&WebProxyTest::Refused, this));
        proxy->TraceConnectWithoutContext("TunnelOpened",
                                          MakeCallback(&WebProxyTest::Opened, this));
        proxy->TraceConnectWithoutContext("TunnelClosed",
                                          MakeCallback(&WebProxyTest::Closed, this));
    }

    Ptr<HttpConnectSocketFactory>
    Tunnels(const std::string& user = "", const std::string& password = "") const
    {
        const auto proxyAt = *imsfw::Endpoint::Parse("10.0.1.2:3128");
        return WebProxyHelper::MakeClient(net.Client(), proxyAt, user, password);
    }

    /// Client and server begin right after the proxy.
    void
    Start(const Ptr<SocketFactory>& factory,
          const Address& to = imstls::TestNetwork::ServerAddress())
    {
        Simulator::Schedule(MilliSeconds(1),
                            [this, factory, to]
                            {
                                server.Listen(net.Tcp(net.Server()));
                                client.Connect(factory, to);
                            });
    }

    void
    Refused(const ProxyRefusal& refusal)
    {
        happened.push_back(refusal.id);
        lastRefusal = refusal;
    }

    void
    Opened(const imsfw::Endpoint&, const std::string& target)
    {
        happened.push_back("opened " + target);
    }

    void
    Closed(const imsfw::Endpoint&, const std::string& target)
    {
        happened.push_back("closed " + target);
    }

    imstls::TestNetwork net;
    WebProxyHelper helper{PROXY_PORT};
    Ptr<WebProxyApplication> proxy;
    imstls::Peer client;
    imstls::Acceptor server;
    std::vector<std::string> happened; ///< what the proxy's trace sources told
    ProxyRefusal lastRefusal;
};

} // namespace tests
} // namespace imsproxy
} // namespace ns3

#endif // IMS_WEB_PROXY_FIXTURE_H
