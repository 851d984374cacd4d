// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The web proxy's side of a connection, and the client's side of CONNECT, under whatever the other side says.
#include "fuzz-input.h"
#include "ims-web-proxy-connect-client.h"
#include "ims-web-proxy-connection.h"

#include "base/random.h"

using namespace imsfw;

namespace
{

void
RunProxy(ByteView bytes, uint8_t seed)
{
    SeededRandom random(1, 1, "fuzz");
    http::ProxyConfig config;
    config.authentication = seed % 3 == 0   ? http::ProxyAuthentication::NONE
                            : seed % 3 == 1 ? http::ProxyAuthentication::BASIC
                                            : http::ProxyAuthentication::DIGEST;
    config.users = {{"alice", "secret"}};
    config.resolvesNames = seed % 2 == 0;
    config.closesAfterChallenge = seed % 5 == 0;
    config.sendsFullPages = seed % 7 == 0;
    config.via = "proxy.example";
    config.maxTunnels = 1;
    http::ProxyShared shared;
    http::ProxyConnection proxy(config, random, shared);
    const TimePoint now{};
    proxy.Start(now);
    bool isClosed = false;
    fuzz::InPieces(bytes,
                   seed,
                   [&](ByteView piece)
                   {
                       proxy.HandleClientInput(now, piece);
                       bool connects = false;
                       bool resolves = false;
                       while (const auto command = proxy.PollTransmit())
                       {
                           using Type = http::ProxyCommand::Type;
                           resolves = resolves || command->type == Type::RESOLVE;
                           connects = connects || command->type == Type::CONNECT_TO_SERVER;
                           FUZZ_CHECK(!isClosed || command->type != Type::SEND_TO_CLIENT);
                           isClosed = isClosed || command->type == Type::CLOSE_CLIENT;
                       }
                       while (proxy.PollEvent())
                       {
                       }
                       FUZZ_CHECK(shared.tunnels <= 1);
                       if (resolves)
                       {
                           proxy.HandleResolved(now, IpAddress::Parse("192.0.2.1"));
                       }
                       if (connects)
                       {
                           proxy.HandleServerConnected(now);
                       }
                   });
}

void
RunClient(ByteView bytes, uint8_t seed)
{
    SeededRandom random(1, 1, "fuzz");
    http::ConnectClient client({"192.0.2.2:443", "alice", "secret", std::chrono::seconds(30)},
                               random);
    const TimePoint now{};
    client.Start(now);
    bool isOver = false;
    fuzz::InPieces(bytes,
                   seed,
                   [&](ByteView piece)
                   {
                       client.HandleInput(now, piece);
                       while (client.PollTransmit())
                       {
                       }
                       while (const auto event = client.PollEvent())
                       {
                           FUZZ_CHECK(!isOver); // nothing follows a failure
                           isOver = event->type == StreamEvent::Type::FAILED;
                       }
                   });
}

} // namespace

int
LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    fuzz::FuzzInput input(data, size);
    const uint8_t seed = input.U8();
    const ByteView bytes = input.Rest();
    RunProxy(bytes, seed);
    RunClient(bytes, seed);
    return 0;
}
