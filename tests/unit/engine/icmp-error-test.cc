// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// RFC 5508 4: ICMP errors go to whoever sent the packet that they are about, with addresses that it knows.
#include "connection.h"

namespace imsfw::engine
{

namespace
{

const Ip4Tuple VOICE = UdpFlow("10.0.0.2:40000", "192.0.2.1:5000");

Policy
RandomPorts()
{
    Policy policy = AllowOut();
    policy.nat.portAssignment = PortAssignment::RANDOM;
    return policy;
}

/// What must come out: @p error about @p offender, as the receiver would have got it without a NAT.
void
ExpectError(const std::optional<Bytes>& error,
            std::string_view from,
            std::string_view to,
            ByteView offender)
{
    ASSERT_TRUE(error);
    EXPECT_TRUE(HasGoodChecksums(*error));
    const auto outer = ParseIp(*error)->tuple.ToFiveTuple();
    EXPECT_EQ(outer.source.address.ToString(), from);
    EXPECT_EQ(outer.destination.address.ToString(), to);
    EXPECT_EQ(ByteView(*error).Sub(28), offender.Sub(0, error->size() - 28));
}

TEST(IcmpErrors, FromOutsideReachTheSender)
{
    const Bytes udp = UdpPacket(VOICE, Bytes(40, 3));
    const Bytes tcp = TcpPacket(TcpFlow("10.0.0.2:1", "192.0.2.1:2"), {TCP_SYN, 1, 0, {}});
    const Bytes echo = IcmpPacket(EchoFlow("10.0.0.2", "192.0.2.1", 9), 8, 0, Bytes(40, 1));
    for (const Bytes& sent : {udp, tcp, echo})
    {
        for (const std::size_t quoted : {28, 36, 40, 200})
        {
            Rig rig(RandomPorts());
            const auto seen = rig.Forwarded(Zone::INSIDE, sent);
            ASSERT_TRUE(seen);
            const auto error =
                rig.Forwarded(Zone::OUTSIDE, IcmpError("198.51.100.9", *seen, quoted));
            ExpectError(error, "198.51.100.9", "10.0.0.2", sent);
        }
    }
}

TEST(IcmpErrors, FromInsideShowTheExternalAddress)
{
    Rig rig(RandomPorts());
    const auto seen = rig.Leaves(Zone::INSIDE, UdpPacket(VOICE));
    const Bytes answer = UdpPacket(seen->Reversed(), Bytes(9, 1));
    const auto delivered = rig.Forwarded(Zone::OUTSIDE, answer);
    ASSERT_TRUE(delivered);
    const auto error = rig.Forwarded(Zone::INSIDE, IcmpError("10.0.0.2", *delivered, 28, 3, 3));
    ExpectError(error, EXTERNAL, "192.0.2.1", answer);
}

TEST(IcmpErrors, AboutInboundFlowsShowTheExternalAddressToo)
{
    Policy policy = RandomPorts();
    policy.nat.filtering = NatBehaviour::ENDPOINT_INDEPENDENT;
    Rig rig(policy);
    const auto seen = rig.Leaves(Zone::INSIDE, UdpPacket(VOICE));
    Ip4Tuple inbound = seen->Reversed();
    inbound.source += 5;
    const Bytes sent = UdpPacket(inbound);
    const auto delivered = rig.Forwarded(Zone::OUTSIDE, sent);
    ASSERT_TRUE(delivered);
    const auto error = rig.Forwarded(Zone::INSIDE, IcmpError("10.0.0.2", *delivered, 28, 3, 3));
    ExpectError(error, EXTERNAL, "192.0.2.6", sent);
}

TEST(IcmpErrors, AboutHairpinnedFlowsShowTheExternalAddress)
{
    Policy policy = RandomPorts();
    policy.nat.filtering = NatBehaviour::ENDPOINT_INDEPENDENT;
    policy.nat.hairpinning = true;
    Rig rig(policy);
    const auto seen = rig.Leaves(Zone::INSIDE, UdpPacket(VOICE));
    const Bytes sent =
        UdpPacket(UdpFlow("10.0.0.3:1", EXTERNAL + ":" + std::to_string(seen->sourcePort)));
    const auto delivered = rig.Forwarded(Zone::INSIDE, sent);
    ASSERT_TRUE(delivered);
    const auto error = rig.Forwarded(Zone::INSIDE, IcmpError("10.0.0.2", *delivered, 28, 3, 3));
    ExpectError(error, EXTERNAL, "10.0.0.3", sent);
}

TEST(IcmpErrors, AboutNothingThatIsKnownAreRefused)
{
    Rig rig(RandomPorts());
    const auto seen = rig.Forwarded(Zone::INSIDE, UdpPacket(VOICE));
    ASSERT_TRUE(seen);
    auto stranger = ParseIp(*seen)->tuple;
    ++stranger.destinationPort;
    EXPECT_FALSE(rig.Passes(Zone::OUTSIDE, IcmpError("198.51.100.9", UdpPacket(stranger), 28)));
    EXPECT_EQ(rig.LastVerdict(), "unsolicited/no-state");
    // From the side that the packet never went to.
    EXPECT_FALSE(rig.Passes(Zone::INSIDE, IcmpError("10.0.0.9", *seen, 28)));
    EXPECT_FALSE(rig.Passes(Zone::DMZ, IcmpError("10.9.0.9", *seen, 28)));
    for (std::size_t quoted = 0; quoted < 28; ++quoted)
    {
        EXPECT_FALSE(rig.Passes(Zone::OUTSIDE, IcmpError("198.51.100.9", *seen, quoted))) << quoted;
    }
}

TEST(IcmpErrors, DoNotProlongAFlow)
{
    Rig rig(RandomPorts());
    const auto seen = rig.Forwarded(Zone::INSIDE, UdpPacket(VOICE));
    rig.Wait(std::chrono::seconds(299));
    EXPECT_TRUE(rig.Passes(Zone::OUTSIDE, IcmpError("198.51.100.9", *seen, 28)));
    rig.Wait(std::chrono::seconds(1));
    EXPECT_EQ(rig.engine.GetFlowCount(), 0U);
}

TEST(IcmpErrors, DoNotEndAFlow)
{
    Rig rig(RandomPorts());
    Connection connection(rig, TcpFlow("10.0.0.2:1", "192.0.2.1:2"));
    ASSERT_TRUE(connection.Open());
    const auto seen = rig.Forwarded(Zone::INSIDE, connection.NextPacket(0, Bytes(10)));
    EXPECT_TRUE(rig.Passes(Zone::OUTSIDE, IcmpError("198.51.100.9", *seen, 28, 3, 1)));
    EXPECT_TRUE(connection.SendServer(Bytes(4)));
}

TEST(IcmpErrors, OtherMessagesStartNoFlow)
{
    Rig rig(RandomPorts());
    const auto tuple = EchoFlow("10.0.0.2", "192.0.2.1", 0);
    for (const uint8_t type : {4, 5, 9, 13, 14, 17, 40, 255})
    {
        EXPECT_FALSE(rig.Passes(Zone::INSIDE, IcmpPacket(tuple, type)));
        EXPECT_EQ(rig.LastVerdict(), "unsolicited/unsupported");
    }
}

} // namespace

} // namespace imsfw::engine
