// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// A hundred thousand hostile inputs, repeatable from their seeds: nothing crashes, nothing holds more than its bound.
#include "classify/stream-inspector.h"
#include "talk.h"
#include "tls-bytes.h"

#include <gtest/gtest.h>

namespace imsfw::classify
{

namespace
{

constexpr ApplicationSet VOICE{
    Application::SIP, Application::MSRP, Application::STUN, Application::RTP};

/// Beginnings that get noise past the first probes.
std::vector<Bytes>
Openings()
{
    std::vector<Bytes> openings{
        {},
        Text("CONNECT a:443 HTTP/1.1\r\n\r\n"),
        Text("GET / HTTP/1.1\r\nContent-Length: 9\r\n\r\n"),
        Hex("0001 0004 2112a442 000000000000000000000000"),
        Hex("4000 0010"),
        Hex("1603010200 010001fc 0303"),
        Record(HANDSHAKE, ClientHello(Hex("0002"), ServerName("a.test"))),
        Text("MSRP a786hjs2 SEND\r\n"),
        Text("SIP/2.0 "),
    };
    return openings;
}

TEST(Noise, NeverHurtsStreams)
{
    const auto openings = Openings();
    const InspectionLimits limits{4000, 16};
    for (uint64_t seed = 1; seed <= 50000; ++seed)
    {
        Noise noise(seed);
        StreamInspector inspector(limits);
        std::array<uint32_t, 2> sequences{static_cast<uint32_t>(noise.Next()), 0};
        for (std::size_t i = 0; i < 6; ++i)
        {
            const auto direction = static_cast<Direction>(noise.Below(2));
            auto& sequence = sequences[static_cast<std::size_t>(direction)];
            const Bytes bytes = (i < 2 ? openings[noise.Below(openings.size())] : Bytes{}) +
                                noise.Take(noise.Below(80));
            const auto skew = noise.Below(4) == 0 ? static_cast<uint32_t>(noise.Below(50)) : 0U;
            inspector.HandleSegment(direction, sequence + skew, noise.Below(10) == 0, bytes);
            sequence += static_cast<uint32_t>(bytes.size());
            ASSERT_LE(inspector.GetHeldBytes(), StreamInspector::MemoryBound(limits)) << seed;
        }
    }
}

TEST(Noise, NeverHurtsMutatedHandshakes)
{
    Talk talk = Handshake12(Hex("0002"), 20);
    talk.push_back(Client(NullRecord(Text("REGISTER sip:a SIP/2.0\r\n"), 20)));
    for (uint64_t seed = 1; seed <= 20000; ++seed)
    {
        Noise noise(seed);
        TalkPlayer player;
        for (const auto& said : talk)
        {
            Bytes bytes = said.bytes;
            if (noise.Below(2) == 0)
            {
                bytes[noise.Below(bytes.size())] = static_cast<uint8_t>(noise.Next());
            }
            player.Say(said.direction, bytes);
        }
        ASSERT_LE(player.Inspector().GetHeldBytes(), StreamInspector::MemoryBound()) << seed;
    }
}

TEST(Noise, IsNoVoiceInDatagrams)
{
    for (uint64_t seed = 1; seed <= 30000; ++seed)
    {
        Noise noise(seed);
        StreamInspector inspector;
        for (int i = 0; i < 4; ++i)
        {
            inspector.HandleDatagram(static_cast<Direction>(noise.Below(2)),
                                     noise.Take(noise.Below(200)));
        }
        ASSERT_FALSE(inspector.GetFindings().content.HasAnyOf(VOICE)) << seed;
    }
}

TEST(Noise, GivesTheSameAnswerTwice)
{
    const auto run = [](uint64_t seed)
    {
        Noise noise(seed);
        TalkPlayer player;
        for (int i = 0; i < 20; ++i)
        {
            player.Say(static_cast<Direction>(noise.Below(2)), noise.Take(noise.Below(300)));
        }
        return player.Inspector().GetFindings();
    };
    for (uint64_t seed = 1; seed <= 200; ++seed)
    {
        ASSERT_EQ(run(seed), run(seed));
    }
}

} // namespace

} // namespace imsfw::classify
