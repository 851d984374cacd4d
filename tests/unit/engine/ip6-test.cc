// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// IPv6 headers, their translation to IPv4 and back, and the stand-ins of addresses.
#include "engine/ip6/ip-translation.h"
#include "engine/ip6/stand-ins.h"
#include "packets6.h"

#include "../classify/tls-bytes.h"

#include <gtest/gtest.h>

namespace imsfw::engine
{

namespace
{

using classify::Hex;
using classify::operator+;

const IpAddress HOST = Address("2001:db8::10");
const IpAddress SERVER = Address("64:ff9b::c000:221"); // 192.0.2.33 (RFC 6052 2.2)
const Ends4 ENDS{0x0a000001, 0xc0000221};

std::optional<Ends4>
NoEnds4(const Ip6Packet&)
{
    return std::nullopt;
}

std::optional<Ends6>
NoEnds6(const Ends4&)
{
    return std::nullopt;
}

TEST(Ip6Packet, IsParsedBehindItsExtensionHeaders)
{
    struct Row
    {
        const char* what;
        uint8_t first;
        Bytes between;
        bool isFragment;
        uint16_t field;
    };

    const Row rows[] = {
        {"none", 17, {}, false, 0},
        {"hop by hop", 0, Hex("1100 0000 0000 0000"), false, 0},
        {"destination options of 16 bytes", 60, Hex("1101") + Bytes(14), false, 0},
        {"routing, then options", 43, Hex("3c00 0000 0000 0000 1100 0000 0000 0000"), false, 0},
        {"first fragment", 44, Hex("1100 0001 00000007"), true, 0x2000},
        {"last fragment", 44, Hex("1100 0010 00000007"), true, 0x0002},
        {"atomic fragment", 44, Hex("1100 0000 00000007"), false, 0},
    };
    const Bytes body = Hex("1388 0035 000a 0000 4142");
    for (const Row& row : rows)
    {
        SCOPED_TRACE(row.what);
        const Bytes bytes = Ip6PacketOf(HOST, SERVER, 17, body, row.between, row.first);
        const auto packet = ParseIp6(bytes);
        ASSERT_TRUE(packet);
        EXPECT_EQ(packet->source, HOST);
        EXPECT_EQ(packet->destination, SERVER);
        EXPECT_EQ(packet->protocol, IpProtocol::UDP);
        EXPECT_EQ(packet->trafficClass, 0xAB);
        EXPECT_EQ(packet->payloadOffset, 40 + row.between.size());
        EXPECT_EQ(packet->isFragment, row.isFragment);
        EXPECT_EQ(packet->fragmentField, row.field);
        for (std::size_t size = 0; size < bytes.size(); ++size)
        {
            EXPECT_FALSE(ParseIp6(ByteView(bytes).Sub(0, size))) << size;
        }
    }
}

TEST(Ip6Packet, BadOnesAreRefused)
{
    const Bytes body(20);
    EXPECT_FALSE(ParseIp6(Ip6PacketOf(HOST, SERVER, 17, body, Hex("11ff 0000 0000 0000"), 0)));
    Bytes loop; // nine headers
    for (int i = 0; i < 9; ++i)
    {
        loop = loop + Hex("0000 0000 0000 0000");
    }
    EXPECT_FALSE(ParseIp6(Ip6PacketOf(HOST, SERVER, 17, body, loop, 0)));
    Bytes longer = Ip6PacketOf(HOST, SERVER, 17, body);
    longer.push_back(0);
    EXPECT_FALSE(ParseIp6(longer));
    longer[0] = 0x45;
    EXPECT_FALSE(ParseIp6(longer));
}

TEST(IpTranslation, GoesThereAndBack)
{
    const Bytes packets[] = {
        Udp6(HOST, 5000, SERVER, 53, Hex("010203")),
        Tcp6(HOST, 5000, SERVER, 443, {TCP_SYN, 7, 0, {}}),
        Tcp6(HOST, 5000, SERVER, 443, {TCP_ACK, 8, 9, Bytes(1000, 5)}),
        Icmp6(HOST, SERVER, 128, 0, 0x00010002, Hex("616263")),
        Icmp6(HOST, SERVER, 129, 0, 0x00010002),
        Ip6PacketOf(HOST, SERVER, 50, Bytes(32, 1)), // ESP: nothing but the header changes
    };
    for (const Bytes& original : packets)
    {
        const auto packet = ParseIp6(original);
        ASSERT_TRUE(packet);
        const auto asIp4 = ToIp4(original, *packet, ENDS, NoEnds4);
        ASSERT_TRUE(asIp4);
        EXPECT_EQ((*asIp4)[1], 0xAB); // traffic class
        EXPECT_TRUE(HasGoodChecksums(*asIp4));
        const auto parsed = ParseIp(*asIp4);
        ASSERT_TRUE(parsed);
        EXPECT_EQ(parsed->tuple.source, ENDS.source);
        const auto back = ToIp6(*asIp4, {HOST, SERVER}, NoEnds6);
        ASSERT_TRUE(back);
        Bytes expected = original;
        expected[1] &= 0xf0; // the flow label is lost (RFC 7915 4.1)
        expected[2] = expected[3] = 0;
        EXPECT_EQ(ToHex(*back), ToHex(expected));
    }
}

TEST(IpTranslation, OfFragments)
{
    const Bytes first = Ip6PacketOf(HOST, SERVER, 17, Bytes(32, 1), Hex("1100 0001 00000007"), 44);
    const auto asIp4 = ToIp4(first, *ParseIp6(first), ENDS, NoEnds4);
    ASSERT_TRUE(asIp4);
    EXPECT_EQ(ToHex(ByteView(*asIp4).Sub(4, 4).ToBytes()), "00072000");
    const auto back = ToIp6(*asIp4, {HOST, SERVER}, NoEnds6);
    ASSERT_TRUE(back);
    EXPECT_EQ(ToHex(ByteView(*back).Sub(40, 8).ToBytes()), "1100000100000007");
}

TEST(IpTranslation, UdpWithoutChecksumGetsOne)
{
    Bytes packet = UdpPacket(UdpFlow("192.0.2.33:53", "10.0.0.1:5000"), Hex("0102"));
    packet[26] = packet[27] = 0;
    const auto asIp6 = ToIp6(packet, {SERVER, HOST}, NoEnds6);
    ASSERT_TRUE(asIp6);
    EXPECT_TRUE(HasGoodChecksum6(*asIp6));
}

TEST(IpTranslation, OfIcmpErrors)
{
    struct Row
    {
        uint8_t type;
        uint8_t code;
        uint32_t word;
        uint8_t type6;
        uint8_t code6;
        uint32_t word6;
    };

    const Row rows[] = {
        {3, 1, 0, 1, 0, 0},
        {3, 3, 0, 1, 4, 0},
        {3, 4, 1400, 2, 0, 1420},
        {3, 13, 0, 1, 1, 0},
        {11, 0, 0, 3, 0, 0},
    };
    const Bytes quoted = UdpPacket(UdpFlow("10.0.0.1:5000", "192.0.2.33:53"), Hex("0102"));
    const auto ends = [](const Ends4&) { return std::optional(Ends6{HOST, SERVER}); };
    for (const Row& row : rows)
    {
        ByteWriter w;
        w.U8(row.type);
        w.U8(row.code);
        w.U16(0);
        w.U32(row.word);
        w.Put(quoted);
        const Ip4Tuple tuple{0xc6336401, 0x0a000001, 0, 0, IpProtocol::ICMP};
        const auto out = ToIp6(IpPacketOf(tuple, w.Finish()), {SERVER, HOST}, ends);
        ASSERT_TRUE(out) << int(row.type) << "/" << int(row.code);
        const ByteView body = ByteView(*out).Sub(40);
        EXPECT_EQ(body[0], row.type6);
        EXPECT_EQ(body[1], row.code6);
        EXPECT_EQ(ToHex(body.Sub(4, 4).ToBytes()),
                  ToHex(
                      [&]
                      {
                          ByteWriter word;
                          word.U32(row.word6);
                          return word.Finish();
                      }()));
        EXPECT_TRUE(HasGoodChecksum6(*out));
        const auto inner = ParseQuotedIp6(body.Sub(8));
        ASSERT_TRUE(inner);
        EXPECT_EQ(inner->destination, SERVER);
    }
}

TEST(IpTranslation, WhatHasNoCounterpartIsDropped)
{
    const Bytes solicitation = Icmp6(HOST, SERVER, 135, 0, 0, Bytes(16));
    EXPECT_FALSE(ToIp4(solicitation, *ParseIp6(solicitation), ENDS, NoEnds4));
    const Bytes error = Icmp6(HOST, SERVER, 1, 0, 0, Bytes(48)); // quotes garbage
    EXPECT_FALSE(ToIp4(error, *ParseIp6(error), ENDS, NoEnds4));
    EXPECT_FALSE(ToIp6(Bytes(10), {HOST, SERVER}, NoEnds6));
}

TEST(IpTranslation, AddressesAreEmbedded)
{
    const IpPrefix prefix = *IpPrefix::Parse("64:ff9b::/96");
    EXPECT_EQ(Embed(prefix, 0xc0000221), SERVER);
    EXPECT_EQ(Extract(prefix, SERVER), 0xc0000221U);
    EXPECT_FALSE(Extract(prefix, HOST));
}

TEST(StandIns, AreOfTheRegionOfTheLongestPrefix)
{
    const IpPrefix wide = *IpPrefix::Parse("2001:db8::/32");
    const IpPrefix narrow = *IpPrefix::Parse("2001:db8:1::/48");
    StandIns standIns({wide, narrow, *IpPrefix::Parse("10.0.0.0/8")});
    const auto isIn = [&](const char* address, const IpPrefix& prefix)
    {
        const auto standIn = IpAddress::V4(*standIns.For(Address(address)));
        for (const IpPrefix& one : standIns.PrefixesOf(prefix))
        {
            if (one.Contains(standIn))
            {
                return true;
            }
        }
        return false;
    };
    EXPECT_TRUE(isIn("2001:db8::1", wide));
    EXPECT_FALSE(isIn("2001:db8::1", narrow));
    EXPECT_TRUE(isIn("2001:db8:1::1", wide));
    EXPECT_TRUE(isIn("2001:db8:1::1", narrow));
    EXPECT_FALSE(isIn("2001:db9::1", wide));
    const auto one = *standIns.For(Address("2001:db8::1"));
    EXPECT_EQ(standIns.For(Address("2001:db8::1")), one);
    EXPECT_EQ(standIns.Of(one), Address("2001:db8::1"));
    EXPECT_FALSE(standIns.Of(one + 1000));
    EXPECT_FALSE(standIns.Of(0x0a000001));
}

TEST(StandIns, AreBounded)
{
    StandIns standIns({});
    Bytes bytes(16, 1);
    for (std::size_t i = 0; i < StandIns::MOST_IN_REGION; ++i)
    {
        bytes[14] = static_cast<uint8_t>(i >> 8);
        bytes[15] = static_cast<uint8_t>(i);
        ASSERT_TRUE(standIns.For(*IpAddress::FromBytes(bytes)));
    }
    EXPECT_FALSE(standIns.For(HOST));
    EXPECT_TRUE(standIns.For(*IpAddress::FromBytes(bytes)));
}

} // namespace

} // namespace imsfw::engine
