// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The TURN client and its data connections under a server that knows the password and answers as it likes.
///
/// The input: a byte of settings (stream, TCP allocation), then steps of a byte each. A step is a piece of bytes as they
/// stand, an answer to the latest request (class, attributes with their values, signed), a while that passes, or a wish of
/// the user.
#include "base/random.h"
#include "fuzz-input.h"
#include "ims-turn-client.h"
#include "ims-turn-data-connection.h"
#include "ims-turn-stun-builder.h"
#include "ims-turn-stun-integrity.h"

#include <optional>
#include <set>

using namespace imsfw;

namespace
{

class World
{
  public:
    explicit World(uint8_t settings) : m_client(Config(settings), m_random)
    {
        m_client.Start(m_now);
        Drain();
    }

    void
    Step(uint8_t what, fuzz::FuzzInput& input)
    {
        switch (what % 8)
        {
        case 0:
            m_client.HandleInput(m_now, input.Piece());
            break;
        case 1:
        case 2:
            Answer(input);
            break;
        case 3:
            m_now += std::chrono::milliseconds(input.U16());
            m_client.HandleTimeout(m_now);
            break;
        case 4:
            AddPeer(input.U8());
            break;
        case 5:
            m_client.Send(m_now, PeerOf(input.U8()), input.Piece());
            break;
        case 6:
            BindConnection(input);
            break;
        default:
            m_client.Close(m_now);
            break;
        }
        Drain();
    }

  private:
    static turn::ClientConfig
    Config(uint8_t settings)
    {
        turn::ClientConfig config;
        config.username = "alice";
        config.password = "secret";
        const bool isTcp = (settings & 2) != 0;
        config.protocol = isTcp ? IpProtocol::TCP : IpProtocol::UDP;
        config.mode = isTcp || (settings & 1) != 0 ? stun::TransportMode::STREAM
                                                   : stun::TransportMode::DATAGRAM;
        return config;
    }

    static Endpoint
    PeerOf(uint8_t which)
    {
        return {IpAddress::V4(0xc0000200U + which % 4), 7000};
    }

    void
    AddPeer(uint8_t which)
    {
        if (m_client.IsAllocated())
        {
            m_added.insert(PeerOf(which).address.ToString());
            which % 2 == 0 ? m_client.AddPeer(m_now, PeerOf(which))
                           : m_client.Connect(m_now, PeerOf(which));
        }
    }

    void
    Answer(fuzz::FuzzInput& input)
    {
        if (!m_request)
        {
            return;
        }
        const auto request = stun::Message::Parse(*m_request);
        const auto kind =
            (input.U8() & 1) == 0 ? stun::MessageClass::SUCCESS : stun::MessageClass::ERROR;
        stun::Builder builder(request->GetMethod(), kind, request->GetId());
        for (unsigned count = input.U8() % 8; count > 0; --count)
        {
            const uint16_t type = input.U16();
            builder.Add(type, input.Piece());
        }
        if ((input.U8() & 1) == 0)
        {
            builder.AddIntegrity(stun::LongTermKey("alice", "ims.test", "secret"));
        }
        m_client.HandleInput(m_now, builder.Finish());
    }

    /// A data connection that is spoken to at once.
    void
    BindConnection(fuzz::FuzzInput& input)
    {
        turn::DataConnectionConfig config;
        config.connection = 1;
        config.credentials = {"alice", "ims.test", "nonce", Bytes(16, 1)};
        turn::DataConnection connection(config, m_random);
        connection.Start(m_now);
        connection.HandleInput(m_now, input.Piece());
        connection.HandleTimeout(m_now + std::chrono::seconds(40));
        bool isOver = false;
        while (const auto event = connection.PollEvent())
        {
            FUZZ_CHECK(!isOver); // nothing follows the end
            isOver = event->type == StreamEvent::Type::FAILED ||
                     event->type == StreamEvent::Type::CLOSED;
        }
        FUZZ_CHECK(isOver); // unauthenticated answers open nothing, and 40 s are too long
    }

    void
    Drain()
    {
        while (auto bytes = m_client.PollTransmit())
        {
            const auto message = stun::Message::Parse(*bytes);
            if (message && message->GetClass() == stun::MessageClass::REQUEST)
            {
                m_request = std::move(bytes);
            }
        }
        while (const auto event = m_client.PollEvent())
        {
            using Type = turn::ClientEvent::Type;
            FUZZ_CHECK(!m_isOver);
            m_isOver = event->type == Type::FAILED || event->type == Type::CLOSED ||
                       event->type == Type::REDIRECTED;
            // Data comes from peers that were asked for, whoever else the server speaks of.
            FUZZ_CHECK(event->type != Type::DATA ||
                       m_added.count(event->peer.address.ToString()) > 0);
        }
    }

    SeededRandom m_random{1, 1, "fuzz"};
    TimePoint m_now{std::chrono::seconds(1)};
    turn::Client m_client;
    std::optional<Bytes> m_request;
    std::set<std::string> m_added;
    bool m_isOver{false};
};

} // namespace

int
LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    fuzz::FuzzInput input(data, size);
    World world(input.U8());
    while (!input.IsAtEnd())
    {
        const uint8_t what = input.U8();
        world.Step(what, input);
    }
    return 0;
}
