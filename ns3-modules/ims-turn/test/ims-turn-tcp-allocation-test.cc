// SPDX-License-Identifier: GPL-2.0-only
// TCP allocations (RFC 6062) over TCP and TLS in the small network: both who connects to whom, many bytes, every end.
#include "ims-turn-tcp-allocation.h"
#include "ims-turn-test-world.h"

#include "ims-tls-stream.h"

#include "ns3/inet-socket-address.h"

namespace ns3
{
namespace imsturn
{
namespace
{

using imsfw::turn::ServerEvent;
using testing::ElementsAre;
using testing::HasSubstr;

/// One end of a stream with what came over it.
struct StreamEnd
{
    imstls::Stream::Handlers
    MakeHandlers()
    {
        imstls::Stream::Handlers handlers;
        handlers.onConnected = [this]
        {
            isOpen = true;
            if (onOpen)
            {
                onOpen();
            }
        };
        handlers.onData = [this](imsfw::ByteView bytes) { received += bytes.AsText(); };
        handlers.onClosed = [this] { ended = "closed"; };
        handlers.onFailure = [this](const imsfw::StreamFailure& failure)
        { ended = failure.layer + " " + failure.reason; };
        return handlers;
    }

    Ptr<imstls::Stream> stream;
    bool isOpen{false};
    std::string received;
    std::string ended;
    std::function<void()> onOpen;
};

/// The world of the relay tests with a TCP allocation for the client; the peer listens at 10.0.2.1:2855.
struct TcpWorld : World
{
    explicit TcpWorld(Transport transport, const std::string& password = "secret")
        : World(transport, password)
    {
        imstls::TlsHelper tls;
        tls.SetServerName("turn.ims.test");
        allocation = CreateObject<TcpAllocation>();
        allocation->SetNode(net.Client());
        allocation->SetServer(
            imstls::ToEndpoint(net.ServerAddress(transport == Transport::TLS ? 443 : STUN_PORT)));
        allocation->SetCredentials("alice", password);
        allocation->SetTransport(transport == Transport::TLS
                                     ? Ptr<SocketFactory>(tls.MakeClient(net.Client()))
                                     : net.Tcp(net.Client()));
        TcpAllocation::Handlers handlers;
        handlers.onReady = [this](const imsfw::Endpoint& at)
        {
            relayed = at;
            happened.emplace_back("ready");
            onReady();
        };
        handlers.onPermitted = [this](const imsfw::Endpoint&)
        {
            happened.emplace_back("permitted");
            onPermitted();
        };
        handlers.onConnection = [this](const imsfw::Endpoint& peer,
                                       Ptr<SocketFactory> factory,
                                       const Address& at,
                                       bool isOurs)
        {
            happened.push_back((isOurs ? "to " : "from ") + peer.address.ToString());
            client.stream = imstls::Stream::Connect(factory, at, client.MakeHandlers());
        };
        handlers.onConnectFailed = [this](const imsfw::Endpoint&, const imsfw::StreamFailure& why)
        { happened.push_back("connect failed " + why.reason); };
        handlers.onFailure = [this](const imsfw::StreamFailure& why)
        { happened.push_back("failed " + why.layer + " " + why.reason); };
        allocation->SetHandlers(handlers);
        At(0.001, [this] { allocation->Open(); });
    }

    void
    ListenAtPeer()
    {
        listener = net.Tcp(net.Router())->CreateSocket();
        listener->Bind(InetSocketAddress(Ipv4Address::GetAny(), 2855));
        listener->Listen();
        listener->SetAcceptCallback(MakeNullCallback<bool, Ptr<Socket>, const Address&>(),
                                    Callback<void, Ptr<Socket>, const Address&>(
                                        [this](Ptr<Socket> socket, const Address& from)
                                        {
                                            acceptedFrom = imstls::ToEndpoint(from);
                                            other.stream =
                                                imstls::Stream::Adopt(socket, other.MakeHandlers());
                                        }));
    }

    const imsfw::Endpoint peerAddress = *imsfw::Endpoint::Parse("10.0.2.1:2855");
    Ptr<TcpAllocation> allocation;
    Ptr<Socket> listener;
    imsfw::Endpoint relayed;
    imsfw::Endpoint acceptedFrom;
    StreamEnd client;
    StreamEnd other; ///< the peer's
    std::vector<std::string> happened;
    std::function<void()> onReady = [] {};
    std::function<void()> onPermitted = [] {};
};

class TcpAllocationTest : public testing::TestWithParam<Transport>
{
};

INSTANTIATE_TEST_SUITE_P(Over,
                         TcpAllocationTest,
                         testing::Values(Transport::TCP, Transport::TLS),
                         [](const auto& row) { return ToString(row.param); });

TEST_P(TcpAllocationTest, ConnectsToThePeerFromTheRelayedAddress)
{
    TcpWorld world(GetParam());
    At(0, [&] { world.ListenAtPeer(); });
    world.onReady = [&] { world.allocation->Connect(world.peerAddress); };
    const std::string text(100'000, 'm');
    world.client.onOpen = [&]
    { world.client.stream->Send(imsfw::ByteView(std::string_view(text))); };
    At(3, [&] { world.other.stream->Send(imsfw::ByteView(std::string_view("200 OK"))); });
    world.net.Run(10);
    EXPECT_THAT(world.happened, ElementsAre("ready", "to 10.0.2.1"));
    EXPECT_EQ(world.acceptedFrom, world.relayed);
    EXPECT_EQ(world.other.received, text);
    EXPECT_EQ(world.client.received, "200 OK");
}

TEST_P(TcpAllocationTest, TakesThePeersConnection)
{
    TcpWorld world(GetParam());
    world.onReady = [&] { world.allocation->Permit(world.peerAddress); };
    world.onPermitted = [&]
    {
        world.other.stream = imstls::Stream::Connect(world.net.Tcp(world.net.Router()),
                                                     imstls::ToNs3Address(world.relayed),
                                                     world.other.MakeHandlers());
    };
    world.other.onOpen = [&]
    { world.other.stream->Send(imsfw::ByteView(std::string_view("hello"))); };
    world.net.Run(5);
    EXPECT_THAT(world.happened, ElementsAre("ready", "permitted", "from 10.0.2.1"));
    EXPECT_EQ(world.client.received, "hello");
}

TEST_P(TcpAllocationTest, APeerWithoutAPermissionIsCutOff)
{
    TcpWorld world(GetParam());
    world.onReady = [&]
    {
        world.other.stream = imstls::Stream::Connect(world.net.Tcp(world.net.Router()),
                                                     imstls::ToNs3Address(world.relayed),
                                                     world.other.MakeHandlers());
    };
    world.net.Run(5);
    EXPECT_THAT(world.happened, ElementsAre("ready"));
    EXPECT_NE(world.other.ended, "");
    EXPECT_THAT(world.Reasons(ServerEvent::Type::DISCARDED), ElementsAre("no-permission"));
}

TEST_P(TcpAllocationTest, APeerThatRefusesIsNamed)
{
    TcpWorld world(GetParam());
    world.onReady = [&] { world.allocation->Connect(world.peerAddress); };
    world.net.Run(40);
    EXPECT_THAT(world.happened,
                ElementsAre("ready", "connect failed connection-timeout-or-failure"));
}

TEST_P(TcpAllocationTest, AWrongPasswordIsNamed)
{
    TcpWorld world(GetParam(), "wrong");
    world.net.Run(5);
    EXPECT_THAT(world.happened, ElementsAre("failed turn unauthorized"));
}

TEST_P(TcpAllocationTest, EitherSidesEndEndsTheOther)
{
    for (const bool isPeerFirst : {false, true})
    {
        TcpWorld world(GetParam());
        At(0, [&] { world.ListenAtPeer(); });
        world.onReady = [&] { world.allocation->Connect(world.peerAddress); };
        At(2, [&] { (isPeerFirst ? world.other : world.client).stream->Close(); });
        world.net.Run(5);
        EXPECT_EQ((isPeerFirst ? world.client : world.other).ended, "closed") << isPeerFirst;
        EXPECT_EQ(world.Reasons(ServerEvent::Type::CONNECTION_CLOSED).size(), 1U);
    }
}

TEST_P(TcpAllocationTest, ClosingTheAllocationEndsItsStreams)
{
    TcpWorld world(GetParam());
    At(0, [&] { world.ListenAtPeer(); });
    world.onReady = [&] { world.allocation->Connect(world.peerAddress); };
    At(2,
       [&]
       {
           world.allocation->Close();
           world.allocation = nullptr;
       });
    world.net.Run(5);
    EXPECT_EQ(world.server->GetAllocationCount(), 0U);
    EXPECT_EQ(world.client.ended, "closed");
    EXPECT_EQ(world.other.ended, "closed");
}

TEST_P(TcpAllocationTest, APeerThatDoesNotReadHoldsTheClientBackAndLosesNothing)
{
    TcpWorld world(GetParam());
    world.server->SetAttribute("MaxQueued", UintegerValue(20'000));
    At(0, [&] { world.ListenAtPeer(); });
    world.onReady = [&] { world.allocation->Connect(world.peerAddress); };
    const std::string text(1'000'000, 'f');
    world.client.onOpen = [&]
    { world.client.stream->Send(imsfw::ByteView(std::string_view(text))); };
    At(0.5, [&] { world.other.stream->SetReading(false); });
    At(4,
       [&]
       {
           EXPECT_LT(world.other.received.size(), text.size());
           EXPECT_GT(world.client.stream->GetQueued(), 0U) << "the client has to wait";
           world.other.stream->SetReading(true);
       });
    world.net.Run(60);
    EXPECT_EQ(world.other.received.size(), text.size());
}

TEST(TcpAllocation, ABoundStreamTakesOneRoundTripMoreThanTheTransport)
{
    TcpWorld world(Transport::TCP);
    At(0, [&] { world.ListenAtPeer(); });
    Time asked;
    Time open;
    world.onReady = [&]
    {
        asked = Simulator::Now();
        world.allocation->Connect(world.peerAddress);
    };
    world.client.onOpen = [&] { open = Simulator::Now(); };
    world.net.Run(5);
    // Connect 40 ms and the server's TCP to the peer 20 ms; then TCP 40 ms and ConnectionBind 40 ms.
    EXPECT_NEAR((open - asked).GetSeconds(), 0.140, 0.003);
}

TEST(RelayPath, FollowsAServerToAnother)
{
    World world(Transport::UDP);
    const auto second = TurnServerHelper().Install(world.net.Router());
    second->SetUser("alice", "secret");
    world.server->SetAlternate(*imsfw::Endpoint::Parse("10.0.1.2:3478"), 0);
    world.ue.onReady = [&] { world.ue.path->SetPeer(world.peer.advertised); };
    At(0.001, [&] { world.ue.path->Open(); });
    world.net.Run(2);
    EXPECT_THAT(world.ue.happened, ElementsAre("ready", "peer-ready"));
    EXPECT_EQ(world.server->GetAllocationCount(), 0U);
    EXPECT_EQ(second->GetAllocationCount(), 1U);
}

TEST(RelayPath, IsNotLedInCircles)
{
    World world(Transport::TCP);
    world.server->SetAlternate(imstls::ToEndpoint(world.net.ServerAddress(World::STUN_PORT)), 0);
    At(0.001, [&] { world.ue.path->Open(); });
    world.net.Run(2);
    EXPECT_THAT(world.ue.happened, ElementsAre("failed turn redirection-loop"));
}

} // namespace
} // namespace imsturn
} // namespace ns3
