// SPDX-License-Identifier: GPL-2.0-only
// One seed, one capture: every packet of a conversation, byte by byte and to the nanosecond.
#include "ims-tls-socket-fixture.h"

namespace ns3
{
namespace imstls
{
namespace
{

/// What one seed makes of a conversation, packet by packet.
std::string
CaptureOf(uint32_t seed, const std::string& suite)
{
    RngSeedManager::SetSeed(seed);
    TestNetwork net;
    TlsHelper tls;
    tls.SetSuites({suite});
    tls.SetServerName(NAME);
    const auto clientFactory = tls.MakeClient(net.Client());
    const auto serverFactory = tls.MakeServer(net.Server(), {NAME});
    Peer client;
    Acceptor server;
    server.isEcho = true;
    client.onConnected = [&] { client.Send(Pattern(3000)); };
    client.onData = [&](imsfw::ByteView)
    {
        if (client.received.size() == 3000)
        {
            client.stream->Close();
        }
    };
    Simulator::Schedule(Seconds(0),
                        [&]
                        {
                            server.Listen(serverFactory);
                            client.Connect(clientFactory, net.ServerAddress());
                        });
    net.Run();
    RngSeedManager::SetSeed(1);
    EXPECT_EQ(client.received.size(), 3000U);
    return net.Capture();
}

TEST(TlsRepeatabilityTest, OneSeedOneCapture)
{
    for (const char* suite :
         {AES, NULL_SHA, "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "TLS_AES_128_GCM_SHA256"})
    {
        const std::string first = CaptureOf(1, suite);
        EXPECT_TRUE(CaptureOf(2, suite) != first) << suite;
        EXPECT_TRUE(CaptureOf(1, suite) == first) << suite;
        EXPECT_GT(first.size(), 8000U);
    }
}

} // namespace
} // namespace imstls
} // namespace ns3
