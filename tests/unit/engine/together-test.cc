// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Packets that come together are handled as if they had come one by one.
#include "rig.h"

#include "../classify/talk.h"

namespace imsfw::engine
{

namespace
{

/// Few endpoints, so that flows meet: opened, answered, closed, refused, cut off and garbage.
InPacket
AnyPacket(classify::Noise& noise)
{
    const auto number = [&](uint32_t below) { return static_cast<uint32_t>(noise.Below(below)); };
    const bool isOut = number(3) != 0;
    Ip4Tuple tuple{0x0a000002 + number(3),
                   0xc0000200 + number(3),
                   static_cast<uint16_t>(1 + number(4)),
                   static_cast<uint16_t>(80 + number(3)),
                   number(2) == 0 ? IpProtocol::UDP : IpProtocol::TCP};
    if (!isOut)
    {
        tuple = tuple.Reversed();
        tuple.destination = IpAddress::Parse(EXTERNAL)->ToV4();
    }
    const auto flags = static_cast<uint8_t>(1U << number(5));
    Bytes bytes = tuple.protocol == IpProtocol::UDP ? UdpPacket(tuple, Bytes(number(20)))
                                                    : TcpPacket(tuple, {flags, 1, 1, {}});
    if (number(20) == 0)
    {
        bytes.resize(number(static_cast<uint32_t>(bytes.size())));
    }
    return {isOut ? Zone::INSIDE : Zone::OUTSIDE, std::move(bytes)};
}

std::string
Told(Engine& engine)
{
    std::string told;
    while (const auto out = engine.PollTransmit())
    {
        told += ToString(out->to) + " " + ToHex(out->packet) + "\n";
    }
    while (const auto event = engine.PollEvent())
    {
        told += event->ruleId + " " + ToString(event->reason) + " " + event->flow.ToString() + "\n";
    }
    return told;
}

TEST(PacketsTogether, AreHandledAsOneByOne)
{
    classify::Noise noise(1);
    Policy policy = AllowOut();
    policy.nat.portAssignment = PortAssignment::RANDOM;
    EngineConfig config = RigConfig();
    config.maxFlows = 20; // so that some give way
    SeededRandom randomA(1, 1, "test");
    SeededRandom randomB(1, 1, "test");
    Engine oneByOne(policy, config, randomA);
    Engine together(policy, config, randomB);
    TimePoint now{};
    for (int round = 0; round < 300; ++round)
    {
        now += std::chrono::seconds(noise.Below(40));
        std::vector<InPacket> packets;
        for (std::size_t i = 0; i < noise.Below(50); ++i)
        {
            packets.push_back(AnyPacket(noise));
            oneByOne.HandlePacket(now, packets.back().from, packets.back().bytes);
        }
        oneByOne.HandleTimeout(now);
        together.HandlePackets(now, packets);
        ASSERT_EQ(Told(oneByOne), Told(together)) << round;
        ASSERT_EQ(oneByOne.GetFlowCount(), together.GetFlowCount());
    }
    EXPECT_GT(together.GetCounters().evicted, 0U);
    EXPECT_GT(together.GetCounters().malformed, 0U);
}

} // namespace

} // namespace imsfw::engine
