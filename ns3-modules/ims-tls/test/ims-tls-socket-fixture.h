// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// A TLS client and a TLS server on simulated nodes, for the tests of TlsSocket.
#ifndef IMS_TLS_SOCKET_FIXTURE_H
#define IMS_TLS_SOCKET_FIXTURE_H

#include "ims-tls-socket.h"
#include "ims-tls-test-network.h"

namespace ns3
{
namespace imstls
{

inline constexpr const char* NAME = "pcscf.ims.example";
inline constexpr const char* AES = "TLS_RSA_WITH_AES_128_CBC_SHA";
inline constexpr const char* NULL_SHA = "TLS_RSA_WITH_NULL_SHA";

/// A TLS client and a TLS server with what their factories' trace sources said.
class TlsSocketTest : public testing::TestWithParam<const char*>
{
  protected:
    void
    Make(const std::vector<std::string>& suites = {AES})
    {
        clientTls.SetSuites(suites);
        clientTls.SetServerName(NAME);
        clientFactory = clientTls.MakeClient(net.Client());
        serverFactory = serverTls.MakeServer(net.Server(), {NAME});
        clientFactory->TraceConnectWithoutContext("HandshakeDone",
                                                  MakeCallback(&TlsSocketTest::OnClientDone, this));
        serverFactory->TraceConnectWithoutContext("HandshakeDone",
                                                  MakeCallback(&TlsSocketTest::OnServerDone, this));
        serverFactory->TraceConnectWithoutContext("HandshakeFailed",
                                                  MakeCallback(&TlsSocketTest::OnFailed, this));
        clientFactory->TraceConnectWithoutContext("KeyLog",
                                                  MakeCallback(&TlsSocketTest::OnKeyLog, this));
    }

    void
    Start()
    {
        Simulator::Schedule(Seconds(0),
                            [this]
                            {
                                server.Listen(serverFactory);
                                client.Connect(clientFactory, net.ServerAddress());
                            });
    }

    void
    OnClientDone(const imsfw::tls::SessionInfo& info,
                 const imsfw::Endpoint&,
                 const imsfw::Endpoint& remote)
    {
        clientInfo = info;
        EXPECT_EQ(remote.ToString(), "10.0.2.2:443");
    }

    void
    OnServerDone(const imsfw::tls::SessionInfo& info,
                 const imsfw::Endpoint& local,
                 const imsfw::Endpoint& remote)
    {
        serverInfo = info;
        EXPECT_EQ(local.ToString(), "10.0.2.2:443");
        EXPECT_EQ(remote.address.ToString(), "10.0.1.1");
    }

    void
    OnFailed(const imsfw::StreamFailure& failure, const imsfw::Endpoint& remote)
    {
        failures.push_back(failure.reason + ": " + failure.detail);
        EXPECT_EQ(remote.address.ToString(), "10.0.1.1");
        failedAt = Simulator::Now();
    }

    void
    OnKeyLog(const std::string& line)
    {
        keyLog.push_back(line);
    }

    TestNetwork net;
    TlsHelper clientTls;
    TlsHelper serverTls;
    Ptr<TlsSocketFactory> clientFactory;
    Ptr<TlsSocketFactory> serverFactory;
    Peer client;
    Acceptor server;
    imsfw::tls::SessionInfo clientInfo;
    imsfw::tls::SessionInfo serverInfo;
    std::vector<std::string> failures;
    Time failedAt;
    std::vector<std::string> keyLog;
};

} // namespace imstls
} // namespace ns3

#endif // IMS_TLS_SOCKET_FIXTURE_H
