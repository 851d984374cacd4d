// SPDX-License-Identifier: GPL-2.0-only
// TURN over DTLS: what the server keeps of its clients, what it makes of datagrams that are none of theirs, loss.
#include "ims-turn-test-world.h"

#include "ims-turn-dtls-listener.h"
#include "ims-turn-udp-port.h"

namespace ns3
{
namespace imsturn
{
namespace
{

using imsfw::turn::ServerEvent;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

TEST(DtlsTest, TellsOfTheHandshake)
{
    World world(Transport::DTLS);
    std::vector<std::string> versions;
    std::vector<std::string> secrets;
    world.secure->TraceConnectWithoutContext(
        "HandshakeDone",
        Callback<void,
                 const imsfw::tls::SessionInfo&,
                 const imsfw::Endpoint&,
                 const imsfw::Endpoint&>(
            [&](const imsfw::tls::SessionInfo& info, const imsfw::Endpoint&, const imsfw::Endpoint&)
            { versions.push_back(info.version); }));
    world.secure->TraceConnectWithoutContext(
        "KeyLog",
        Callback<void, const std::string&>([&](const std::string& line)
                                           { secrets.push_back(line); }));
    world.OpenAndConnect();
    world.net.Run(2);
    EXPECT_THAT(versions, ElementsAre("DTLSv1.2"));
    EXPECT_THAT(secrets, testing::Contains(testing::StartsWith("CLIENT_RANDOM ")));
}

TEST(DtlsTest, ClosingDeletesTheAllocationOfAClientThatSaysNoMore)
{
    World world(Transport::DTLS);
    world.OpenAndConnect();
    world.net.Run(1);
    EXPECT_EQ(world.server->GetAllocationCount(), 1U);
    world.ue.path = world.relay = nullptr; // nobody deletes it
    world.net.Run(2);
    EXPECT_EQ(world.server->GetAllocationCount(), 0U) << "close_notify told";
}

TEST(DtlsTest, KeepsAnAllocationThroughAnHourOfRefreshes)
{
    World world(Transport::DTLS);
    world.OpenAndConnect();
    At(3900, [&] { world.peer.Send("late"); });
    world.net.Run(3901);
    EXPECT_THAT(world.ue.happened, ElementsAre("ready", "peer-ready"));
    EXPECT_THAT(world.ue.received, ElementsAre(Pair("10.0.2.1:4000", "late")));
}

/// Sends datagrams of a stranger's to the server's DTLS port.
struct Stranger
{
    explicit Stranger(World& world) : server(imstls::ToEndpoint(world.net.ServerAddress(443)))
    {
        UdpPort::Handlers handlers;
        handlers.onData = [this](const imsfw::Endpoint&, imsfw::ByteView) { ++answers; };
        port = UdpPort::Open(world.net.Client(), {}, std::move(handlers));
    }

    imsfw::Endpoint server;
    Ptr<UdpPort> port;
    int answers{0};
};

TEST(DtlsTest, AnswersNobodyWithoutAHandshake)
{
    World world(Transport::DTLS);
    Stranger stranger(world);
    At(1,
       [&]
       {
           stranger.port->Send(stranger.server, {});
           stranger.port->Send(stranger.server, imsfw::ByteView(std::string_view("no DTLS")));
           stranger.port->Send(stranger.server, imsfw::ByteView(std::string_view("\x16\xfe\xfd")));
       });
    world.net.Run(60);
    EXPECT_EQ(stranger.answers, 0);
    EXPECT_THAT(world.Reasons(ServerEvent::Type::DISCARDED),
                ElementsAre("no-dtls", "no-dtls", "no-dtls"));
}

TEST(DtlsTest, ForgetsWhoeverBeginsOnlyAndWhoeverIsSilent)
{
    World world(Transport::UDP);
    imstls::TlsHelper tls;
    tls.SetDatagram(true);
    const auto factory = tls.MakeServer(world.net.Server(), {"turn.ims.test"}, "second");
    int closed = 0;
    DtlsListener::Handlers handlers;
    handlers.onData = [](const imsfw::Endpoint&, imsfw::ByteView) {};
    handlers.onClosed = [&](const imsfw::Endpoint&) { ++closed; };
    handlers.onStray = [](const imsfw::Endpoint&, std::size_t) {};
    const auto listener = DtlsListener::Open(
        world.net.Server(), {factory, {{}, 4443}, std::chrono::seconds(100)}, std::move(handlers));
    ASSERT_TRUE(listener);
    EXPECT_FALSE(DtlsListener::Open(
        world.net.Server(), {factory, {{}, 4443}, std::chrono::seconds(100)}, {}))
        << "the port is taken";

    // One that never goes on, and one that never says anything.
    Stranger stranger(world);
    stranger.server.port = 4443;
    tls.SetServerName("turn.ims.test");
    ServerLink::Handlers ofLink;
    bool isOpen = false;
    ofLink.onOpen = [&] { isOpen = true; };
    ofLink.onData = [](imsfw::ByteView) {};
    ofLink.onFailure = [](const imsfw::StreamFailure&) {};
    Ptr<ServerLink> link;
    At(1,
       [&]
       {
           stranger.port->Send(stranger.server, imsfw::ByteView(std::string_view("\x16\xfe\xfd")));
           link = ServerLink::Open(world.net.Client(),
                                   tls.MakeClient(world.net.Client(), "second"),
                                   stranger.server,
                                   ofLink);
       });
    std::vector<std::size_t> counts;
    for (const double when : {2.0, 30.5, 31.5, 100.9, 101.5})
    {
        At(when, [&] { counts.push_back(listener->GetCount()); });
    }
    world.net.Run(110);
    EXPECT_TRUE(isOpen);
    EXPECT_THAT(counts, ElementsAre(2U, 2U, 1U, 1U, 0U));
    EXPECT_EQ(closed, 1) << "the other one was never open";
}

} // namespace
} // namespace imsturn
} // namespace ns3
