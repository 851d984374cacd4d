// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// A proxy that opens TLS, on the wire: what crosses the client's link, what the two ends and the proxy tell.
#include "ims-web-proxy-fixture.h"
#include "ims-web-proxy-interception-setup.h"

namespace ns3
{
namespace imsproxy
{
namespace tests
{
namespace
{

using imsfw::tls::Pki;
using imstls::TestNetwork;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

constexpr const char* NAME = "pcscf.ims.example";

class InterceptionTest : public WebProxyTest
{
  protected:
    void
    Install(bool passesUnknown = false)
    {
        WebProxyTest::Install();
        auto config = imsfw::http::MakeInterception(
            {Pki::Simulation().TrustAnchor()},
            passesUnknown,
            std::make_shared<imsfw::SeededRandom>(1, 1, "interception"));
        ASSERT_TRUE(config.IsOk());
        proxy->Intercept(*config, {});
        proxy->TraceConnectWithoutContext("Intercepted",
                                          MakeCallback(&InterceptionTest::Intercepted, this));
    }

    void
    Intercepted(const ProxyRefusal& told)
    {
        happened.push_back(told.id + " " + told.reason);
    }

    void
    StartTls(bool trusts)
    {
        std::vector<imsfw::Bytes> anchors{Pki::Simulation().TrustAnchor()};
        if (trusts)
        {
            anchors.push_back(Pki::Interceptor().TrustAnchor());
        }
        imstls::TlsHelper tls;
        const Ptr<SocketFactory> serverFactory = tls.MakeServer(net.Server(), {NAME});
        tls.SetServerName(NAME);
        tls.SetTrustAnchors(anchors);
        tls.SetLowerFactory(Tunnels());
        const Ptr<SocketFactory> clientFactory = tls.MakeClient(net.Client());
        Simulator::Schedule(MilliSeconds(1),
                            [this, serverFactory, clientFactory]
                            {
                                server.Listen(serverFactory);
                                client.Connect(clientFactory, TestNetwork::ServerAddress(443));
                            });
    }
};

TEST_F(InterceptionTest, ATrustedOneReadsAndPassesOn)
{
    Install();
    server.isEcho = true;
    const std::string sip = "REGISTER sip:ims.example SIP/2.0\r\n\r\n" + imstls::Pattern(20'000);
    client.onConnected = [&] { client.Send(sip); };
    StartTls(true);
    net.Run();
    EXPECT_TRUE(client.received == sip);
    EXPECT_THAT(happened,
                ElementsAre("opened 10.0.2.2:443", "tls-interception " + std::string(NAME)));
    EXPECT_THAT(net.Capture(), Not(HasSubstr("REGISTER")));
}

TEST_F(InterceptionTest, AClientThatDoesNotTrustSaysSo)
{
    Install();
    StartTls(false);
    net.Run();
    EXPECT_THAT(client.happened, ElementsAre("failed tls certificate-verify-failed"));
    EXPECT_THAT(happened, Contains("tls-interception " + std::string(NAME)));
    EXPECT_THAT(happened, Contains("interception-client-refused"));
    EXPECT_THAT(lastRefusal.reason, HasSubstr("unknown_ca"));
    EXPECT_TRUE(server.peers.empty() || server.peers[0]->received.empty());
}

TEST_F(InterceptionTest, WhatIsNoTlsIsRefused)
{
    Install();
    client.onConnected = [&] { client.Send("SSH-2.0-x\r\n"); };
    Start(Tunnels(), TestNetwork::ServerAddress(443));
    net.Run();
    EXPECT_THAT(happened, Contains("interception-not-tls"));
}

} // namespace
} // namespace tests
} // namespace imsproxy
} // namespace ns3
