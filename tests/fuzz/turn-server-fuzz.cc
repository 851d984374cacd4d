// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The TURN server under messages of clients and peers that know no password.
///
/// The input: pieces, each after a byte that says from whom.
#include "fuzz-input.h"
#include "ims-turn-server.h"

#include "base/random.h"

using namespace imsfw;

int
LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    fuzz::FuzzInput input(data, size);
    SeededRandom random(1, 1, "fuzz");
    turn::ServerConfig config;
    config.relayAddress = IpAddress::V4(0xC0000201);
    config.users = {{"alice", "secret"}};
    turn::Server server(config, random);
    TimePoint now{};
    while (!input.IsAtEnd())
    {
        const uint8_t who = input.U8();
        now += std::chrono::milliseconds(who);
        turn::ClientId client;
        client.transport =
            (who & 1) == 0 ? turn::ClientId::Transport::UDP : turn::ClientId::Transport::TLS;
        client.remote = {IpAddress::V4(0xCB007100U + (who >> 6)), 40000};
        if ((who & 8) != 0)
        {
            server.HandlePeerInput(now, 49152, client.remote, input.Piece());
        }
        else
        {
            server.HandleClientInput(now, client, input.Piece());
        }
        while (server.PollCommand())
        {
        }
        while (server.PollEvent())
        {
        }
        FUZZ_CHECK(server.GetAllocationCount() == 0);
    }
    return 0;
}
