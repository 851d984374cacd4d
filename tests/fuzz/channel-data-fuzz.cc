// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// ChannelData frames of a client with an allocation and a channel, over UDP and over a stream, and what peers send.
///
/// The input: a byte (its lowest bit: over a stream), then pieces, each after a byte whose lowest bit says that it is a
/// peer's.
#include "../bench/turn-session.h"
#include "fuzz-input.h"
#include "ims-turn-channel-data.h"

using namespace imsfw;

namespace
{

constexpr uint16_t CHANNEL = 0x4001;
const Endpoint PEER{IpAddress::V4(0xc0000209), 7000};

void
CheckFrame(ByteView bytes)
{
    const auto parsed = turn::ChannelData::Parse(bytes);
    if (parsed)
    {
        const Bytes again =
            turn::MakeChannelData(parsed->channel, parsed->data, stun::TransportMode::DATAGRAM);
        FUZZ_CHECK(bytes.StartsWith(again));
    }
}

} // namespace

int
LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    fuzz::FuzzInput input(data, size);
    const bool isStream = (input.U8() & 1) != 0;
    turn::ClientId client;
    client.transport = isStream ? turn::ClientId::Transport::TCP : turn::ClientId::Transport::UDP;
    client.remote = {IpAddress::V4(0xcb007105), 40000};
    turntest::TurnSession session(turntest::TurnSession::Config());
    const auto relayed = session.Allocate(client);
    FUZZ_CHECK(relayed && session.Bind(client, CHANNEL, PEER));
    std::size_t in = 0;
    std::size_t out = 0;
    while (!input.IsAtEnd())
    {
        const bool isPeers = (input.U8() & 1) != 0;
        const ByteView piece = input.Piece();
        in += piece.Size();
        if (isPeers)
        {
            session.server.HandlePeerInput(session.now, relayed->port, PEER, piece);
        }
        else
        {
            CheckFrame(piece);
            session.server.HandleClientInput(session.now, client, piece);
        }
        while (auto command = session.server.PollCommand())
        {
            const bool isToPeer = command->type == turn::ServerCommand::Type::SEND_TO_PEER;
            // Nobody but the peer with a permission ever gets anything, and no more than there was.
            FUZZ_CHECK(!isToPeer || command->peer == PEER);
            out += isToPeer ? command->data.size() : 0;
            session.server.GiveBack(std::move(command->data));
        }
        while (session.server.PollEvent())
        {
        }
    }
    FUZZ_CHECK(out <= in);
    FUZZ_CHECK(session.server.GetAllocationCount() <= 1);
    return 0;
}
