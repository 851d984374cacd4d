// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Every refusal style, byte by byte: what is sent, to which side, and when nothing may be.
#include "connection.h"

namespace imsfw::engine
{

namespace
{

const Ip4Tuple SIP = TcpFlow("10.0.0.2:40000", "192.0.2.1:5060");

Policy
RefuseAll(Action action)
{
    Policy policy = AllowOut();
    policy.rules.clear();
    policy.refusal = action;
    return policy;
}

/// Lets connections begin and refuses SIP in them.
Policy
RefuseContent(Action action)
{
    Policy policy = AllowOut();
    Rule rule;
    rule.id = "no-sip";
    rule.content = {classify::Application::SIP};
    rule.action = action;
    policy.rules.insert(policy.rules.begin(), rule);
    return policy;
}

const Bytes OPTIONS = ByteView(std::string_view("OPTIONS sip:a SIP/2.0\r\n\r\n")).ToBytes();

uint16_t
Get(const Bytes& bytes, std::size_t at)
{
    return static_cast<uint16_t>(bytes[at] << 8 | bytes[at + 1]);
}

TEST(Refusal, DropSaysNothing)
{
    Rig rig(RefuseAll(Action::DROP));
    EXPECT_TRUE(rig.Send(Zone::INSIDE, TcpPacket(SIP, {TCP_SYN, 1, 0, {}})).empty());
    EXPECT_EQ(rig.events.back().action, Action::DROP);
    EXPECT_EQ(rig.engine.GetCounters().generated, 0U);
}

TEST(Refusal, ResetAnswersASynAsAClosedPortDoes)
{
    Rig rig(RefuseAll(Action::RESET));
    const auto out = rig.Send(Zone::INSIDE, TcpPacket(SIP, {TCP_SYN, 0xffffffff, 0, {}}));
    ASSERT_EQ(out.size(), 1U);
    EXPECT_EQ(out[0].to, Zone::INSIDE);
    EXPECT_EQ(out[0].kind, TransmitKind::GENERATED);
    EXPECT_TRUE(HasGoodChecksums(out[0].packet));
    const auto reset = *ParseIp(out[0].packet);
    EXPECT_EQ(reset.tuple, SIP.Reversed());
    // RFC 9293 3.10.7.1: "<SEQ=0><ACK=SEG.SEQ+SEG.LEN><CTL=RST,ACK>"
    EXPECT_EQ(reset.flags, TCP_RST | TCP_ACK);
    EXPECT_EQ(reset.sequence, 0U);
    EXPECT_EQ(reset.acknowledgement, 0U); // wrapped
}

TEST(Refusal, ResetOfASegmentWithAnAckTakesItsNumberFromThere)
{
    Rig rig(RefuseAll(Action::RESET));
    const auto out = rig.Send(Zone::INSIDE, TcpPacket(SIP, {TCP_ACK, 500, 777, Bytes(5)}));
    ASSERT_EQ(out.size(), 1U);
    const auto reset = *ParseIp(out[0].packet);
    // RFC 9293 3.10.7.1: "<SEQ=SEG.ACK><CTL=RST>"
    EXPECT_EQ(reset.flags, TCP_RST);
    EXPECT_EQ(reset.sequence, 777U);
    EXPECT_EQ(rig.LastVerdict(), "unsolicited/no-state");
}

TEST(Refusal, ResetOfSomethingElseIsAnIcmpError)
{
    Rig rig(RefuseAll(Action::RESET));
    const auto out = rig.Send(Zone::INSIDE, UdpPacket(UdpFlow("10.0.0.2:1", "192.0.2.1:2")));
    ASSERT_EQ(out.size(), 1U);
    EXPECT_EQ(out[0].packet[9], 1);
    EXPECT_EQ(rig.events.back().action, Action::RESET);
}

TEST(Refusal, IcmpQuotesTheOffender)
{
    for (const std::size_t payload : {0, 100, 519, 520, 521, 1400})
    {
        Rig rig(RefuseAll(Action::ICMP));
        const Bytes offender = UdpPacket(UdpFlow("10.0.0.2:1", "192.0.2.1:2"), Bytes(payload, 7));
        const auto out = rig.Send(Zone::INSIDE, offender);
        ASSERT_EQ(out.size(), 1U);
        const Bytes& error = out[0].packet;
        EXPECT_EQ(out[0].to, Zone::INSIDE);
        EXPECT_TRUE(HasGoodChecksums(error));
        EXPECT_EQ(ParseIp(error)->tuple.ToFiveTuple().source.address.ToString(), EXTERNAL);
        EXPECT_EQ(ParseIp(error)->tuple.ToFiveTuple().destination.address.ToString(), "10.0.0.2");
        EXPECT_EQ(Get(error, 20), 0x030d); // destination unreachable, administratively prohibited
        const std::size_t quoted = std::min<std::size_t>(offender.size(), 548);
        EXPECT_EQ(error.size(), 28 + quoted); // RFC 1812 4.3.2.3: at most 576
        EXPECT_EQ(ByteView(error).Sub(28), ByteView(offender).Sub(0, quoted));
    }
}

TEST(Refusal, NothingAnswersAReset)
{
    for (const Action action : {Action::RESET, Action::ICMP})
    {
        Rig rig(RefuseAll(action));
        EXPECT_TRUE(rig.Send(Zone::INSIDE, TcpPacket(SIP, {TCP_RST, 1, 0, {}})).empty());
        const Bytes stray = UdpPacket(UdpFlow("10.0.0.2:1", "192.0.2.1:2"));
        EXPECT_TRUE(rig.Send(Zone::INSIDE, IcmpError("10.0.0.3", stray, 28)).empty());
        EXPECT_EQ(rig.events.size(), 2U);
    }
}

TEST(Refusal, NothingIsToldToOutsideAboutStrays)
{
    Rig rig(RefuseAll(Action::RESET));
    const auto probe = TcpFlow("192.0.2.1:1", EXTERNAL + ":5060");
    EXPECT_TRUE(rig.Send(Zone::OUTSIDE, TcpPacket(probe, {TCP_SYN, 1, 0, {}})).empty());
    EXPECT_EQ(rig.events.back().action, Action::DROP);
}

TEST(Refusal, AnAllowedConnectionIsCutOnBothSides)
{
    Rig rig(RefuseContent(Action::RESET));
    Connection connection(rig, SIP);
    ASSERT_TRUE(connection.Open());
    ASSERT_TRUE(connection.SendServer(Bytes(50)));
    ASSERT_TRUE(connection.SendClient(Bytes(30, '\n')));
    const uint32_t clientNext = connection.Next(0);
    const uint32_t serverNext = connection.Next(1);
    const auto out = rig.Send(Zone::INSIDE, connection.NextPacket(0, OPTIONS));
    ASSERT_EQ(out.size(), 2U);
    EXPECT_EQ(out[0].to, Zone::INSIDE);
    EXPECT_EQ(out[1].to, Zone::OUTSIDE);
    EXPECT_TRUE(HasGoodChecksums(out[0].packet) && HasGoodChecksums(out[1].packet));
    const auto toClient = *ParseIp(out[0].packet);
    EXPECT_EQ(toClient.tuple, SIP.Reversed());
    EXPECT_EQ(toClient.flags, TCP_RST);
    EXPECT_EQ(toClient.sequence, serverNext);
    const auto toServer = *ParseIp(out[1].packet);
    EXPECT_EQ(toServer.tuple, connection.AtServer());
    // The server accepts an RST at the next byte that it expects only (RFC 9293 3.5.3).
    EXPECT_EQ(toServer.flags, TCP_RST | TCP_ACK);
    EXPECT_EQ(toServer.sequence, clientNext);
    EXPECT_EQ(toServer.acknowledgement, serverNext);
}

TEST(Refusal, ARetransmissionDoesNotMoveTheCutBack)
{
    Rig rig(RefuseContent(Action::RESET));
    Connection connection(rig, SIP);
    ASSERT_TRUE(connection.Open());
    const Bytes first = connection.NextPacket(0, Bytes(30, '\n'));
    ASSERT_TRUE(connection.SendClient(Bytes(30, '\n')));
    ASSERT_TRUE(connection.SendClient(Bytes(30, '\n')));
    ASSERT_TRUE(rig.Passes(Zone::INSIDE, first));
    const auto out = rig.Send(Zone::INSIDE, connection.NextPacket(0, OPTIONS));
    ASSERT_EQ(out.size(), 2U);
    EXPECT_EQ(ParseIp(out[1].packet)->sequence, connection.Next(0));
}

TEST(Refusal, ACutByTheServersBytesResetsTheServerAsSender)
{
    Rig rig(RefuseContent(Action::RESET));
    Connection connection(rig, SIP);
    ASSERT_TRUE(connection.Open());
    ASSERT_TRUE(connection.SendClient(Bytes(30, '\n')));
    const auto out = rig.Send(Zone::OUTSIDE, connection.NextPacket(1, OPTIONS));
    ASSERT_EQ(out.size(), 2U);
    EXPECT_EQ(out[0].to, Zone::OUTSIDE);
    EXPECT_EQ(ParseIp(out[0].packet)->tuple, connection.AtServer());
    EXPECT_EQ(out[1].to, Zone::INSIDE);
    EXPECT_EQ(ParseIp(out[1].packet)->tuple, SIP.Reversed());
    EXPECT_EQ(ParseIp(out[1].packet)->sequence, connection.Next(1));
}

TEST(Refusal, ASilentCutLeavesBothSidesInSilence)
{
    Rig rig(RefuseContent(Action::DROP));
    Connection connection(rig, SIP);
    ASSERT_TRUE(connection.Open());
    EXPECT_TRUE(rig.Send(Zone::INSIDE, connection.NextPacket(0, OPTIONS)).empty());
    EXPECT_TRUE(rig.Send(Zone::OUTSIDE, connection.NextPacket(1, Bytes(5))).empty());
    EXPECT_EQ(rig.LastVerdict(), "no-sip/content");
}

TEST(Refusal, ACutConnectionStaysCutUntilANewOneBegins)
{
    Rig rig(RefuseContent(Action::RESET));
    Connection connection(rig, SIP);
    ASSERT_TRUE(connection.Open());
    EXPECT_FALSE(connection.SendClient(OPTIONS));
    EXPECT_FALSE(connection.SendClient(Bytes(1)));
    EXPECT_FALSE(connection.SendServer(Bytes(1)));
    Connection second(rig, SIP);
    EXPECT_TRUE(second.Open());
    EXPECT_TRUE(second.SendClient(ByteView(std::string_view("hello\r\n")).ToBytes()));
}

} // namespace

} // namespace imsfw::engine
