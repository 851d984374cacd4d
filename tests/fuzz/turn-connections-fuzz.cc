// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// A TCP allocation of the TURN server (RFC 6062): a client that knows the password asks for connections and binds them in
/// any order, peers come, speak and go, sockets fail.
///
/// The input: steps of a byte that says what happens, a byte that says to which connection, and a piece.
#include "../bench/turn-session.h"
#include "fuzz-input.h"

#include <set>

using namespace imsfw;
using turn::ClientId;
using turn::ServerCommand;

namespace
{

constexpr std::size_t MAX_CONNECTIONS = 8;

turn::ServerConfig
Config()
{
    turn::ServerConfig config = turntest::TurnSession::Config();
    config.maxConnections = MAX_CONNECTIONS;
    config.maxBuffered = 256;
    return config;
}

ClientId
ClientOf(uint64_t flow)
{
    return {ClientId::Transport::TCP, {IpAddress::V4(0xcb007105), 40000}, flow};
}

class World
{
  public:
    World() : m_session(Config())
    {
        m_relayed = m_session.Allocate(ClientOf(0), IpProtocol::TCP).value_or(Endpoint{});
        FUZZ_CHECK(m_relayed.port != 0);
    }

    void
    Step(uint8_t what, uint8_t which, ByteView piece)
    {
        const Endpoint peer{IpAddress::V4(0xc0000200U + which % 4), 7000};
        m_session.now += std::chrono::milliseconds(what >> 4);
        Act(what % 10, which, peer, piece);
        Drain();
        FUZZ_CHECK(m_session.server.GetConnectionCount() <= MAX_CONNECTIONS);
        FUZZ_CHECK(m_session.server.GetAllocationCount() <= 1);
    }

  private:
    void
    Act(unsigned what, uint32_t which, const Endpoint& peer, ByteView piece)
    {
        turn::Server& server = m_session.server;
        const TimePoint now = m_session.now;
        switch (what)
        {
        case 0:
            return Request(0, stun::Method::CONNECT, [&](stun::Builder& b) { AddPeer(b, peer); });
        case 1:
            return Request(
                0, stun::Method::CREATE_PERMISSION, [&](stun::Builder& b) { AddPeer(b, peer); });
        case 2:
            if (const auto number = server.HandlePeerAccepted(now, m_relayed.port, peer))
            {
                FUZZ_CHECK(m_open.insert(*number).second);
            }
            return;
        case 3:
            return server.HandlePeerConnected(now, which);
        case 4:
            m_open.erase(which);
            return server.HandlePeerConnectFailed(now, which);
        case 5:
            return server.HandleConnectionInput(now, which, piece);
        case 6:
            m_open.erase(which);
            return server.HandleConnectionClosed(now, which);
        case 7:
            return Request(which,
                           stun::Method::CONNECTION_BIND,
                           [&](stun::Builder& b)
                           { b.AddU32(stun::attribute::CONNECTION_ID, which % 16); });
        case 8:
            return server.HandleClientInput(now, ClientOf(which % 4), piece);
        default:
            m_session.now += std::chrono::seconds(which);
            return server.HandleTimeout(m_session.now);
        }
    }

    static void
    AddPeer(stun::Builder& builder, const Endpoint& peer)
    {
        builder.AddXorAddress(stun::attribute::XOR_PEER_ADDRESS, peer);
    }

    void
    Request(uint64_t flow, stun::Method method, const turntest::TurnSession::Add& add)
    {
        m_session.server.HandleClientInput(
            m_session.now, ClientOf(flow), m_session.Request(method, add));
    }

    void
    Drain()
    {
        while (const auto command = m_session.server.PollCommand())
        {
            if (command->type == ServerCommand::Type::CONNECT_PEER)
            {
                FUZZ_CHECK(m_open.insert(command->connection).second);
            }
            if (command->type == ServerCommand::Type::SEND_TO_CONNECTION)
            {
                FUZZ_CHECK(m_open.count(command->connection) > 0); // never to one that is gone
            }
            if (command->type == ServerCommand::Type::CLOSE_CONNECTION)
            {
                FUZZ_CHECK(m_open.erase(command->connection) > 0); // once
            }
        }
        while (m_session.server.PollEvent())
        {
        }
    }

    turntest::TurnSession m_session;
    Endpoint m_relayed;
    std::set<uint32_t> m_open; ///< connections that the owner of the sockets holds
};

} // namespace

int
LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    fuzz::FuzzInput input(data, size);
    World world;
    while (!input.IsAtEnd())
    {
        const uint8_t what = input.U8();
        const uint8_t which = input.U8();
        world.Step(what, which, input.Piece());
    }
    return 0;
}
