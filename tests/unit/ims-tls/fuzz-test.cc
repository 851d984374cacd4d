// SPDX-License-Identifier: GPL-2.0-only
// Bytes that are not what the peer sent: flipped, cut off, or noise, at every place. A session may wait or fail, by
// name; it may not crash, hang, or be established with a peer that saw something else.
#include "tls-pair.h"

#include <gtest/gtest.h>

namespace imsfw::tls
{
namespace
{

PairOptions
OptionsFor(const std::string& suite)
{
    PairOptions options;
    options.clientSuites = {suite};
    return options;
}

/// A client that begins as @p pair's did, ready for the server's first flight: one seed, the same bytes.
Side
FreshClient(const TlsPair& pair)
{
    Side side;
    side.random = std::make_unique<SeededRandom>(55, 1, "fuzz-client");
    side.context = pair.client.context;
    side.session = std::make_unique<TlsSession>(side.context, *side.random, "pcscf.ims.example");
    side.session->Start(T0);
    side.Poll();
    return side;
}

Side
FreshServer(const TlsPair& pair)
{
    Side side;
    side.random = std::make_unique<SeededRandom>(56, 1, "fuzz-server");
    side.context = pair.server.context;
    side.session = std::make_unique<TlsSession>(side.context, *side.random, "");
    side.session->Start(T0);
    return side;
}

/// What the server answers to FreshClient's first flight.
Bytes
ServerFlight(const TlsPair& pair)
{
    const Side client = FreshClient(pair);
    Side server = FreshServer(pair);
    server.session->HandleInput(T0, client.flights.front());
    return server.Poll();
}

class FuzzTest : public testing::TestWithParam<const char*>
{
};

TEST_P(FuzzTest, AServerFlightChangedAtAnyByte)
{
    const TlsPair pair(OptionsFor(GetParam()));
    const Bytes flight = ServerFlight(pair);
    ASSERT_GT(flight.size(), 500U);
    for (std::size_t i = 0; i < flight.size(); ++i)
    {
        Bytes changed = flight;
        changed[i] ^= 0x41;
        Side client = FreshClient(pair);
        client.session->HandleInput(T0, changed);
        client.Poll();
        const bool isTls13 = std::string(GetParam()).rfind("TLS_", 0) == 0;
        EXPECT_FALSE(isTls13 && client.IsEstablished() && i >= 5) << "byte " << i;
        EXPECT_FALSE(client.IsEstablished() && !client.Failure().empty()) << "byte " << i;
    }
}

TEST_P(FuzzTest, AServerFlightCutOffAtAnyByte)
{
    const TlsPair pair(OptionsFor(GetParam()));
    const Bytes flight = ServerFlight(pair);
    for (std::size_t i = 0; i < flight.size(); ++i)
    {
        Side client = FreshClient(pair);
        client.session->HandleInput(T0, ByteView(flight).Sub(0, i));
        client.Poll();
        ASSERT_TRUE(client.Failure().empty())
            << "a prefix is no error: byte " << i << ": " << client.Failure();
        ASSERT_FALSE(client.IsEstablished());
        client.session->HandleLowerClosed(T0, std::nullopt);
        client.Poll();
        ASSERT_EQ(client.Failure().rfind("tls closed-in-handshake", 0), 0U) << client.Failure();
    }
}

TEST_P(FuzzTest, AClientHelloChangedOrCutOffAtAnyByte)
{
    const TlsPair pair(OptionsFor(GetParam()));
    const Bytes hello = FreshClient(pair).flights.front();
    for (std::size_t i = 0; i < hello.size(); ++i)
    {
        Bytes changed = hello;
        changed[i] ^= 0x41;
        Side server = FreshServer(pair);
        server.session->HandleInput(T0, changed);
        server.Poll();
        EXPECT_FALSE(server.IsEstablished());
        Side waiting = FreshServer(pair);
        waiting.session->HandleInput(T0, ByteView(hello).Sub(0, i));
        waiting.Poll();
        EXPECT_TRUE(waiting.flights.empty() && waiting.Failure().empty()) << "byte " << i;
    }
}

TEST_P(FuzzTest, ALastFlightChangedAtAnyByteNeverEstablishesTheServer)
{
    const TlsPair pair(OptionsFor(GetParam()));
    Side client = FreshClient(pair);
    client.session->HandleInput(T0, ServerFlight(pair));
    const Bytes last = client.Poll();
    ASSERT_FALSE(last.empty());
    constexpr std::size_t STEP = 3; // each try costs the server a private key operation
    for (std::size_t i = 0; i < last.size(); i += STEP)
    {
        // The middle byte of a record's version is not looked at by everybody (RFC 8446 5.1 even says to ignore it).
        Bytes changed = last;
        changed[i] ^= 0x41;
        Side server = FreshServer(pair);
        server.session->HandleInput(T0, client.flights.front());
        server.Poll();
        server.session->HandleInput(T0, changed);
        server.Poll();
        if (server.IsEstablished())
        {
            server.session->HandleInput(T0, last);
            server.Poll();
            EXPECT_TRUE(server.received.empty()) << "byte " << i;
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Tls,
                         FuzzTest,
                         testing::Values("NULL-SHA",
                                         "ECDHE-RSA-AES128-GCM-SHA256",
                                         "TLS_AES_128_GCM_SHA256"),
                         [](const auto& row)
                         {
                             std::string name = row.param;
                             std::replace(name.begin(), name.end(), '-', '_');
                             return name;
                         });

TEST(FuzzDataTest, ARecordChangedAtAnyByteIsRefused)
{
    for (const char* suite :
         {"NULL-SHA", "AES128-SHA", "ECDHE-RSA-AES128-GCM-SHA256", "TLS_AES_128_GCM_SHA256"})
    {
        const std::size_t size = [&]
        {
            TlsPair pair(OptionsFor(suite));
            pair.Handshake();
            pair.Send(pair.client, "some words");
            return pair.client.flights.back().size();
        }();
        for (std::size_t i = 0; i < size; ++i)
        {
            TlsPair pair(OptionsFor(suite));
            pair.Handshake();
            pair.toServer = [i](Bytes bytes)
            {
                bytes[i] ^= 0x41;
                return bytes;
            };
            pair.Send(pair.client, "some words");
            // A longer length is no error yet: the record is not whole. Everything else is refused.
            EXPECT_TRUE(pair.server.received.empty()) << suite << " byte " << i;
        }
    }
}

TEST(FuzzDataTest, NoiseAndOtherProtocolsFailByName)
{
    SeededRandom random(3, 1, "noise");
    for (int round = 0; round < 200; ++round)
    {
        TlsPair pair;
        pair.server.session->Start(T0);
        pair.client.session->Start(T0);
        pair.client.Poll();
        pair.server.session->HandleInput(T0, random.Draw(1 + random.Below(600)));
        pair.client.session->HandleInput(T0, random.Draw(1 + random.Below(600)));
        pair.server.Poll();
        pair.client.Poll();
        EXPECT_FALSE(pair.server.IsEstablished() || pair.client.IsEstablished());
    }
    TlsPair pair;
    pair.client.session->Start(T0);
    pair.client.Poll();
    pair.client.session->HandleInput(T0,
                                     ByteView(std::string_view("HTTP/1.1 403 Forbidden\r\n\r\n")));
    pair.client.Poll();
    EXPECT_FALSE(pair.client.Failure().empty());
}

} // namespace
} // namespace imsfw::tls
