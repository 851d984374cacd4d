// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Packets that lie, break off or are noise; fragments; and rewriting against checksums made anew.
#include "../classify/talk.h"
#include "connection.h"
#include "engine/packet/packet-rewriter.h"

namespace imsfw::engine
{

namespace
{

const Ip4Tuple WEB = TcpFlow("10.0.0.2:40000", "192.0.2.1:443");
const Ip4Tuple VOICE = UdpFlow("10.0.0.2:40000", "192.0.2.1:5000");

TEST(Packets, TruncatedAtEveryByteAreMalformed)
{
    const Bytes whole[] = {TcpPacket(WEB, {TCP_SYN, 1, 0, Bytes(10)}),
                           UdpPacket(VOICE, Bytes(10)),
                           IcmpPacket(EchoFlow("10.0.0.2", "192.0.2.1", 9), 8, 0, Bytes(10))};
    for (const Bytes& packet : whole)
    {
        Rig rig(AllowOut());
        for (std::size_t size = 0; size < packet.size(); ++size)
        {
            EXPECT_TRUE(rig.Send(Zone::INSIDE, ByteView(packet).Sub(0, size).ToBytes()).empty());
        }
        EXPECT_EQ(rig.engine.GetCounters().malformed, packet.size());
        EXPECT_TRUE(rig.events.empty());
        EXPECT_TRUE(rig.Passes(Zone::INSIDE, packet));
    }
}

TEST(Packets, TruncatedWithAnHonestLengthAreMalformedInTheirHeaders)
{
    const Bytes packet = TcpPacket(WEB, {TCP_SYN, 1, 0, Bytes(10)});
    for (std::size_t size = 20; size < packet.size(); ++size)
    {
        Rig rig(AllowOut());
        Bytes cut = ByteView(packet).Sub(0, size).ToBytes();
        cut[3] = static_cast<uint8_t>(size);
        EXPECT_EQ(rig.Passes(Zone::INSIDE, cut), size >= 40) << size;
        EXPECT_EQ(rig.engine.GetCounters().malformed, size >= 40 ? 0U : 1U);
    }
}

struct Lie
{
    std::size_t at;
    uint8_t value;
    const char* what;
};

TEST(Packets, LyingHeadersAreMalformed)
{
    const Lie ofIp[] = {{0, 0x44, "header of 16 bytes"},
                        {0, 0x4f, "header of 60 bytes"},
                        {0, 0x65, "version 6"},
                        {0, 0x05, "version 0"},
                        {3, 19, "total length below the header"},
                        {3, 255, "total length beyond the packet"},
                        {2, 255, "total length of 65 kB"}};
    const Bytes packet = TcpPacket(WEB, {TCP_SYN, 1, 0, Bytes(10)});
    for (const Lie& lie : ofIp)
    {
        Rig rig(AllowOut());
        Bytes bad = packet;
        bad[lie.at] = lie.value;
        EXPECT_TRUE(rig.Send(Zone::INSIDE, bad).empty()) << lie.what;
        EXPECT_EQ(rig.engine.GetCounters().malformed, 1U) << lie.what;
    }
    for (int offset = 0; offset < 16; ++offset)
    {
        Rig rig(AllowOut());
        Bytes bad = packet;
        bad[32] = static_cast<uint8_t>(offset << 4);
        const bool isPossible = offset >= 5 && offset * 4 <= 30;
        EXPECT_EQ(rig.Passes(Zone::INSIDE, bad), isPossible) << offset;
    }
    for (const uint8_t length : {0, 7, 17, 19, 255})
    {
        Rig rig(AllowOut());
        Bytes bad = UdpPacket(VOICE, Bytes(10));
        bad[25] = length;
        EXPECT_FALSE(rig.Passes(Zone::INSIDE, bad));
        EXPECT_EQ(rig.engine.GetCounters().malformed, 1U);
    }
}

TEST(Packets, IpOptionsAreSteppedOver)
{
    Bytes packet = UdpPacket(VOICE, Bytes(10));
    packet[0] = 0x46;
    packet[3] = static_cast<uint8_t>(packet[3] + 4);
    packet.insert(packet.begin() + 20, {1, 1, 1, 0}); // RFC 791 3.1: no operation, end of options
    Rig rig(AllowOut());
    const auto forwarded = rig.Forwarded(Zone::INSIDE, packet);
    ASSERT_TRUE(forwarded);
    EXPECT_EQ(ParseIp(*forwarded)->tuple.ToFiveTuple().source.address.ToString(), EXTERNAL);
    EXPECT_EQ(ParseIp(*forwarded)->tuple.destinationPort, 5000);
}

TEST(Packets, FragmentsAreRefusedInSilence)
{
    Policy policy = AllowOut();
    policy.refusal = Action::ICMP;
    for (const uint16_t field : {0x2000, 0x2001, 0x0001, 0x1fff})
    {
        Rig rig(policy);
        const Bytes body = ByteView(UdpPacket(VOICE, Bytes(100))).Sub(20).ToBytes();
        EXPECT_TRUE(rig.Send(Zone::INSIDE, IpPacketOf(VOICE, body, field)).empty());
        EXPECT_EQ(rig.LastVerdict(), "unsolicited/fragment");
        EXPECT_EQ(rig.events.back().action, Action::DROP);
        EXPECT_EQ(rig.events.back().flow.source.port, 0);
        EXPECT_EQ(rig.engine.GetCounters().fragments, 1U);
        // Even one too short for any transport header.
        EXPECT_TRUE(rig.Send(Zone::INSIDE, IpPacketOf(VOICE, {}, field)).empty());
        EXPECT_EQ(rig.engine.GetCounters().fragments, 2U);
    }
    Rig rig(policy);
    const Bytes body = ByteView(UdpPacket(VOICE, Bytes(100))).Sub(20).ToBytes();
    EXPECT_TRUE(rig.Passes(Zone::INSIDE, IpPacketOf(VOICE, body, 0x4000))); // "do not fragment"
}

TEST(Packets, FromTheWrongSideBelongToNoFlow)
{
    Rig rig(AllowOut());
    Connection connection(rig, WEB);
    ASSERT_TRUE(connection.Open());
    for (const Zone zone : {Zone::OUTSIDE, Zone::DMZ})
    {
        EXPECT_FALSE(rig.Passes(zone, connection.NextPacket(0, {})));
        EXPECT_EQ(rig.LastVerdict(), "unsolicited/no-state");
    }
    EXPECT_FALSE(rig.Passes(Zone::INSIDE, connection.NextPacket(1, {})));
}

TEST(Packets, NoiseNeitherCrashesNorGetsLost)
{
    classify::Noise noise(3);
    Rig rig(AllowOut());
    uint64_t count = 0;
    for (int i = 0; i < 50'000; ++i)
    {
        Bytes packet = noise.Take(noise.Below(80));
        if (packet.size() >= 20 && noise.Below(4) != 0)
        {
            packet[0] = 0x45;
            packet[2] = 0;
            packet[3] = static_cast<uint8_t>(packet.size());
            packet[6] = 0;
            packet[7] = 0;
            packet[9] = noise.Below(2) == 0 ? 1 : 6;
        }
        rig.Send(static_cast<Zone>(noise.Below(3)), packet);
        ++count;
    }
    const auto counters = rig.engine.GetCounters();
    EXPECT_EQ(counters.allowed + counters.refused + counters.malformed, count);
    EXPECT_GT(counters.allowed, 0U);
    EXPECT_GT(counters.refused, 0U);
}

TEST(Packets, FlippedBitsNeitherCrashNorGetLost)
{
    classify::Noise noise(4);
    Rig rig(AllowOut());
    Connection connection(rig, WEB);
    ASSERT_TRUE(connection.Open());
    const uint64_t before = rig.engine.GetCounters().allowed;
    for (int i = 0; i < 50'000; ++i)
    {
        Bytes packet = connection.NextPacket(i % 2, Bytes(noise.Below(20)));
        packet[noise.Below(packet.size())] ^= static_cast<uint8_t>(1U << noise.Below(8));
        rig.Send(i % 2 == 0 ? Zone::INSIDE : Zone::OUTSIDE, packet);
    }
    const auto counters = rig.engine.GetCounters();
    EXPECT_EQ(counters.allowed - before + counters.refused + counters.malformed, 50'000U);
}

TEST(Rewriting, UpdatesChecksumsAsIfMadeAnew)
{
    classify::Noise noise(5);
    for (int i = 0; i < 20'000; ++i)
    {
        Ip4Tuple before = i % 3 == 0 ? WEB : VOICE;
        before.source = static_cast<uint32_t>(noise.Next());
        before.sourcePort = static_cast<uint16_t>(noise.Next());
        Ip4Tuple after = before;
        after.source = static_cast<uint32_t>(noise.Next());
        after.destination = noise.Below(2) == 0 ? 0xffffffff : static_cast<uint32_t>(noise.Next());
        after.sourcePort = static_cast<uint16_t>(noise.Next());
        after.destinationPort = static_cast<uint16_t>(noise.Next());
        const Bytes payload = noise.Take(noise.Below(30));
        const bool isTcp = before.protocol == IpProtocol::TCP;
        Bytes packet =
            isTcp ? TcpPacket(before, {TCP_ACK, 1, 2, payload}) : UdpPacket(before, payload);
        Rewrite(packet, *ParseIp(packet), after);
        ASSERT_TRUE(HasGoodChecksums(packet)) << i;
        ASSERT_EQ(ParseIp(packet)->tuple, after);
    }
}

TEST(Rewriting, LeavesAnAbsentUdpChecksumAbsent)
{
    Bytes packet = UdpPacket(VOICE, Bytes(4, 9));
    packet[26] = packet[27] = 0;
    Rig rig(AllowOut());
    const auto forwarded = rig.Forwarded(Zone::INSIDE, packet);
    ASSERT_TRUE(forwarded);
    EXPECT_EQ((*forwarded)[26], 0);
    EXPECT_EQ((*forwarded)[27], 0);
}

TEST(Rewriting, KeepsAWrongChecksumWrong)
{
    Bytes packet = TcpPacket(WEB, {TCP_SYN, 1, 0, {}});
    packet[36] ^= 0x55;
    Rig rig(AllowOut());
    const auto forwarded = rig.Forwarded(Zone::INSIDE, packet);
    ASSERT_TRUE(forwarded);
    EXPECT_FALSE(
        HasGoodChecksums(*forwarded)); // the receiver must notice what went wrong before the NAT
}

TEST(ChecksumOf, KnownBytes)
{
    // RFC 1071 3: the sum of these bytes is ddf2.
    const Bytes bytes{0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7};
    EXPECT_EQ(Checksum(bytes), static_cast<uint16_t>(~0xddf2));
    EXPECT_EQ(Checksum(Bytes{0x12}), static_cast<uint16_t>(~0x1200));
}

} // namespace

} // namespace imsfw::engine
