// SPDX-License-Identifier: GPL-2.0-only
// DTLS associations on nodes with CPUs: what each operation adds, what waits meanwhile, and what closing does with it.
#include "ims-cpu-processor.h"
#include "ims-tls-dtls-association.h"
#include "ims-tls-helper.h"

#include "ns3/node-container.h"
#include "ns3/simulator.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

namespace ns3
{
namespace imstls
{
namespace
{

using std::chrono::milliseconds;
using testing::Each;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr const char* NAME = "turn.ims.example";
constexpr uint64_t MS = 1000000; // in nanoseconds
constexpr imsfw::Duration WAY = milliseconds(10);

/// Whole milliseconds, a prime each.
imsfw::cpu::CostTable
Primes()
{
    imsfw::cpu::CostTable table;
    table.operations = {{"session", {2 * MS, 0}},
                        {"message/client", {3 * MS, 0}},
                        {"message/server", {5 * MS, 0}},
                        {"certificate/rsa-2048", {7 * MS, 0}},
                        {"encrypt/rsa-2048", {11 * MS, 0}},
                        {"decrypt/rsa-2048", {13 * MS, 0}},
                        {"seal/NULL_SHA", {17 * MS, 0}},
                        {"open/NULL_SHA", {19 * MS, 0}}};
    return table;
}

/// One end, with what it was told and when.
struct End
{
    Ptr<Node> node;
    Ptr<TlsSocketFactory> factory;
    Ptr<DtlsAssociation> association;
    std::optional<imsfw::TimePoint> opened;
    std::vector<std::string> received;
    std::vector<imsfw::TimePoint> receivedAt;
    std::vector<std::size_t> discarded;
    std::vector<imsfw::tls::SessionInfo> infos;
    std::vector<imsfw::tls::TrafficPiece> pieces;
    bool isClosed{false};
    std::vector<std::string> failures;
};

/// Two nodes joined by nothing but a delay.
struct World
{
    explicit World(bool hasCpus)
    {
        nodes.Create(2);
        client.node = nodes.Get(0);
        server.node = nodes.Get(1);
        TlsHelper tls;
        tls.SetDatagram(true);
        tls.SetServerName(NAME);
        tls.SetSuites({"TLS_RSA_WITH_NULL_SHA"});
        client.factory = tls.MakeClient(client.node);
        server.factory = tls.MakeServer(server.node, {NAME});
        for (End* end : {&client, &server})
        {
            if (hasCpus)
            {
                imscpu::Processor::Install(end->node, Primes());
            }
            Watch(*end);
        }
        server.association = DtlsAssociation::Accept(
            server.factory, {server.node, {}, {}}, HandlersOf(server, client));
        client.association = DtlsAssociation::Connect(
            client.factory, {client.node, {}, {}}, HandlersOf(client, server));
    }

    ~World()
    {
        client.association = server.association = nullptr;
        Simulator::Destroy();
    }

    void
    Run(Time length)
    {
        Simulator::Stop(length);
        Simulator::Run();
    }

    const imsfw::cpu::Account&
    AccountOf(const End& end) const
    {
        return imscpu::Processor::Of(end.node)->GetCpu().GetAccount();
    }

    NodeContainer nodes;
    End client;
    End server;

  private:
    static void
    Watch(End& end)
    {
        end.factory->TraceConnectWithoutContext(
            "HandshakeDone",
            Callback<void,
                     const imsfw::tls::SessionInfo&,
                     const imsfw::Endpoint&,
                     const imsfw::Endpoint&>([&end](const auto& info, const auto&, const auto&)
                                             { end.infos.push_back(info); }));
        end.factory->TraceConnectWithoutContext(
            "Traffic",
            Callback<void,
                     const imsfw::tls::TrafficPiece&,
                     const imsfw::Endpoint&,
                     const imsfw::Endpoint&>([&end](const auto& piece, const auto&, const auto&)
                                             { end.pieces.push_back(piece); }));
    }

    static DtlsAssociation::Handlers
    HandlersOf(End& end, End& other)
    {
        DtlsAssociation::Handlers handlers;
        handlers.onSend = [&other](imsfw::ByteView datagram)
        {
            Simulator::Schedule(ToNs3Time(WAY),
                                [&other, bytes = datagram.ToBytes()]
                                { other.association->HandleInput(bytes); });
        };
        handlers.onOpen = [&end] { end.opened = CoreNow(); };
        handlers.onData = [&end](imsfw::ByteView data)
        {
            end.received.emplace_back(data.AsText());
            end.receivedAt.push_back(CoreNow());
        };
        handlers.onClosed = [&end] { end.isClosed = true; };
        handlers.onFailure = [&end](const imsfw::StreamFailure& failure)
        { end.failures.push_back(failure.reason); };
        handlers.onDiscarded = [&end](std::size_t size) { end.discarded.push_back(size); };
        return handlers;
    }
};

imsfw::TimePoint
At(imsfw::Duration time)
{
    return imsfw::TimePoint(time);
}

TEST(DtlsCpuTest, AHandshakeTakesItsFlightsAndWhatIsComputedBetween)
{
    {
        World free(false);
        free.Run(Seconds(3));
        EXPECT_EQ(free.client.opened, At(6 * WAY));
        ASSERT_THAT(free.client.infos, SizeIs(1));
        EXPECT_EQ(free.client.infos[0].computed, imsfw::Duration(0));
    }
    World world(true);
    world.Run(Seconds(3));
    // RFC 6347 4.2.4: ClientHello, HelloVerifyRequest, ClientHello; ServerHello, Certificate, ServerHelloDone;
    // ClientKeyExchange, Finished; Finished. The server's session is there before.
    const milliseconds client(2 + 3 + 2 * 3 + 3 * 3 + 7 + 11 + 2 * 3 + 17 + 3 + 19);
    const milliseconds server(2 * 5 + 4 * 5 + 2 * 5 + 13 + 19 + 5 + 17);
    EXPECT_EQ(world.client.opened, At(6 * WAY + client + server));
    ASSERT_THAT(world.client.infos, SizeIs(1));
    EXPECT_EQ(world.client.infos[0].computed, client);
    EXPECT_EQ(world.client.infos[0].established, *world.client.opened);
    ASSERT_THAT(world.server.infos, SizeIs(1));
    EXPECT_EQ(world.server.infos[0].computed, server + milliseconds(2));
    EXPECT_EQ(world.AccountOf(world.client).busy, client);
    EXPECT_THAT(world.AccountOf(world.client).unpriced, IsEmpty());
    EXPECT_THAT(world.AccountOf(world.server).unpriced, IsEmpty());
}

TEST(DtlsCpuTest, RecordsTakeTheirTimeInOrder)
{
    World world(true);
    Simulator::Schedule(Seconds(1),
                        [&]
                        {
                            for (const char* text : {"one", "two", "three"})
                            {
                                world.client.association->Send(
                                    imsfw::ByteView(std::string_view(text)));
                            }
                        });
    world.Run(Seconds(3));
    EXPECT_THAT(world.server.received, ElementsAre("one", "two", "three"));
    const auto first = std::chrono::seconds(1) + milliseconds(17) + WAY + milliseconds(19);
    // The server opens slower than the client seals.
    EXPECT_THAT(world.server.receivedAt,
                ElementsAre(At(first), At(first + milliseconds(19)), At(first + milliseconds(38))));
}

TEST(DtlsCpuTest, ClosingWaitsForNobody)
{
    World world(true);
    Simulator::Schedule(Seconds(1),
                        [&]
                        {
                            for (const char* text : {"one", "two"})
                            {
                                world.client.association->Send(
                                    imsfw::ByteView(std::string_view(text)));
                            }
                            world.client.association->Close();
                        });
    world.Run(Seconds(3));
    EXPECT_THAT(world.server.received, ElementsAre("one", "two"));
    EXPECT_TRUE(world.server.isClosed);
    EXPECT_EQ(world.server.receivedAt[0], At(std::chrono::seconds(1) + WAY + milliseconds(19)));
    // Two records and close_notify, as the alert is one too; and the Finished before.
    EXPECT_EQ(world.AccountOf(world.client).operations.at("seal/NULL_SHA").times, 4U);
}

TEST(DtlsCpuTest, WhatThereIsNoRoomForIsLost)
{
    World world(true);
    constexpr std::size_t SIZE = 1000;
    constexpr std::size_t COUNT = 200;
    Simulator::Schedule(Seconds(1),
                        [&]
                        {
                            for (std::size_t i = 0; i < COUNT; ++i)
                            {
                                world.client.association->Send(imsfw::Bytes(SIZE, 'x'));
                            }
                        });
    world.Run(Seconds(20));
    constexpr std::size_t FIT = 1 + DtlsAssociation::MAX_WAITING / SIZE; // one is at work
    EXPECT_THAT(world.server.received, SizeIs(FIT));
    EXPECT_THAT(world.client.discarded, SizeIs(COUNT - FIT));
    EXPECT_THAT(world.client.discarded, Each(SIZE));
}

TEST(DtlsCpuTest, ALossBelowEndsItWhileTheCpuIsAtWork)
{
    World world(true);
    Simulator::Schedule(MilliSeconds(1),
                        [&] {
                            world.client.association->HandleLowerFailed({"udp", "icmp", "gone"});
                        });
    world.Run(Seconds(60));
    EXPECT_THAT(world.client.failures, ElementsAre("icmp"));
    EXPECT_FALSE(world.client.opened);
}

TEST(DtlsCpuTest, TellsOfItsTrafficAndOfWhatMeansNothing)
{
    for (const bool hasCpus : {false, true})
    {
        World world(hasCpus);
        Simulator::Schedule(
            Seconds(1),
            [&]
            {
                world.server.association->HandleInput(imsfw::ByteView(std::string_view("no DTLS")));
                world.client.association->Send(imsfw::ByteView(std::string_view("data")));
            });
        world.Run(Seconds(3));
        EXPECT_THAT(world.server.discarded, ElementsAre(7U)) << hasCpus;
        for (const End* end : {&world.client, &world.server})
        {
            ASSERT_FALSE(end->pieces.empty());
            const auto& last = end->pieces.back();
            EXPECT_TRUE(last.isDatagram);
            EXPECT_EQ(last.isSent, end == &world.client);
            EXPECT_EQ(last.wireSize, 13U + 4 + 20); // RFC 6347 4.1, the HMAC of NULL_SHA
            EXPECT_EQ(last.plaintext, imsfw::ByteView(std::string_view("data")).ToBytes());
        }
    }
}

} // namespace
} // namespace imstls
} // namespace ns3
