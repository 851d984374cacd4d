// SPDX-License-Identifier: GPL-2.0-only
// TlsSocket on simulated nodes: failures of TLS and of TCP, by name, at both ends.
#include "ims-tls-socket-fixture.h"

namespace ns3
{
namespace imstls
{
namespace
{

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

TEST_F(TlsSocketTest, ACertificateForAnotherNameIsRefusedByName)
{
    Make();
    clientFactory->SetAttribute("ServerName", StringValue("turn.ims.example"));
    Start();
    net.Run();
    EXPECT_THAT(client.happened, ElementsAre("failed tls certificate-verify-failed"));
    EXPECT_THAT(server.peers, IsEmpty());
    EXPECT_THAT(failures, ElementsAre("alert-received: bad_certificate"));
    const auto failure = DynamicCast<LayeredSocket>(client.stream->GetSocket())->GetFailure();
    ASSERT_TRUE(failure);
    EXPECT_EQ(failure->layer, "tls");
}

TEST_F(TlsSocketTest, WithoutANameTheAddressIsVerified)
{
    clientTls.SetServerName("");
    const auto factory = clientTls.MakeClient(net.Client());
    const auto right = serverTls.MakeServer(net.Server(), {NAME, "10.0.2.2"});
    const auto wrong = serverTls.MakeServer(net.Server(), {NAME, "10.0.2.3"});
    Peer other;
    Acceptor otherServer;
    Simulator::Schedule(Seconds(0),
                        [&]
                        {
                            server.Listen(right, 1);
                            otherServer.Listen(wrong, 2);
                            client.Connect(factory, net.ServerAddress(1));
                            other.Connect(factory, net.ServerAddress(2));
                        });
    net.Run();
    EXPECT_THAT(client.happened, ElementsAre("connected"));
    EXPECT_THAT(other.happened, ElementsAre("failed tls certificate-verify-failed"));
}

TEST_F(TlsSocketTest, NoCommonSuiteIsAHandshakeFailureAtBothEnds)
{
    serverTls.SetSuites({AES});
    Make({NULL_SHA});
    Start();
    net.Run();
    EXPECT_THAT(client.happened, ElementsAre("failed tls alert-received"));
    EXPECT_THAT(client.failure.detail, HasSubstr("handshake_failure"));
    EXPECT_THAT(failures, ElementsAre(HasSubstr("alert-sent: handshake_failure")));
}

TEST_F(TlsSocketTest, APeerThatDoesNotSpeakTlsIsDropped)
{
    Make();
    Simulator::Schedule(Seconds(0),
                        [&]
                        {
                            server.Listen(serverFactory);
                            client.Connect(net.Tcp(net.Client()), net.ServerAddress());
                            client.Send("GET / HTTP/1.1\r\nHost: pcscf.ims.example\r\n\r\n");
                        });
    net.Run();
    EXPECT_THAT(server.peers, IsEmpty());
    EXPECT_THAT(failures, SizeIs(1));
    EXPECT_THAT(client.happened, ElementsAre("connected", "closed"));
}

TEST_F(TlsSocketTest, APeerThatSaysNothingTimesOut)
{
    serverTls.SetHandshakeTimeout(Seconds(7));
    Make();
    Simulator::Schedule(Seconds(0),
                        [&]
                        {
                            server.Listen(serverFactory);
                            client.Connect(net.Tcp(net.Client()), net.ServerAddress());
                        });
    net.Run();
    EXPECT_THAT(server.peers, IsEmpty());
    EXPECT_THAT(failures, ElementsAre(HasSubstr("handshake-timeout")));
    EXPECT_NEAR(failedAt.GetSeconds(), 7, 0.1);
    EXPECT_THAT(client.happened, ElementsAre("connected", "closed"));
}

TEST_F(TlsSocketTest, AServerThatSaysNothingTimesOut)
{
    clientTls.SetHandshakeTimeout(Seconds(5));
    Make();
    Simulator::Schedule(Seconds(0),
                        [&]
                        {
                            server.Listen(net.Tcp(net.Server()));
                            client.Connect(clientFactory, net.ServerAddress());
                        });
    net.Run();
    EXPECT_THAT(client.happened, ElementsAre("failed tls handshake-timeout"));
    EXPECT_NEAR(client.lastAt.GetSeconds(), 5, 0.1);
}

TEST_F(TlsSocketTest, FailuresOfTcpKeepTheirNames)
{
    Make();
    Peer silent;
    Peer unreachable;
    Peer cut;
    net.RejectByIcmp();
    Simulator::Schedule(Seconds(0),
                        [&]
                        {
                            server.Listen(serverFactory);
                            client.Connect(clientFactory, net.ServerAddress(81));
                            silent.Connect(clientFactory, InetSocketAddress("10.0.2.99", 443));
                            unreachable.Connect(clientFactory, InetSocketAddress("10.9.9.9", 443));
                            cut.Connect(clientFactory, net.ServerAddress());
                        });
    Simulator::Schedule(Seconds(20),
                        [&]
                        {
                            net.Cut();
                            cut.Send("into the void");
                        });
    net.Run(300);
    EXPECT_THAT(client.happened, ElementsAre("failed tcp reset"));
    EXPECT_THAT(silent.happened, ElementsAre("failed tcp timeout"));
    EXPECT_THAT(unreachable.happened, ElementsAre("failed tcp unreachable"));
    EXPECT_THAT(cut.happened, ElementsAre("connected", "failed tcp timeout"));
}

TEST_F(TlsSocketTest, AnEndOfTcpWithoutCloseNotifyIsTruncation)
{
    Make();
    Start();
    Simulator::Schedule(
        Seconds(1),
        [&] { DynamicCast<LayeredSocket>(client.stream->GetSocket())->GetLower()->Close(); });
    net.Run();
    ASSERT_THAT(server.peers, SizeIs(1));
    EXPECT_THAT(server.peers[0]->happened, ElementsAre("failed tls truncated"));
}

} // namespace
} // namespace imstls
} // namespace ns3
