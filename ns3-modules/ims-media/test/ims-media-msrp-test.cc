// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// MSRP between ns-3 nodes: chat and a file over a TCP connection, and what a closed port or a lost link make of it.
#include "ims-media-msrp-application.h"

#include "ns3/error-model.h"
#include "ns3/inet-socket-address.h"
#include "ns3/internet-stack-helper.h"
#include "ns3/ipv4-address-helper.h"
#include "ns3/node-container.h"
#include "ns3/point-to-point-helper.h"
#include "ns3/pointer.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/tcp-socket-factory.h"

#include <gtest/gtest.h>

namespace ns3
{
namespace imsmedia
{
namespace tests
{

namespace
{

using Type = imsfw::msrp::SessionEvent::Type;
constexpr uint16_t PORT = imsfw::msrp::DEFAULT_PORT;

struct Noted
{
    Time time;
    imsfw::msrp::SessionEvent event;
};

/// Alice, active, and Bob, passive, 20 ms apart.
struct World
{
    World()
    {
        nodes.Create(2);
        InternetStackHelper().Install(nodes);
        PointToPointHelper link;
        link.SetDeviceAttribute("DataRate", StringValue("10Mbps"));
        link.SetChannelAttribute("Delay", StringValue("20ms"));
        devices = link.Install(nodes);
        Ipv4AddressHelper("10.0.0.0", "255.255.255.0").Assign(devices);
        const auto aliceUri = *imsfw::msrp::ParseUri("msrp://10.0.0.1:9/alice1;tcp");
        const auto bobUri = *imsfw::msrp::ParseUri("msrp://10.0.0.2:2855/bob1;tcp");
        alice = Install(0, "alice", atAlice);
        alice->SetPaths(aliceUri, bobUri);
        bob = Install(1, "bob", atBob);
        bob->SetPaths(bobUri, aliceUri);
        listener = Socket::CreateSocket(nodes.Get(1), TcpSocketFactory::GetTypeId());
        listener->Bind(InetSocketAddress(Ipv4Address::GetAny(), PORT));
        listener->Listen();
        listener->SetAcceptCallback(
            MakeNullCallback<bool, Ptr<Socket>, const Address&>(),
            Callback<void, Ptr<Socket>, const Address&>([this](Ptr<Socket> socket, const Address&)
                                                        { bob->Adopt(socket); }));
    }

    ~World()
    {
        Simulator::Destroy();
    }

    Ptr<MsrpApplication>
    Install(uint32_t node, const std::string& name, std::vector<Noted>& events)
    {
        Ptr<MsrpApplication> application = CreateObject<MsrpApplication>();
        application->SetRandomStream(name);
        application->SetEventHandler(
            [&events](const auto& event) {
                events.push_back({Simulator::Now(), event});
            });
        nodes.Get(node)->AddApplication(application);
        return application;
    }

    void
    ConnectTo(uint16_t port)
    {
        Simulator::Schedule(Time(0),
                            [this, port]
                            {
                                alice->Connect(nodes.Get(0)->GetObject<TcpSocketFactory>(),
                                               InetSocketAddress(Ipv4Address("10.0.0.2"), port));
                            });
    }

    static imsfw::msrp::Content
    Text(const std::string& text, std::size_t repeats = 1)
    {
        imsfw::msrp::Content content;
        content.contentType = "text/plain";
        for (std::size_t i = 0; i < repeats; ++i)
        {
            imsfw::Append(content.body, imsfw::ByteView(text));
        }
        return content;
    }

    void
    Run(Time end)
    {
        Simulator::Stop(end);
        Simulator::Run();
    }

    NodeContainer nodes;
    NetDeviceContainer devices;
    Ptr<Socket> listener;
    Ptr<MsrpApplication> alice;
    Ptr<MsrpApplication> bob;
    std::vector<Noted> atAlice;
    std::vector<Noted> atBob;
};

const Noted*
Find(const std::vector<Noted>& all, Type type)
{
    for (const Noted& noted : all)
    {
        if (noted.event.type == type)
        {
            return &noted;
        }
    }
    return nullptr;
}

} // namespace

TEST(MsrpApplication, ChatBothWays)
{
    World world;
    world.ConnectTo(PORT);
    Simulator::Schedule(Seconds(1), [&] { world.alice->Send(World::Text("hello")); });
    Simulator::Schedule(Seconds(2), [&] { world.bob->Send(World::Text("hi")); });
    world.Run(Seconds(5));
    ASSERT_TRUE(Find(world.atBob, Type::BOUND));
    // The SYN, its answer, and the first SEND: three times 20 ms.
    EXPECT_NEAR(Find(world.atBob, Type::BOUND)->time.GetSeconds(), 0.060, 0.002);
    ASSERT_TRUE(Find(world.atBob, Type::MESSAGE));
    EXPECT_EQ(imsfw::ByteView(Find(world.atBob, Type::MESSAGE)->event.body).AsText(), "hello");
    EXPECT_NEAR(Find(world.atBob, Type::MESSAGE)->time.GetSeconds(), 1.020, 0.002);
    ASSERT_TRUE(Find(world.atAlice, Type::MESSAGE));
    EXPECT_EQ(imsfw::ByteView(Find(world.atAlice, Type::MESSAGE)->event.body).AsText(), "hi");
    EXPECT_NEAR(Find(world.atAlice, Type::ACCEPTED)->time.GetSeconds(), 1.040, 0.002);
}

TEST(MsrpApplication, AChatMessageOvertakesAFileOnALossyLink)
{
    World world;
    Ptr<RateErrorModel> errors = CreateObject<RateErrorModel>();
    errors->SetUnit(RateErrorModel::ERROR_UNIT_PACKET);
    errors->SetRate(0.01);
    world.devices.Get(1)->SetAttribute("ReceiveErrorModel", PointerValue(errors));
    world.ConnectTo(PORT);
    auto file = World::Text("0123456789", 100'000);
    file.successReport = true;
    Simulator::Schedule(Seconds(1), [&] { world.alice->Send(file); });
    Simulator::Schedule(Seconds(1.1), [&] { world.alice->Send(World::Text("in between")); });
    world.Run(Seconds(300));
    std::vector<std::size_t> sizes;
    for (const Noted& noted : world.atBob)
    {
        if (noted.event.type == Type::MESSAGE)
        {
            sizes.push_back(noted.event.body.size());
            EXPECT_TRUE(noted.event.body.size() < 100 || noted.event.body == file.body);
        }
    }
    EXPECT_EQ(sizes, (std::vector<std::size_t>{10, 1'000'000}));
    ASSERT_TRUE(Find(world.atAlice, Type::SUCCESS_REPORT));
    EXPECT_FALSE(Find(world.atAlice, Type::FAILURE));
    EXPECT_EQ(world.alice->GetStatistics().chunksSent, 1U + 1 + (1'000'000 + 2047) / 2048);
}

TEST(MsrpApplication, AClosedPortIsAFailureByName)
{
    World world;
    world.ConnectTo(PORT + 1);
    world.Run(Seconds(300));
    ASSERT_TRUE(Find(world.atAlice, Type::FAILED));
    ASSERT_TRUE(world.alice->GetFailure());
    EXPECT_EQ(world.alice->GetFailure()->layer, "tcp");
    EXPECT_TRUE(world.atBob.empty());
}

TEST(MsrpApplication, ASilentLinkIsATimeOut)
{
    World world;
    world.ConnectTo(PORT);
    Simulator::Schedule(Seconds(5),
                        [&]
                        {
                            Ptr<RateErrorModel> errors = CreateObject<RateErrorModel>();
                            errors->SetUnit(RateErrorModel::ERROR_UNIT_PACKET);
                            errors->SetRate(1);
                            world.devices.Get(1)->SetAttribute("ReceiveErrorModel",
                                                               PointerValue(errors));
                            world.alice->Send(World::Text("anybody?"));
                        });
    world.Run(Seconds(60));
    const Noted* failure = Find(world.atAlice, Type::FAILURE);
    ASSERT_TRUE(failure);
    EXPECT_EQ(failure->event.code, 408);
    EXPECT_EQ(failure->time, Seconds(35));
}

TEST(MsrpApplication, ClosingTellsBothSides)
{
    World world;
    world.ConnectTo(PORT);
    Simulator::Schedule(Seconds(2), &MsrpApplication::Close, world.alice);
    world.Run(Seconds(10));
    ASSERT_TRUE(Find(world.atAlice, Type::FAILED));
    ASSERT_TRUE(Find(world.atBob, Type::FAILED));
    EXPECT_EQ(Find(world.atBob, Type::FAILED)->event.detail, "connection-closed");
    EXPECT_FALSE(world.bob->GetFailure());
}

} // namespace tests
} // namespace imsmedia
} // namespace ns3
