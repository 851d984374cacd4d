// SPDX-License-Identifier: GPL-2.0-only
// TLS on nodes with CPUs: what each operation adds to a handshake, queues, and that nothing is lost on the way.
#include "ims-cpu-processor.h"
#include "ims-tls-test-network.h"

#include <chrono>
#include <map>

namespace ns3
{
namespace imstls
{
namespace
{

using std::chrono::microseconds;
using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::SizeIs;

using Costs = std::map<std::string, imsfw::cpu::Cost>;

constexpr uint64_t MS = 1000000; // in nanoseconds
constexpr const char* NAME = "pcscf.ims.example";

/// A client and a server that have CPUs of one core.
struct CpuWorld
{
    CpuWorld(const Costs& costs, const std::string& suite, bool hasCpus = true)
    {
        if (hasCpus)
        {
            imsfw::cpu::CostTable table;
            table.operations = costs;
            imscpu::Processor::Install(net.Client(), table);
            imscpu::Processor::Install(net.Server(), table);
        }
        server.Listen(TlsHelper().MakeServer(net.Server(), {NAME}));
        tls.SetServerName(NAME);
        tls.SetSuites({suite});
        factory = tls.MakeClient(net.Client());
        factory->TraceConnectWithoutContext(
            "HandshakeDone",
            Callback<void,
                     const imsfw::tls::SessionInfo&,
                     const imsfw::Endpoint&,
                     const imsfw::Endpoint&>([this](const auto& info, const auto&, const auto&)
                                             { infos.push_back(info); }));
    }

    void
    Connect(Peer& client)
    {
        Simulator::ScheduleNow([this, &client]
                               { client.Connect(factory, TestNetwork::ServerAddress()); });
    }

    const imsfw::cpu::Account&
    AccountOf(Ptr<Node> node) const
    {
        return imscpu::Processor::Of(node)->GetCpu().GetAccount();
    }

    TestNetwork net;
    Acceptor server;
    TlsHelper tls;
    Ptr<TlsSocketFactory> factory;
    std::vector<imsfw::tls::SessionInfo> infos; ///< of the client
};

imsfw::tls::SessionInfo
HandshakeWith(const Costs& costs, const std::string& suite, bool hasCpus)
{
    CpuWorld world(costs, suite, hasCpus);
    Peer client;
    world.Connect(client);
    world.net.Run(5);
    EXPECT_THAT(world.infos, SizeIs(1)) << suite;
    return world.infos.empty() ? imsfw::tls::SessionInfo() : world.infos[0];
}

constexpr const char* TLS13 = "TLS_AES_128_GCM_SHA256";
constexpr const char* TLS12_ECDHE = "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256";
constexpr const char* TLS12_RSA = "TLS_RSA_WITH_NULL_SHA";

struct Row
{
    const char* suite;
    Costs costs;
    int added;    ///< ms, to the client's handshake
    int computed; ///< ms, by the client's CPU
};

TEST(TlsCpuTest, EachOperationOnTheCriticalPathTakesItsTime)
{
    const std::vector<Row> rows{
        {TLS13, {{"sign/rsa-2048", {10 * MS, 0}}}, 10, 0},
        {TLS13, {{"keygen/x25519", {3 * MS, 0}}}, 6, 3}, // client, then server
        {TLS13, {{"verify/rsa-2048", {4 * MS, 0}}}, 4, 4},
        {TLS13,
         {{"session", {1 * MS, 0}}},
         1,
         1}, // the server makes its session during the round trip
        {TLS12_ECDHE, {{"sign/rsa-2048", {10 * MS, 0}}}, 10, 0},
        {TLS12_ECDHE, {{"keygen/x25519", {3 * MS, 0}}}, 6, 3}, // server, then client
        {TLS12_ECDHE, {{"derive/x25519", {2 * MS, 0}}}, 4, 2}, // client, then server
        {TLS12_RSA, {{"decrypt/rsa-2048", {10 * MS, 0}}}, 10, 0},
        {TLS12_RSA, {{"encrypt/rsa-2048", {2 * MS, 0}}}, 2, 2},
        {TLS12_RSA, {{"sign/rsa-2048", {10 * MS, 0}}}, 0, 0}, // nobody signs in RSA key exchange
        {TLS12_RSA, {}, 0, 0},
    };
    for (const auto& row : rows)
    {
        const std::string what =
            std::string(row.suite) + " " + (row.costs.empty() ? "" : row.costs.begin()->first);
        const auto free = HandshakeWith({}, row.suite, false);
        const auto charged = HandshakeWith(row.costs, row.suite, true);
        // The session itself is made when TCP is connected, before the first flight.
        // TCP's acknowledgements (22 us each on this link) go ahead of a flight that has to be computed; where computing
        // takes no time, the flight waits behind them.
        const auto added = charged.established - free.established;
        EXPECT_LE(added, milliseconds(row.added) + microseconds(1)) << what;
        EXPECT_GE(added, milliseconds(row.added) - microseconds(4 * 22)) << what;
        EXPECT_EQ(charged.computed, milliseconds(row.computed)) << what;
        EXPECT_EQ(free.computed, imsfw::Duration(0));
        EXPECT_EQ(charged.handshakeBytesReceived, free.handshakeBytesReceived)
            << "time changes no byte";
    }
}

TEST(TlsCpuTest, ClientsQueueForTheServersCore)
{
    CpuWorld world({{"sign/rsa-2048", {50 * MS, 0}}}, TLS13);
    std::vector<Peer> clients(3);
    for (auto& client : clients)
    {
        world.Connect(client);
    }
    world.net.Run(5);
    ASSERT_THAT(world.infos, SizeIs(3));
    const auto gap = [&](int i)
    { return world.infos[i].established - world.infos[i - 1].established; };
    EXPECT_EQ(gap(1), milliseconds(50));
    EXPECT_EQ(gap(2), milliseconds(50));
    const auto& account = world.AccountOf(world.net.Server());
    EXPECT_EQ(account.operations.at("sign/rsa-2048").times, 3U);
    EXPECT_EQ(account.busy, milliseconds(150));
    EXPECT_LE(account.waited, milliseconds(150)) << "0 + 50 + 100, less what they came later";
    EXPECT_GE(account.waited, milliseconds(145));
}

const Costs SLOW{{"seal/AES_128_GCM_SHA256", {100000, 100000}},
                 {"open/AES_128_GCM_SHA256", {100000, 200000}},
                 {"sign/rsa-2048", {5 * MS, 0}},
                 {"message/client", {100000, 0}},
                 {"message/server", {100000, 0}}};

TEST(TlsCpuTest, AMegabyteEachWayArrivesWholeHoweverSlow)
{
    CpuWorld world(SLOW, TLS13);
    Peer client;
    const std::string up = Pattern(1 << 20, 'a');
    const std::string down = Pattern(1 << 20, 'A');
    client.onConnected = [&] { client.Send(up); };
    world.server.onAccepted = [&](Peer& peer) { peer.Send(down); };
    world.Connect(client);
    world.net.Run(60);
    ASSERT_THAT(world.server.peers, SizeIs(1));
    EXPECT_TRUE(world.server.peers[0]->received == up);
    EXPECT_TRUE(client.received == down);
    // Two directions on one core: 0.3 us for each byte.
    EXPECT_GE(world.AccountOf(world.net.Server()).busy, milliseconds(314));
}

TEST(TlsCpuTest, ClosingWhileTheCpuIsBusyIsOrderly)
{
    CpuWorld world(SLOW, TLS13);
    Peer client;
    const std::string text = Pattern(100000);
    client.onConnected = [&]
    {
        client.Send(text);
        client.stream->Close();
        client.stream = nullptr;
    };
    world.Connect(client);
    world.net.Run(30);
    ASSERT_THAT(world.server.peers, SizeIs(1));
    EXPECT_TRUE(world.server.peers[0]->received == text);
    EXPECT_THAT(world.server.peers[0]->happened, ElementsAre("closed"));
}

TEST(TlsCpuTest, AServerThatIsTooSlowIsGivenUp)
{
    CpuWorld world({{"sign/rsa-2048", {40000 * MS, 0}}}, TLS13);
    Peer client;
    world.Connect(client);
    world.net.Run(100);
    EXPECT_THAT(client.happened, ElementsAre("failed tls handshake-timeout"));
    EXPECT_NEAR(client.lastAt.GetSeconds(), 30 + 0.04, 0.001) << "30 s after TCP is connected";
}

TEST(TlsCpuTest, AClientThatGoesAwayMeanwhileLeavesNothingBehind)
{
    CpuWorld world({{"sign/rsa-2048", {2000 * MS, 0}}}, TLS13);
    Peer client;
    world.Connect(client);
    Simulator::Schedule(Seconds(1), [&] { client.stream->Abort(); });
    world.net.Run(30);
    EXPECT_THAT(world.infos, testing::IsEmpty());
    EXPECT_THAT(world.server.peers, testing::IsEmpty());
    EXPECT_THAT(client.happened, testing::IsEmpty());
}

TEST(TlsCpuTest, TheSameTableGivesTheSameTimes)
{
    const auto first = HandshakeWith(SLOW, TLS13, true);
    const auto second = HandshakeWith(SLOW, TLS13, true);
    EXPECT_EQ(first.established, second.established);
    EXPECT_EQ(first.computed, second.computed);
    EXPECT_GT(first.computed, imsfw::Duration(0));
}

} // namespace
} // namespace imstls
} // namespace ns3
