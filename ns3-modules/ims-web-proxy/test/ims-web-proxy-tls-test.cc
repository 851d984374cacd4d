// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// TLS through a tunnel, as a UE behind a proxy uses it, and the same capture from the same run.
#include "ims-web-proxy-fixture.h"

namespace ns3
{
namespace imsproxy
{
namespace tests
{
namespace
{

using imstls::Pattern;
using imstls::TestNetwork;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;

constexpr const char* NAME = "pcscf.ims.example";

/// TLS in the tunnel, as a UE behind a proxy uses it.
class TlsThroughProxyTest : public WebProxyTest
{
  protected:
    void
    StartTls(const std::string& user, const std::string& password, uint16_t port = 443)
    {
        imstls::TlsHelper tls;
        tls.SetSuites({"TLS_RSA_WITH_AES_128_CBC_SHA"});
        const Ptr<SocketFactory> serverFactory = tls.MakeServer(net.Server(), {NAME});
        tls.SetServerName(NAME);
        tls.SetLowerFactory(Tunnels(user, password));
        const Ptr<SocketFactory> clientFactory = tls.MakeClient(net.Client());
        Simulator::Schedule(MilliSeconds(1),
                            [this, serverFactory, clientFactory, port]
                            {
                                server.Listen(serverFactory);
                                client.Connect(clientFactory, TestNetwork::ServerAddress(port));
                            });
    }
};

TEST_F(TlsThroughProxyTest, IsRealAndEncrypted)
{
    helper.SetAttribute("Authentication", StringValue("digest"));
    Install();
    server.isEcho = true;
    const std::string sip = "REGISTER sip:ims.example SIP/2.0\r\n\r\n" + Pattern(20'000);
    client.onConnected = [&] { client.Send(sip); };
    StartTls("employee", "correct horse");
    net.Run();
    EXPECT_EQ(client.received.size(), sip.size());
    EXPECT_TRUE(client.received == sip);
    EXPECT_THAT(client.happened, ElementsAre("connected"));
    EXPECT_THAT(happened, ElementsAre("authentication-required", "opened 10.0.2.2:443"));
    EXPECT_THAT(net.Capture(), HasSubstr("CONNECT 10.0.2.2:443"));
    EXPECT_THAT(net.Capture(), HasSubstr("Proxy-Authorization: Digest username=\"employee\""));
    EXPECT_THAT(net.Capture(), HasSubstr(NAME)); // the server name of the ClientHello
    EXPECT_THAT(net.Capture(), Not(HasSubstr("REGISTER")));
}

TEST_F(TlsThroughProxyTest, TellsWhyTheLayerBelowFailed)
{
    Install();
    StartTls("", "", 5061);
    net.Run();
    EXPECT_THAT(client.happened, ElementsAre("failed http-connect proxy-refused"));
    EXPECT_EQ(client.failure.detail, "403 Forbidden");
}

TEST_F(TlsThroughProxyTest, ClosesInAnOrderlyWay)
{
    Install();
    client.onConnected = [&] { client.stream->Close(); };
    StartTls("", "");
    net.Run();
    ASSERT_THAT(server.peers, SizeIs(1));
    EXPECT_THAT(server.peers[0]->happened, ElementsAre("closed"));
    EXPECT_THAT(happened, ElementsAre("opened 10.0.2.2:443", "closed 10.0.2.2:443"));
}

/// @return all that crossed the client's link.
std::string
CaptureOfOneRun(uint64_t run)
{
    RngSeedManager::SetRun(run);

    class World : public TlsThroughProxyTest
    {
      public:
        World()
        {
            helper.SetAttribute("Authentication", StringValue("digest"));
            Install();
            server.isEcho = true;
            client.onConnected = [this] { client.Send(Pattern(3000)); };
            StartTls("employee", "correct horse");
            net.Run(10);
            EXPECT_EQ(client.received, Pattern(3000));
        }

        const std::string&
        Capture() const
        {
            return net.Capture();
        }

        void
        TestBody() override
        {
        }
    };

    std::string capture = World().Capture();
    RngSeedManager::SetRun(1);
    return capture;
}

TEST(WebProxyRepeatability, OneRunOneCapture)
{
    const std::string first = CaptureOfOneRun(1);
    EXPECT_TRUE(CaptureOfOneRun(1) == first);
    EXPECT_FALSE(CaptureOfOneRun(2) == first);
}

} // namespace
} // namespace tests
} // namespace imsproxy
} // namespace ns3
